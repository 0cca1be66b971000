import { constants } from "node:os";
import type { Resolver, ResolverOptions, TCPConstructor, TLSClient } from "../../firmware/ecma-419.js";
import type { DeviceEvent } from "../../firmware/events.js";
import type { Host, Timer, TimerId } from "../../firmware/host.js";
import type { StorageObserver } from "../io/storage-health.js";
import { troubledResolver } from "./resolver.js";
import { troubledSocket } from "./socket.js";
import type { Trouble } from "./trouble.js";

interface Closable {
	close(): void;
}

/** What a host reaches the network with. */
export interface Network {
	readonly TCP: TCPConstructor;
	readonly TLS: TLSClient["io"];
	readonly Resolver: new (options: ResolverOptions) => Resolver;
}

/**
 * The time of a device from when it is switched on until its power is cut or it starts again: what its host is made
 * of ends with it, and nothing calls the firmware any more.
 */
export class Life {
	readonly #trouble: Trouble | undefined;
	readonly #parts = new Set<Closable>();
	#isOver = false;

	/** @param trouble what a person can switch on, where that can be */
	constructor(trouble?: Trouble) {
		this.#trouble = trouble;
	}

	/** Whether the power was cut, or the device starts again. */
	get isOver(): boolean {
		return this.#isOver;
	}

	/** Ends it: the power is cut, or the device starts again. What was closed before still says goodbye in the latter case. */
	end(): void {
		if (this.#isOver) return;
		this.#isOver = true;
		for (const part of [...this.#parts]) part.close();
		this.#parts.clear();
		this.#trouble?.affect();
	}

	/** Has it closed at the end: at once, if that has come. */
	adopt(part: Closable): void {
		if (this.#isOver) part.close();
		else this.#parts.add(part);
	}

	drop(part: Closable): void {
		this.#parts.delete(part);
	}

	/** The same network, with all that can go wrong. */
	network({ TCP, TLS, Resolver }: Network): Network {
		const trouble = this.#trouble;
		if (trouble === undefined) {
			return { TCP: mortal(TCP, this), TLS: mortal(TLS, this), Resolver: mortal(Resolver, this) };
		}
		const life = new TroubledLife(this, trouble);
		return {
			TCP: troubledSocket(TCP, life),
			TLS: troubledSocket(TLS, life),
			Resolver: troubledResolver(Resolver, life),
		};
	}

	/** An observer of a storage that may be full. */
	storage(observer: StorageObserver): StorageObserver {
		return {
			failed: () => observer.failed(),
			written: () => observer.written(),
			writing: () => {
				if (this.#trouble?.has("storage-full")) throw diskFull();
			},
		};
	}

	/** The same host, which ends with this life. */
	host(host: Host): Host {
		const { device } = host;
		const { Analog, Digital } = device.io;
		return Object.freeze({
			...host,
			device: Object.freeze({
				...device,
				io: Object.freeze({ ...device.io, Analog: mortal(Analog, this), Digital: mortal(Digital, this) }),
				...(device.keyValue !== undefined && { keyValue: this.#storage(device.keyValue) }),
				...(device.flash !== undefined && { flash: this.#storage(device.flash) }),
			}),
			timer: this.#timer(host.timer),
			report: (event: DeviceEvent) => {
				if (!this.#isOver) host.report(event);
			},
		});
	}

	#storage<Options, Part extends Closable>(storage: { open(options: Options): Part }) {
		return Object.freeze({
			open: (options: Options) => {
				const part = storage.open(options);
				this.adopt(part);
				return part;
			},
		});
	}

	#timer(timer: Timer): Timer {
		const parts = new Map<TimerId, Closable>();
		const forget = (id: TimerId) => {
			const part = parts.get(id);
			if (part !== undefined) this.drop(part);
			parts.delete(id);
		};
		const keep = (id: TimerId) => {
			const part = { close: () => timer.clear(id) };
			parts.set(id, part);
			this.adopt(part);
			return id;
		};
		return Object.freeze({
			set: (callback, delay) => {
				const id = timer.set(() => {
					forget(id);
					callback();
				}, delay);
				return keep(id);
			},
			repeat: (callback, interval) => keep(timer.repeat(callback, interval)),
			clear: (id) => {
				forget(id);
				timer.clear(id);
			},
		} satisfies Timer);
	}
}

/** A life in which there can be trouble, as sockets and resolvers see it. */
class TroubledLife {
	readonly trouble: Trouble;
	readonly #life: Life;

	constructor(life: Life, trouble: Trouble) {
		this.#life = life;
		this.trouble = trouble;
	}

	get isOver(): boolean {
		return this.#life.isOver;
	}

	adopt(part: Closable): void {
		this.#life.adopt(part);
	}

	drop(part: Closable): void {
		this.#life.drop(part);
	}
}

/** What the system says when a disk is full. */
const diskFull = (): Error =>
	Object.assign(new Error("no space left on device"), { code: "ENOSPC", errno: -constants.errno.ENOSPC });

/** A class whose instances end with a life. */
// biome-ignore lint/suspicious/noExplicitAny: TypeScript wants it of a mixin's constructor
function mortal<Base extends new (...args: any[]) => Closable>(Base: Base, life: Life): Base {
	return class extends Base {
		// biome-ignore lint/suspicious/noExplicitAny: TypeScript wants it of a mixin's constructor
		constructor(...args: any[]) {
			super(...args);
			life.adopt(this);
		}

		override close(): void {
			life.drop(this);
			super.close();
		}
	};
}
