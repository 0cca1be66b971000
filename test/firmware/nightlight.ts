import { startNightlight } from "../../firmware/app.js";
import { ScriptedBroker } from "../support/virtual/broker.js";
import { VirtualClock } from "../support/virtual/clock.js";
import { configOf, type Settings } from "../support/virtual/config.js";
import { VirtualHost, type VirtualHostOptions } from "../support/virtual/host.js";
import { VirtualNetwork } from "../support/virtual/network.js";

/** A nightlight in a virtual world, whose id is `X`. */
export class Nightlight {
	readonly clock = new VirtualClock();
	readonly network = new VirtualNetwork(this.clock);
	readonly broker = new ScriptedBroker(this.network);
	readonly host: VirtualHost;
	readonly stop: (done: () => void) => void;

	constructor(settings: Settings = {}, options: VirtualHostOptions = {}) {
		const { clock, network } = this;
		this.host = new VirtualHost({ clock, network, ...options });
		this.host.analog.light = 400;
		this.stop = startNightlight(this.host, configOf({ id: "X", ...settings }));
	}

	/** What the broker has heard since the last time. */
	listen(milliseconds: number): string[] {
		const before = this.broker.heard.length;
		this.clock.advance(milliseconds);
		return this.broker.heard.slice(before);
	}

	/** Has a command sent, and waits until it has come. */
	command(payload: string | Uint8Array, retain = false): string[] {
		this.broker.publish("X/commands", payload, { retain });
		return this.listen(10);
	}
}
