import type {
	Digital,
	DigitalConstructor,
	PinSpecifier,
	Serial,
	SerialConstructor,
} from "../../../ecma-419.js";
import type { Timer } from "../../../host.js";
import { readUtf8 } from "../../../mqtt/utf8.js";
import type { Reply } from "./reply.js";
import { Request } from "./request.js";
import { Rpc, type RpcListener } from "./rpc.js";
import { Service } from "./services.js";

/** What the radio hangs on. */
export interface RadioOptions {
	readonly io: { readonly Serial: SerialConstructor; readonly Digital: DigitalConstructor };
	/** The chip runs while it is high (CHIP_PU). */
	readonly enable: PinSpecifier;
	readonly timer: Timer;
	/** Milliseconds that only go forward. */
	readonly now: () => number;
}

/** Who uses the radio. */
export interface RadioUser {
	/** It is off: everything it knew and had open is gone. */
	radioLost(reason: string): void;
	/** Something happened in the Wi-Fi network: `WiFiEvent`, or another number. */
	wifiEvent(event: number): void;
}

/** Milliseconds: of a reset; until the chip listens after it; for its version. */
const RESET_TIME = 100;
const BOOT_TIME = 400;
const PROBE_TIMEOUT = 1000;

/** Bits a second: of firmware that we speak with, twice as a slow start is none yet; of older one. */
const BAUDS: readonly number[] = Object.freeze([614_400, 614_400, 1_843_200]);

/** The first version of the firmware whose calls have the numbers that we know. */
const OLDEST = "2.1.2";
const UPDATE = "update it, as docs/wio-terminal.md says";

/**
 * The RTL8720DN of the Wio Terminal, which speaks eRPC on a serial port. It is started when someone wants it, and
 * switched off when it does not answer as it should: the next one who wants it starts it again.
 */
export class Radio implements RpcListener {
	readonly #options: RadioOptions;
	readonly #enable: Digital;
	#serial: Serial | undefined;
	#user: RadioUser | undefined;
	#rpc: Rpc | undefined;
	#isReady = false;
	/** Who waits for the start, if it is under way. */
	#waiting: ((reason?: string) => void) | undefined;

	constructor(options: RadioOptions) {
		this.#options = options;
		const { Digital } = options.io;
		this.#enable = new Digital({ pin: options.enable, mode: Digital.Output, initialValue: 0 });
	}

	/** From now on `user` hears what becomes of the radio. */
	attach(user: RadioUser): void {
		this.#user = user;
	}

	/** Starts the radio, if it does not run; calls back once: with a reason when that fails. One at a time waits. */
	start(done: (reason?: string) => void): void {
		if (this.#isReady) return done();
		const isUnderWay = this.#waiting !== undefined;
		this.#waiting = done;
		if (isUnderWay) return;
		const { timer } = this.#options;
		this.#enable.write(0);
		timer.set(() => {
			this.#enable.write(1);
			timer.set(() => this.#probe(0), BOOT_TIME);
		}, RESET_TIME);
	}

	/**
	 * Calls the radio; `done` hears the reply. When it fails the radio is lost, and `done` is not called.
	 * @param what the call, for people
	 * @param timeout milliseconds
	 */
	call(what: string, request: Request, timeout: number, done: (reply: Reply) => void): void {
		if (this.#isReady) this.#rpc?.call(what, request, timeout, done);
	}

	/** Calls the radio before all that wait; only while `done` of another call runs. */
	callNext(what: string, request: Request, timeout: number, done: (reply: Reply) => void): void {
		if (this.#isReady) this.#rpc?.callNext(what, request, timeout, done);
	}

	send(bytes: Uint8Array): void {
		this.#serial?.write(bytes);
	}

	onEvent(service: number, _method: number, values: Reply): void {
		if (service !== Service.WIFI_EVENTS || !this.#isReady) return;
		const event = values.binary();
		if (event.length > 0) this.#user?.wifiEvent(event[0] as number);
	}

	onFault(reason: string): void {
		this.stop();
		this.#user?.radioLost(reason);
	}

	/** Asks for the version, which tells at what speed the radio listens, if it does. */
	#probe(attempt: number): void {
		const baud = BAUDS[attempt];
		this.#rpc?.end();
		if (baud === undefined)
			return this.#started(`the radio does not answer: its firmware may be too old, ${UPDATE}`);
		this.#open(baud);
		const rpc = new Rpc(this.#options, {
			send: (bytes) => this.send(bytes),
			onEvent: (service, method, values) => this.onEvent(service, method, values),
			onFault: (reason) => (this.#isReady ? this.onFault(reason) : this.#probe(attempt + 1)),
		});
		this.#rpc = rpc;
		rpc.call("version", new Request(Service.SYSTEM, 1, 0), PROBE_TIMEOUT, (reply) => {
			const version = readUtf8(reply.binary()) ?? "";
			if (isOlder(version, OLDEST)) {
				return this.#started(`the radio's firmware ${version} is older than ${OLDEST}: ${UPDATE}`);
			}
			this.#isReady = true;
			this.#started();
		});
	}

	#open(baud: number): void {
		this.#serial?.close();
		const { Serial } = this.#options.io;
		this.#serial = new Serial({ baud, target: this, onReadable: Radio.#onReadable });
	}

	static #onReadable(this: Serial, bytes: number): void {
		const data = this.read(bytes);
		if (data !== undefined) (this.target as Radio).#rpc?.receive(new Uint8Array(data));
	}

	#started(reason?: string): void {
		const waiting = this.#waiting;
		this.#waiting = undefined;
		if (reason !== undefined) this.stop();
		waiting?.(reason);
	}

	/** Switches the radio off, and tells nobody. */
	stop(): void {
		this.#isReady = false;
		this.#rpc?.end();
		this.#serial?.close();
		this.#serial = undefined;
		this.#enable.write(0);
	}
}

/** Whether a version comes before another: numbers with dots between. */
function isOlder(version: string, other: string): boolean {
	const parts = version.split(".");
	const others = other.split(".");
	for (let index = 0; index < others.length; index++) {
		const difference = Number(parts[index]) - Number(others[index]);
		if (difference !== 0) return !(difference > 0);
	}
	return false;
}
