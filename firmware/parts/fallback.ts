import type { Config } from "../config.js";
import type { Host } from "../host.js";
import { elapsed } from "../mqtt/answer-time.js";
import type { Readings } from "../telemetry/policy.js";
import type { StatefulLed } from "./stateful-led.js";

/** Reports without any word from the server that count as silence. */
const UNHEARD = 2;

/**
 * The server's rule on the device, for as long as no server decides: without a connection for `after` milliseconds, or, where that
 * is wanted, with one over which no command and no answer comes. The first command ends it.
 */
export class Fallback {
	readonly #host: Pick<Host, "now" | "report">;
	readonly #led: Pick<StatefulLed, "isOn" | "set">;
	#config: Config["fallback"];
	/** Milliseconds until it begins; `undefined`: it never does, and wants no readings. */
	after: number | undefined;
	/** The name of the sensor that the rule is about. */
	readonly #sensor: string;
	#isOnline = false;
	/** When the connection ended, or a server was last heard of. */
	#since: number;
	/** Reports since a server was last heard of. */
	#unheard = 0;
	#isActive = false;

	constructor(host: Pick<Host, "now" | "report">, config: Config, led: Pick<StatefulLed, "isOn" | "set">) {
		this.#host = host;
		this.#config = config.fallback;
		this.after = config.fallback.after;
		this.#sensor = config.telemetry.sensors[0]?.name ?? "";
		this.#led = led;
		this.#since = host.now();
	}

	/** Goes on with another configuration. */
	configure({ fallback }: Config): void {
		this.#config = fallback;
		this.after = fallback.after;
	}

	online(): void {
		this.#isOnline = true;
		this.#since = this.#host.now();
		this.#unheard = 0;
	}

	offline(): void {
		this.#isOnline = false;
		this.#since = this.#host.now();
	}

	/** A report was handed over for sending. */
	reported(): void {
		if (this.#isOnline) this.#unheard++;
	}

	/** A server was heard of, by its answer to a reading. */
	heard(): void {
		this.#since = this.#host.now();
		this.#unheard = 0;
	}

	/** Somebody else decides again. */
	commanded(): void {
		this.heard();
		this.#set(false, "command");
	}

	/** Decides by a reading, if nobody else does. */
	decide(readings: Readings): void {
		const { after } = this;
		const { threshold, hysteresis, whenSilent } = this.#config;
		if (after === undefined) return;
		if (!this.#isActive) {
			if (this.#isOnline && !(whenSilent && this.#unheard >= UNHEARD)) return;
			if (elapsed(this.#host.now(), this.#since) < after) return;
			this.#set(true, this.#isOnline ? "silent" : "offline");
		}
		const light = readings[this.#sensor] as number;
		this.#led.set(light < (this.#led.isOn ? threshold + hysteresis : threshold), "device");
	}

	#set(active: boolean, reason: "offline" | "silent" | "command"): void {
		if (active === this.#isActive) return;
		this.#isActive = active;
		this.#host.report({ event: "fallback", active, reason });
	}
}
