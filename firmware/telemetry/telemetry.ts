import type { Config } from "../config.js";
import type { Host, TimerId } from "../host.js";
import { isWorthReporting, type Readings } from "./policy.js";

export interface TelemetryCallbacks {
	/** Takes a reading of every sensor, in the sensor's unit each. */
	read: () => Readings;
	/** Takes readings that are worth a message; `false` when they could not be taken, and so were not reported. */
	send: (readings: Readings) => boolean;
}

/** Reads the sensors again and again, and hands on what is worth a message. */
export class Telemetry {
	readonly #host: Host;
	#config: Config["telemetry"];
	readonly #callbacks: TelemetryCallbacks;
	#timer: TimerId;
	#last: Readings | undefined;
	/** Milliseconds since the report of `#last`, counted in samples: a timer that is late now and then skips none. */
	#elapsed = 0;

	constructor(host: Host, config: Config["telemetry"], callbacks: TelemetryCallbacks) {
		this.#host = host;
		this.#config = config;
		this.#callbacks = callbacks;
	}

	/** Reports now, whatever the last report was, and then as the policy says. */
	start(): void {
		this.stop();
		this.#begin();
		this.#sample(0);
	}

	/** Starts if it is stopped. */
	resume(): void {
		if (this.#timer === undefined) this.start();
	}

	/** Goes on with another configuration, in steps of its own from now on. */
	configure(config: Config["telemetry"]): void {
		const last = this.#last;
		const isRunning = this.#timer !== undefined;
		this.stop();
		this.#config = config;
		if (!isRunning) return;
		this.#last = last;
		this.#begin();
	}

	stop(): void {
		if (this.#timer !== undefined) this.#host.timer.clear(this.#timer);
		this.#timer = undefined;
		this.#last = undefined;
	}

	#begin(): void {
		const sample = this.#config.sample ?? this.#config.interval;
		this.#timer = this.#host.timer.repeat(() => this.#sample(sample), sample);
	}

	/** @param since milliseconds since the sample before */
	#sample(since: number): void {
		const readings = this.#callbacks.read();
		this.#elapsed += since;
		if (!isWorthReporting(this.#config, readings, this.#last, this.#elapsed)) return;
		if (!this.#callbacks.send(readings)) return;
		this.#last = readings;
		this.#elapsed = 0;
	}
}
