import { startNightlight } from "../../../../firmware/app.js";
import { withRadio } from "../../../../firmware/boards/wio-terminal/with-radio.js";
import type { SerialConstructor } from "../../../../firmware/ecma-419.js";
import type { DeviceEvent } from "../../../../firmware/events.js";
import { type RadioOptions, withSimulatedRadio } from "../../../../host-sim/co-processor/board.js";
import type { CoProcessor } from "../../../../host-sim/co-processor/chip.js";
import { ScriptedBroker } from "../../../support/virtual/broker.js";
import { VirtualClock } from "../../../support/virtual/clock.js";
import { configOf, type Settings } from "../../../support/virtual/config.js";
import { VirtualHost } from "../../../support/virtual/host.js";
import { VirtualNetwork } from "../../../support/virtual/network.js";

export const HOME = {
	...{ ssid: "home", password: "password", rssi: -50, channel: 6 },
	dhcp: { address: "192.168.1.50", mask: "255.255.255.0", gateway: "192.168.1.1" },
};

/** A nightlight whose network is a simulated radio, in virtual time. */
export class RadioStage {
	readonly clock = new VirtualClock();
	readonly network = new VirtualNetwork(this.clock);
	readonly broker = new ScriptedBroker(this.network);
	readonly host = new VirtualHost({ clock: this.clock, network: this.network });
	readonly chip: CoProcessor;
	readonly stop: (done: () => void) => void;

	constructor(settings: Settings = {}, radio: Partial<RadioOptions> = {}) {
		this.host.analog.light = 400;
		this.host.wallClock = 1_800_000_000_000;
		const options = { accessPoints: [HOME], timeServer: "pool.ntp.org", ...radio };
		const { host, chip } = withSimulatedRadio(this.host, options);
		this.chip = chip;
		const config = configOf({ id: "X", wifi: { ssid: "home", password: "password" }, ...settings });
		this.stop = startNightlight(withRadio(host, host.device.io.Serial as SerialConstructor, config), config);
	}

	/** The changes of the network so far: states, addresses and reasons. */
	get changes(): string[] {
		return this.eventsOf("network").map(
			({ state, address, reason }) => `${state}${(address ?? reason) ? `: ${address ?? reason}` : ""}`,
		);
	}

	/** Why the link failed, so far. */
	get failures(): string[] {
		return this.eventsOf("link").flatMap(({ code, reason }) =>
			code === undefined ? [] : [`${code}: ${reason}`],
		);
	}

	get isOnline(): boolean {
		return this.eventsOf("link").at(-1)?.state === "online";
	}

	eventsOf<Name extends DeviceEvent["event"]>(name: Name): Extract<DeviceEvent, { event: Name }>[] {
		return this.host.events.filter(({ event }) => event === name) as Extract<DeviceEvent, { event: Name }>[];
	}

	/** Lets time go by until the link is online; fails after a while. */
	untilOnline(within = 120_000): this {
		for (let gone = 0; gone < within; gone += 50) {
			this.clock.advance(50);
			if (this.isOnline) return this;
		}
		throw new Error(`still not online: ${[...this.changes, ...this.failures].join("; ")}`);
	}
}
