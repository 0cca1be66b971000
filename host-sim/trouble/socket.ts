import type { ByteBuffer, IOError, TCP, TCPOptions } from "../../firmware/ecma-419.js";
import { bytesOf } from "../io/byte-buffer.js";
import { ByteQueue } from "../io/byte-queue.js";
import { ioError } from "../io/tcp-error.js";
import { DelayLine } from "./line.js";
import type { Affected, Trouble } from "./trouble.js";

/** Why there is no connection while Wi-Fi is off. */
export const noWifi = (): IOError => ioError("no-network", "Wi-Fi is off");

/** The time in which a device has power. */
interface Life {
	readonly trouble: Trouble;
	readonly isOver: boolean;
}

/** Bytes that may wait here for the program; what is more stays in the socket underneath. */
const MOST_WAITING = 65_536;

/**
 * A class of sockets in the format "buffer" on which bytes are late, vanish or stop with Wi-Fi, as a person
 * has it. A connection that has lost bytes stays lost: had it gaps, the other side would see a broken
 * protocol, not a broken network. Its end is not told to the other side while nothing gets through.
 */
export const troubledSocket = <Options extends TCPOptions>(
	Base: new (options: Options) => TCP,
	life: Life,
): (new (
	options: Options,
) => TCP) =>
	class extends TroubledSocket {
		constructor(options: Options) {
			super(options, (callbacks) => new Base({ ...options, ...callbacks }), life);
		}
	};

class TroubledSocket implements TCP, Affected {
	readonly target: unknown;
	readonly #options: TCPOptions;
	readonly #life: Life;
	/** The socket underneath; `undefined` when it is closed, or was never made. */
	#base: TCP | undefined;
	readonly #coming = new DelayLine();
	readonly #going = new DelayLine();
	readonly #received = new ByteQueue();
	/** Bytes in `#coming` and in `#going`. */
	#late = 0;
	#unsent = 0;
	/** Bytes that the socket underneath has room for. */
	#room = 0;
	/** What the program knows that it may write. */
	#told = 0;
	#state: "opening" | "open" | "failed" | "closed" = "opening";
	/** The socket underneath is open; TLS has begun; it has failed; it has more to read. */
	#isUp = false;
	#isSecuring = false;
	#hasFailed = false;
	#hasMore = false;
	/** All bytes vanish. */
	#isDead = false;
	#isSevered = false;

	/** Begins to connect. @throws what the constructor of the socket underneath throws */
	constructor(options: TCPOptions, connect: (callbacks: Partial<TCPOptions>) => TCP, life: Life) {
		this.target = options.target;
		this.#options = options;
		this.#life = life;
		if (life.trouble.has("wifi-off")) this.#sever();
		else this.#connect(connect);
	}

	read(byteLength?: number): ArrayBuffer | undefined {
		if (this.#state === "closed") throw new Error("closed");
		const { length } = this.#received;
		if (length === 0) return undefined;
		const bytes = this.#received.take(byteLength ?? length);
		// Not at once: it calls back.
		if (this.#hasMore) setImmediate(() => this.#takeIn());
		return bytes;
	}

	write(data: ByteBuffer): number {
		if (this.#state !== "open") throw new Error("not connected");
		const bytes = bytesOf(data).slice();
		if (bytes.length > this.#told) {
			throw new Error(`cannot write ${bytes.length} bytes, at present ${this.#told} fit`);
		}
		if (this.#isDead) return this.#told;
		this.#unsent += bytes.length;
		this.#going.push(() => {
			this.#unsent -= bytes.length;
			if (this.#hasFailed || this.#isDead || this.#base === undefined) return;
			this.#room = this.#base.write(bytes) ?? this.#room - bytes.length;
		}, this.#life.trouble.latency);
		this.#told = Math.max(0, this.#room - this.#unsent);
		return this.#told;
	}

	close(): void {
		if (this.#state === "closed") return;
		this.#state = "closed";
		this.#coming.clear();
		this.#received.clear();
		if (this.#life.trouble.isSilent && this.#isUp) return;
		if (this.#isDead || !this.#isUp) this.release();
		else
			this.#going.push(() => {
				// Lost on its way.
				if (!this.#life.trouble.isSilent) this.release();
			}, this.#life.trouble.latency);
	}

	get swallows(): boolean {
		return this.#isDead && this.#state === "open";
	}

	/** What came and vanished; for who looks at the bytes. */
	lost(_bytes: Uint8Array): void {}

	changed(): void {
		const { trouble, isOver } = this.#life;
		// What was closed before the device starts again is still under way.
		const isGone = isOver && (this.#state !== "closed" || trouble.isSilent);
		if (isGone || trouble.has("wifi-off")) this.#sever();
		else if (trouble.has("half-open")) this.#isDead = true;
		const isDone = this.#isSevered || (this.#state === "closed" && this.#isDead);
		if (isDone && !trouble.isSilent) this.release();
	}

	/** Closes the socket underneath, so that the other side hears of it. */
	release(): void {
		const base = this.#base;
		this.#base = undefined;
		this.#coming.clear();
		this.#going.clear();
		this.#life.trouble.detach(this);
		base?.close();
	}

	/** From now on nothing gets through; the program, if there is one, is told that Wi-Fi is gone. */
	#sever(): void {
		if (this.#isSevered) return;
		this.#isSevered = true;
		this.#isDead = true;
		this.#coming.clear();
		this.#going.clear();
		// Of what is not open nobody else knows.
		if (!this.#isUp) this.release();
		setImmediate(() => this.#fail(noWifi()));
	}

	#connect(connect: (callbacks: Partial<TCPOptions>) => TCP): void {
		this.#base = connect({
			target: undefined,
			onReadable: () => this.#takeIn(),
			onWritable: (room) => this.#roomy(room),
			onSecuring: () => this.#securing(),
			onError: (error) => this.#broken(error),
		});
		this.#life.trouble.attach(this);
		this.changed();
	}

	#securing(): void {
		this.#isSecuring = true;
		this.#coming.push(() => {
			if (this.#isCallable) this.#options.onSecuring?.call(this);
		}, this.#roundTrip);
	}

	/** The socket underneath is open, or has room again. */
	#roomy(room: number): void {
		this.#room = room;
		if (this.#isUp) return this.#tellRoom();
		this.#isUp = true;
		// A handshake of TLS does not get through.
		if (this.#isDead && this.#isSecuring) return;
		const open = () => {
			if (!this.#isCallable) return;
			this.#state = "open";
			this.#tellRoom();
		};
		this.#coming.push(open, this.#isSecuring ? 2 * this.#roundTrip : this.#roundTrip);
	}

	#tellRoom(): void {
		const room = this.#room - this.#unsent;
		if (this.#state !== "open" || !this.#isCallable || room <= this.#told) return;
		this.#told = room;
		this.#options.onWritable?.call(this, room);
	}

	/** Takes bytes from the socket underneath, as long as not too many wait. */
	#takeIn(most = MOST_WAITING): void {
		for (;;) {
			this.#hasMore = this.#received.length + this.#late >= most;
			const bytes = this.#hasMore ? undefined : this.#base?.read();
			if (bytes === undefined) return;
			if (this.#isDead) this.lost(new Uint8Array(bytes));
			if (this.#isDead || this.#state === "closed") continue;
			this.#late += bytes.byteLength;
			this.#coming.push(() => this.#arrived(new Uint8Array(bytes)), this.#life.trouble.latency);
		}
	}

	#arrived(bytes: Uint8Array<ArrayBuffer>): void {
		this.#late -= bytes.length;
		if (this.#isDead) this.lost(bytes);
		if (this.#isDead || !this.#isCallable) return;
		this.#received.lend(bytes, bytes.length);
		try {
			this.#options.onReadable?.call(this, this.#received.length);
		} finally {
			this.#received.keep();
		}
	}

	/** The socket underneath has failed, or the other side has ended. */
	#broken(error: IOError | undefined): void {
		// What came before that is still to be read.
		this.#takeIn(Number.POSITIVE_INFINITY);
		this.#hasFailed = true;
		if (this.#isDead || this.#state === "closed") return this.release();
		this.#coming.push(() => this.#fail(error), this.#life.trouble.latency);
	}

	#fail(error: IOError | undefined): void {
		if (!this.#isCallable) return;
		this.#state = "failed";
		this.#options.onError?.call(this, error);
	}

	get #isCallable(): boolean {
		return this.#state !== "closed" && this.#state !== "failed" && !this.#life.isOver;
	}

	get #roundTrip(): number {
		return 2 * this.#life.trouble.latency;
	}
}
