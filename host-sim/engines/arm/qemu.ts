import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CALL_HEADER } from "../../../firmware/boards/native/seam.js";
import { EngineError } from "../failure.js";
import { type ArmMeter, Bridge, decodeMeter, FrameReader, frame } from "./protocol.js";
import { INSTALL, QEMU } from "./toolchain.js";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** An instruction takes 2 ** 10 ns, the most QEMU knows: the unit of `ArmMeter.work`. */
const INSTRUCTION_SHIFT = 10;

interface Turn {
	readonly resolve: (meter: ArmMeter) => void;
	readonly reject: (error: Error) => void;
}

/** QEMU would outlive this process. */
const running = new Set<Qemu>();
const closeAll = () => {
	for (const qemu of running) qemu.close();
};

/** How an image is run. */
export interface QemuOptions {
	/**
	 * Every instruction takes the same time: a meter's `work` is their number. The watchdog then ends a
	 * turn of some ten million.
	 */
	readonly countsInstructions?: boolean;
}

/**
 * An image in QEMU: one turn at a time, in which it may call out. Frames go over its second UART,
 * which is a socket in a folder of our own.
 */
export class Qemu {
	readonly #answer: (call: Uint8Array) => Uint8Array;
	readonly #onEnd: (reason: string) => void;
	readonly #folder = mkdtempSync(join(tmpdir(), "nightlight-"));
	readonly #server: Server;
	#child: ChildProcess | undefined;
	#socket: Socket | undefined;
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
		this.#queue = new Promise<void>((resolve) => {
			this.#onReady = resolve;
		});
		running.add(this);
		if (running.size === 1) process.once("exit", closeAll);
		const path = join(this.#folder, "bridge");
		this.#server = createServer((socket) => this.#serve(socket));
		this.#server.once("error", (error) => this.#ended(error.message));
		this.#server.listen(path, () => {
			if (!this.#isClosed) this.#start(elf, path, options);
		});
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
					this.#socket?.write(frame(encode()));
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
		running.delete(this);
		if (running.size === 0) process.off("exit", closeAll);
		this.#onReady();
		this.#turn?.reject(new EngineError("the engine was closed"));
		this.#turn = undefined;
		this.#child?.kill("SIGKILL");
		this.#socket?.destroy();
		this.#server.close();
		rmSync(this.#folder, { recursive: true, force: true });
	}

	#start(elf: string, path: string, { countsInstructions = false }: QemuOptions): void {
		const words = ["-M", "mps2-an386", "-kernel", elf, "-display", "none", "-monitor", "none"];
		const bridge = [
			"-serial",
			"null",
			"-chardev",
			`socket,id=bridge,path=${path}`,
			"-serial",
			"chardev:bridge",
		];
		const count = countsInstructions ? ["-icount", `shift=${INSTRUCTION_SHIFT}`] : [];
		const child = spawn(QEMU, [...words, ...bridge, ...count], { stdio: ["ignore", "ignore", "pipe"] });
		this.#child = child;
		child.stderr.setEncoding("utf8").on("data", (line: string) => {
			this.#errors = (this.#errors + line).slice(-1000);
		});
		child.once("error", () => this.#ended(`no ${QEMU} for --engine arm: ${INSTALL}`));
		child.once("close", (code, signal) => {
			const line = this.#errors.trim().split("\n").at(-1);
			this.#ended(`QEMU ended with ${code ?? signal}${line ? `: ${line}` : ""}`);
		});
	}

	#serve(socket: Socket): void {
		this.#socket = socket;
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
		const body = bytes.subarray(CALL_HEADER);
		switch (bytes[0]) {
			case Bridge.READY:
				// It starts again after a failure, and then says why.
				if (this.#hasStarted) return this.#ended(text(body) || "the image has started again");
				this.#hasStarted = true;
				return this.#onReady();
			case Bridge.TURN_OVER: {
				const turn = this.#turn;
				this.#turn = undefined;
				return turn?.resolve(decodeMeter(body));
			}
			default:
				this.#socket?.write(frame(this.#answer(bytes)));
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
