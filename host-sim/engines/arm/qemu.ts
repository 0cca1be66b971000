import type { ChildProcess } from "node:child_process";
import type { Duplex } from "node:stream";
import { CALL_HEADER } from "../../../firmware/boards/native/seam.js";
import { spawnEngine } from "../child.js";
import { EngineError } from "../failure.js";
import { type ArmMeter, Bridge, decodeMeter, FrameReader, frame } from "./protocol.js";
import { QEMU } from "./toolchain.js";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** An instruction takes 2 ** 10 ns, the most QEMU knows: the unit of `ArmMeter.work`. */
const INSTRUCTION_SHIFT = 10;

interface Turn {
	readonly resolve: (meter: ArmMeter) => void;
	readonly reject: (error: Error) => void;
}

/** How an image is run. */
export interface QemuOptions {
	/**
	 * Every instruction takes the same time: a meter's `work` is their number. The watchdog then ends a
	 * turn of some ten million.
	 */
	readonly countsInstructions?: boolean;
	/**
	 * Hears each instruction before it is executed, as QEMU logs it (`-d exec`), in pieces: `Trace 0: HOST
	 * [BASE/ADDRESS/FLAGS/MODE] FUNCTION` and the end of the line. Takes a hundred times as long.
	 */
	readonly onTrace?: (text: string) => void;
	/** Puts why the image ended into words for people. */
	readonly explain?: (reason: string) => string;
}

/** Where QEMU finds its end of the bridge. */
const BRIDGE_FD = 3;

/**
 * An image in QEMU: one turn at a time, in which it may call out. Frames go over its second UART,
 * which is a pair of sockets.
 */
export class Qemu {
	readonly #answer: (call: Uint8Array) => Uint8Array;
	readonly #onEnd: (reason: string) => void;
	readonly #explain: (reason: string) => string;
	readonly #child: ChildProcess;
	readonly #socket: Duplex;
	#turn: Turn | undefined;
	/** The image has started; the first event may go. */
	#onReady = () => {};
	#queue: Promise<unknown>;
	#hasStarted = false;
	#isClosed = false;
	#errors = "";

	/**
	 * @param answer answers the firmware's calls, at once
	 * @param onEnd hears why, when the image ends without having been closed
	 */
	constructor(
		elf: string,
		answer: (call: Uint8Array) => Uint8Array,
		onEnd: (reason: string) => void,
		options: QemuOptions = {},
	) {
		this.#answer = answer;
		this.#onEnd = onEnd;
		this.#explain = options.explain ?? ((reason) => reason);
		this.#queue = new Promise<void>((resolve) => {
			this.#onReady = resolve;
		});
		this.#child = this.#start(elf, options);
		this.#socket = this.#child.stdio[BRIDGE_FD] as Duplex;
		this.#listen();
	}

	/**
	 * Hands over an event; events are taken in order, each in a turn of its own.
	 * @param encode gives the event's bytes when its turn has come
	 */
	event(encode: () => Uint8Array): Promise<ArmMeter> {
		const turn = this.#queue.then(
			() =>
				new Promise<ArmMeter>((resolve, reject) => {
					if (this.#isClosed) return reject(new EngineError("the engine has ended"));
					this.#turn = { resolve, reject };
					this.#socket.write(frame(encode()));
				}),
		);
		this.#queue = turn.catch(() => {});
		return turn;
	}

	/** Resolves when all events have been taken, with those that come of them. */
	async settled(): Promise<void> {
		let last: unknown;
		while (last !== this.#queue) {
			last = this.#queue;
			await last;
		}
	}

	/** Ends QEMU. */
	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#onReady();
		this.#turn?.reject(new EngineError("the engine was closed"));
		this.#turn = undefined;
		this.#child.kill("SIGKILL");
		this.#socket.destroy();
	}

	#start(elf: string, { countsInstructions = false, onTrace }: QemuOptions): ChildProcess {
		const words = ["-M", "mps2-an386", "-kernel", elf, "-display", "none", "-monitor", "none"];
		const bridge = ["-chardev", `socket,id=bridge,fd=${BRIDGE_FD}`, "-serial", "chardev:bridge"];
		const count = countsInstructions ? ["-icount", `shift=${INSTRUCTION_SHIFT}`] : [];
		const trace = onTrace === undefined ? [] : ["-singlestep", "-d", "exec,nochain"];
		const stdio = ["ignore", "ignore", "pipe", "pipe"] as const;
		const child = spawnEngine(QEMU, [...words, "-serial", "null", ...bridge, ...count, ...trace], stdio);
		child.stderr?.setEncoding("latin1").on("data", (text: string) => {
			if (onTrace !== undefined) return onTrace(text);
			this.#errors = (this.#errors + text).slice(-1000);
		});
		child.once("error", (error) => this.#ended(error.message));
		child.once("close", (code, signal) => {
			const line = this.#errors.trim().split("\n").at(-1);
			const how = code === null ? `was ended by ${signal}` : `ended with ${code}`;
			this.#ended(`QEMU ${how}${line ? `: ${line}` : ""}`);
		});
		return child;
	}

	#listen(): void {
		const socket = this.#socket;
		// QEMU's end is heard of by its exit.
		socket.on("error", () => {});
		const reader = new FrameReader((bytes) => this.#take(bytes));
		socket.on("data", (bytes) => {
			try {
				reader.push(bytes);
			} catch (error) {
				this.#ended((error as Error).message);
			}
		});
	}

	#take(bytes: Uint8Array): void {
		if (this.#isClosed) return;
		const body = bytes.subarray(CALL_HEADER);
		switch (bytes[0]) {
			case Bridge.READY:
				// It starts again after a failure, and then says why.
				if (this.#hasStarted) return this.#ended(this.#explain(text(body)) || "the image has started again");
				this.#hasStarted = true;
				return this.#onReady();
			case Bridge.TURN_OVER: {
				const turn = this.#turn;
				this.#turn = undefined;
				return turn?.resolve(decodeMeter(body));
			}
			default:
				this.#socket.write(frame(this.#answer(bytes)));
		}
	}

	#ended(reason: string): void {
		if (this.#isClosed) return;
		const turn = this.#turn;
		this.#turn = undefined;
		this.close();
		turn?.reject(new EngineError(reason));
		this.#onEnd(reason);
	}
}
