import type { ChildProcess } from "node:child_process";
import { spawnEngine } from "../child.js";
import { EngineError } from "../failure.js";
import { wioRunner } from "./build-runner.js";
import { type Level, parseLine, type WioEnd, type WioEvent, type WioMemory } from "./messages.js";

/** A part of what is flashed. */
export interface Segment {
	/** In the chip's address space. */
	readonly address: number;
	readonly bytes: Uint8Array;
}

/** How a machine is made. */
export interface WioOptions {
	/** What flash holds; the rest is erased. The boot loader's 16 KB are the emulator's own. */
	readonly segments: readonly Segment[];
	/** For the random number generator and for RAM at power-on; 0 if absent. */
	readonly seed?: number;
	/** Hears that the emulator is being compiled. */
	readonly log: (line: string) => void;
}

/** What came of a run: everything that happened, in order, and how it ended. */
export interface WioRun {
	readonly events: readonly WioEvent[];
	readonly end: WioEnd;
}

/** Where the boot loader finds the program: its vectors. */
const LOADER = 0x4000;

/** Where the image's vectors are: behind a header of 1 KB at 0x8000. */
export const IMAGE_VECTORS = 0x8400;

/**
 * A loader that only jumps to the image: vectors at 0x4000 of which two are there, and
 *
 *     ldr r0, vectors;  ldr r1, vtor;  str r0, [r1];  ldr r1, [r0];  msr msp, r1;  ldr r0, [r0, #4];  bx r0
 */
export function jumpingLoader(vectors = IMAGE_VECTORS): Segment {
	const words = new DataView(new ArrayBuffer(40));
	const code = [0x4804, 0x4905, 0x6008, 0x6801, 0xf381, 0x8808, 0x6840, 0x4700];
	words.setUint32(0, 0x2000_1000, true);
	words.setUint32(4, LOADER + 8 + 1, true);
	for (const [index, half] of code.entries()) words.setUint16(8 + 2 * index, half, true);
	// From the first load: (8 + 4) + 4 * 4 is 28, where there is `vectors`; then SCB.VTOR.
	words.setUint32(28, vectors, true);
	words.setUint32(32, 0xe000ed08, true);
	return { address: LOADER, bytes: new Uint8Array(words.buffer) };
}

/** What may be loaded: flash behind the boot loader, RAM, the external flash. */
const MEMORIES = [
	{ from: LOADER, to: 0x8_0000 },
	{ from: 0x2000_0000, to: 0x2003_0000 },
	{ from: 0x0400_0000, to: 0x0440_0000 },
];

/** A line may hold as much: a part of a segment. */
const LOADED_AT_ONCE = 0x8000;

interface Answer<T> {
	readonly resolve: (answer: T) => void;
	readonly reject: (error: Error) => void;
}

/**
 * A Wio Terminal whose chip is emulated instruction by instruction, in virtual time: an instruction takes a cycle of
 * the CPU's clock, `wfi` goes on to the next event. What is not as the data sheet has it ends the run with a line
 * that names register and address.
 */
export class Wio {
	readonly #child: ChildProcess;
	#events: WioEvent[] = [];
	#rest = "";
	#onRun: Answer<WioRun> | undefined;
	#onMemory: Answer<Uint8Array> | undefined;
	#failure: EngineError | undefined;
	#errors = "";

	private constructor(child: ChildProcess) {
		this.#child = child;
		child.stdout?.setEncoding("latin1").on("data", (text: string) => this.#take(text));
		child.stderr?.setEncoding("utf8").on("data", (text: string) => {
			this.#errors = (this.#errors + text).slice(-1000);
		});
		// A child that has ended is heard of by that.
		child.stdin?.on("error", () => {});
		child.once("error", (error) => this.#fail(error.message));
		child.once("close", (code, signal) => {
			const line = this.#errors.trim().split("\n").at(-1);
			this.#fail(`it ended with ${code ?? signal}${line ? `: ${line}` : ""}`);
		});
	}

	/**
	 * Makes a machine and switches it on.
	 * @throws EngineError when the emulator cannot be built, RangeError for a segment that is not in memory
	 */
	static async start({ segments, seed = 0, log }: WioOptions): Promise<Wio> {
		const wio = new Wio(spawnEngine(await wioRunner(log), [], ["pipe", "pipe", "pipe"]));
		wio.#say(`seed ${seed}`);
		try {
			for (const segment of segments) wio.load(segment);
		} catch (error) {
			wio.close();
			throw error;
		}
		wio.powerCut();
		return wio;
	}

	/**
	 * Writes to flash or RAM, as a programmer would; the external flash is at 0x04000000.
	 * @throws RangeError for a place that is neither, or has the boot loader
	 */
	load({ address, bytes }: Segment): void {
		if (!MEMORIES.some(({ from, to }) => address >= from && address + bytes.length <= to))
			throw new RangeError(
				`${bytes.length} bytes at 0x${address.toString(16)} are not within flash behind the boot loader, RAM or the QSPI flash`,
			);
		for (let at = 0; at < bytes.length; at += LOADED_AT_ONCE) {
			const part = Buffer.from(bytes.subarray(at, at + LOADED_AT_ONCE)).toString("hex");
			this.#say(`load ${(address + at).toString(16)} ${part}`);
		}
	}

	/**
	 * Lets time pass until `until`, in nanoseconds since the machine was made.
	 * @param pausesOnOutput stops behind the first byte or change of a pin
	 * @throws EngineError when the emulator itself has ended, or runs already
	 */
	run(until: number, pausesOnOutput = false): Promise<WioRun> {
		return new Promise((resolve, reject) => {
			if (this.#failure !== undefined) return reject(this.#failure);
			if (this.#onRun !== undefined) return reject(new EngineError("the emulator runs already"));
			this.#onRun = { resolve, reject };
			this.#say(`run ${Math.floor(until)} ${Number(pausesOnOutput)}`);
		});
	}

	/**
	 * Sends bytes to a USART, one behind the other, 8N1.
	 * @param time when the first start bit begins, in nanoseconds; not before now, nor before what is on the wire
	 */
	receive(sercom: 0 | 1 | 2, time: number, baud: number, bytes: Uint8Array): void {
		this.#say(`rx ${sercom} ${Math.floor(time)} ${baud} ${Buffer.from(bytes).toString("hex")}`);
	}

	/** Drives a pin ("PC26") from outside, or lets go of it: a button that is pressed is 0, one that is not is "z". */
	setPin(pin: string, level: Level): void {
		this.#say(`pin ${pin} ${level}`);
	}

	/** Puts a voltage, 0 to 3.3 V, on an analog pin: "PD01" has the light sensor. */
	setVoltage(pin: string, volts: number): void {
		this.#say(`level ${pin} ${Math.round(volts * 1e6)}`);
	}

	/** Cuts the power and gives it back: RAM is lost, and a part of what was being written to flash. */
	powerCut(): void {
		this.#say("power");
	}

	/** Presses the reset button. */
	reset(): void {
		this.#say("reset");
	}

	/** What flash, RAM, the fuses or the external flash (at 0x04000000) hold; empty where nothing is. */
	readMemory(address: number, length: number): Promise<Uint8Array> {
		return new Promise((resolve, reject) => {
			if (this.#failure !== undefined) return reject(this.#failure);
			this.#onMemory = { resolve, reject };
			this.#say(`read ${address.toString(16)} ${length}`);
		});
	}

	/** Ends the emulator. */
	close(): void {
		this.#failure ??= new EngineError("the emulator was closed");
		this.#child.kill("SIGKILL");
	}

	#say(line: string): void {
		if (this.#failure === undefined) this.#child.stdin?.write(`${line}\n`);
	}

	#take(text: string): void {
		const lines = (this.#rest + text).split("\n");
		this.#rest = lines.pop() as string;
		try {
			for (const line of lines) this.#answer(parseLine(line));
		} catch (error) {
			this.#fail((error as Error).message);
		}
	}

	#answer(message: WioEvent | WioEnd | WioMemory): void {
		switch (message.kind) {
			case "stop":
			case "end": {
				const [run, events] = [this.#onRun, this.#events];
				this.#onRun = undefined;
				this.#events = [];
				return run?.resolve({ events, end: message });
			}
			case "memory": {
				const memory = this.#onMemory;
				this.#onMemory = undefined;
				return memory?.resolve(message.bytes);
			}
			case "byte":
			case "pin":
			case "lcd":
			case "reset":
			case "fault":
				this.#events.push(message);
		}
	}

	#fail(reason: string): void {
		this.#failure ??= new EngineError(`the emulator of the Wio Terminal: ${reason}`);
		this.#onRun?.reject(this.#failure);
		this.#onMemory?.reject(this.#failure);
	}
}
