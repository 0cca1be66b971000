import type { DeviceView } from "../../host-sim/web/protocol.js";

/** A quiet simulated device in daylight, and what is different of it. */
export const deviceWith = (different: Partial<DeviceView> = {}): DeviceView => ({
	id: "my-lamp",
	kind: "simulated",
	engine: "xs",
	link: { state: "online", since: 0 },
	light: 820,
	range: { minimum: 0, maximum: 1023 },
	led: false,
	source: "hand",
	sources: ["day", "hand"],
	believed: { light: 820, at: 100_000, led: false },
	faults: [],
	possible: ["wifi-off"],
	...different,
});
