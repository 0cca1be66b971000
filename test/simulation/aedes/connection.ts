import type { BrokerConnection } from "../../../host-sim/simulation/broker/link.js";
import { LinkStream } from "./link-stream.js";
import type { Outlet } from "./outlet.js";
import type { OwnTimers } from "./own-timers.js";

/** A network connection that Aedes has as a stream. */
export class Connection implements BrokerConnection {
	readonly stream: LinkStream;
	readonly #timers: OwnTimers;
	readonly #outlet: Outlet;
	#isEnding = false;

	constructor(timers: OwnTimers, outlet: Outlet) {
		this.#timers = timers;
		this.#outlet = outlet;
		this.stream = new LinkStream(outlet);
	}

	receive(bytes: Uint8Array): void {
		this.#timers.run(() => {
			if (!this.stream.destroyed) this.stream.push(Buffer.from(bytes));
		});
	}

	/**
	 * The end is told when Aedes has settled: of whoever sends and goes at once it would otherwise read
	 * nothing, for it reads no further before CONNACK.
	 */
	lost(): void {
		this.#outlet.lost();
		this.#isEnding = true;
		this.#timers.run(() => {});
	}

	/** Aedes has worked on all that came. */
	settled(): void {
		if (!this.#isEnding) return;
		this.#isEnding = false;
		this.#timers.run(() => {
			this.stream.isLost = true;
			this.stream.push(null);
		});
	}

	/** It is closed, and Aedes hears nothing of it any more. */
	crash(): void {
		this.#outlet.close();
	}
}
