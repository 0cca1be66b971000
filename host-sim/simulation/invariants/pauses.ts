import type { Config } from "../../../firmware/config.js";
import type { WorldEvent } from "../trace.js";
import { type Invariant, Violation, type WorldView } from "./invariant.js";

/** How somebody is to try again; all in milliseconds. */
interface Manners {
	/** The first pause, before chance shortens it by up to a half; each further one is twice as long. */
	readonly initial: number;
	/** The longest pause. */
	readonly maximum: number;
	/** A connection that lasted as long has the pauses begin anew. */
	readonly stable: number;
}

/** The server's, which nobody can set. */
const SERVER: Manners = { initial: 1000, maximum: 30_000, stable: 10_000 };

/** So many pauses in a row are not by chance as long as they can be. */
const TOO_MANY_FULL = 3;

/** One client's tries. */
class Tries {
	readonly #name: string;
	readonly #id: string;
	readonly #manners: Manners;
	/** Pauses since a stable connection. */
	#pauses = 0;
	/** Of these, the last ones that chance did not shorten. */
	#full = 0;
	#onlineSince: number | undefined;
	/** When the next try is to come. */
	#due: number | undefined;

	constructor(name: string, id: string, manners: Manners) {
		this.#name = name;
		this.#id = id;
		this.#manners = manners;
	}

	online(time: number): void {
		this.#onlineSince = time;
	}

	paused(time: number, delay: number): void {
		const { initial, maximum, stable } = this.#manners;
		const lasted = this.#onlineSince === undefined ? 0 : time - this.#onlineSince;
		this.#onlineSince = undefined;
		// In the very millisecond either may come first: the end of the connection, or that it counts as stable.
		if (lasted > stable || (lasted === stable && delay <= initial)) this.#pauses = 0;
		const longest = Math.min(maximum, initial * 2 ** this.#pauses++);
		if (delay < Math.floor(longest / 2) || delay > longest) {
			this.#fail(`a pause of ${delay} ms; number ${this.#pauses} is to take ${longest / 2} to ${longest} ms`);
		}
		this.#full = delay === longest ? this.#full + 1 : 0;
		if (this.#full >= TOO_MANY_FULL) this.#fail(`${this.#full} pauses in a row that chance did not shorten`);
		this.#due = time + delay;
	}

	tried(time: number): void {
		if (this.#due !== undefined && time !== this.#due) {
			this.#fail(`a try ${Math.abs(time - this.#due)} ms too ${time < this.#due ? "early" : "late"}`);
		}
		this.#due = undefined;
	}

	/** A try that should have come by now has. */
	check(time: number): void {
		if (this.#due !== undefined && time > this.#due) this.#fail(`no try at ${this.#due} ms`);
	}

	#fail(message: string): never {
		throw new Violation(this.#name, `${this.#id}: ${message}`);
	}
}

/** Devices and server try again, ever more rarely, and begin anew after a connection that was stable. */
export class Pauses implements Invariant {
	readonly name = "pauses between tries double up to the longest, and begin anew after a stable connection";
	readonly #devices: ReadonlyMap<string, Config["reconnect"]>;
	readonly #tries = new Map<string, Tries>();

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		this.#devices = new Map(configs.map(({ id, reconnect }) => [id, reconnect]));
		for (const id of this.#devices.keys()) this.#begin(id);
		this.#beginServer();
	}

	onEvent(time: number, event: WorldEvent): void {
		if (event.source === "power") return this.#begin(event.device);
		if (event.source === "fault" && event.fault === "serverCrash") {
			// Of two at the same time the earlier ends while the server tries again.
			return event.phase === "begin" ? this.#beginServer() : undefined;
		}
		if ((event.source !== "device" && event.source !== "server") || event.event !== "link") return;
		const tries = this.#tries.get(event.source === "device" ? event.device : "");
		if (event.state === "online") tries?.online(time);
		else if (event.state === "backoff") tries?.paused(time, event.delay as number);
		else if (event.state === "resolving" || (event.source === "server" && event.state === "connecting")) {
			tries?.tried(time);
		}
	}

	check({ time }: WorldView): void {
		for (const tries of this.#tries.values()) tries.check(time);
	}

	#beginServer(): void {
		this.#tries.set("", new Tries(this.name, "the server", SERVER));
	}

	#begin(id: string): void {
		const reconnect = this.#devices.get(id);
		if (reconnect !== undefined) this.#tries.set(id, new Tries(this.name, id, reconnect));
	}
}
