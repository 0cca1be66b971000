import { RECOVERY } from "../../../host-sim/simulation/invariants/calm-devices.js";
import type { DeviceView, WorldView } from "../../../host-sim/simulation/invariants/invariant.js";
import { configOf } from "../../../host-sim/simulation/variety.js";

/** A world of one device, `d1`, in the dark, in which all has been well for long enough; but for what is given. */
export const viewOf = (device: Partial<DeviceView>, world: Partial<WorldView> = {}): WorldView => ({
	...{
		time: RECOVERY + 1,
		isServerOnline: true,
		rule: { threshold: 300, hysteresis: 0 },
		pending: 10,
		faultsUnderWay: 0,
	},
	...{ serverCounts: { messages: 0, refused: 0, commands: 0 } },
	...world,
	devices: [
		{
			...{ id: "d1", config: configOf("d1"), light: 100, led: true, link: "online", hasPower: true },
			...{ open: { toClient: 0, fromClient: 0 }, stored: 1, connections: 1, timers: 2, calmSince: 0 },
			...device,
		},
	],
});
