import { Wio, type WioRun } from "../../../../host-sim/engines/wio/wio.js";
import { compile, place, programFile } from "./program.js";

/** A step of programs/script.c: what, address, width, value, mask. */
export type Step = readonly [what: number, address: number, width: number, value: number, mask: number];

const STEPS = 0x60000;
const RESULTS = 0x2001_0000;

/** Writes a register, or an address as so many bits. */
export const write = (register: string | number, value: number, width = 32): Step => {
	const { address, width: bits } =
		typeof register === "string" ? place(register) : { address: register, width };
	return [1, address, bits, value >>> 0, 0];
};
/** Reads a register; the value is among the results. */
export const read = (register: string | number, width = 32): Step => {
	const { address, width: bits } =
		typeof register === "string" ? place(register) : { address: register, width };
	return [2, address, bits, 0, 0];
};
/** Waits until these bits of a register have this value. */
export const wait = (register: string, mask: number, value: number): Step => {
	const { address, width } = place(register);
	return [3, address, width, value >>> 0, mask >>> 0];
};
/** Lets some time pass: a count of loops, of about ten instructions. */
export const spin = (loops: number): Step => [4, 0, 0, loops, 0];
export const sleep: Step = [5, 0, 0, 0, 0];

let interpreter: ReturnType<typeof compile> | undefined;

/** Nothing is said of compiling. */
export const silent = (): void => {};

/** A machine whose program does these steps. */
export async function scripted(steps: readonly Step[], seed = 1): Promise<Wio> {
	interpreter ??= compile(programFile("script.c"));
	const words = new DataView(new ArrayBuffer((steps.length + 1) * 20));
	for (const [index, step] of steps.entries())
		for (const [field, value] of step.entries()) words.setUint32(index * 20 + field * 4, value, true);
	const script = { address: STEPS, bytes: new Uint8Array(words.buffer) };
	return Wio.start({ segments: [...interpreter, script], seed, log: silent });
}

/** What the steps so far have read. */
export async function results(wio: Wio): Promise<number[]> {
	const [count = 0] = words(await wio.readMemory(RESULTS, 4));
	return words(await wio.readMemory(RESULTS + 4, 4 * count));
}

export const words = (bytes: Uint8Array): number[] => {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4, true));
};

/** Nanoseconds in which most scripts come to their end. */
const USUAL = 100e6;

/** What came of doing some steps: what they read, what went out, and how it ended. */
export interface Outcome extends WioRun {
	readonly results: readonly number[];
}

/**
 * Does steps to their end, or to an error.
 * @param prepare sets pins, sends bytes
 * @param time how long they may take, in nanoseconds
 */
export async function perform(
	steps: readonly Step[],
	prepare: (wio: Wio) => void = silent,
	time = USUAL,
): Promise<Outcome> {
	const wio = await scripted(steps);
	try {
		prepare(wio);
		const run = await wio.run(time);
		return { ...run, results: await results(wio) };
	} finally {
		wio.close();
	}
}

/** How a script ends that came to its end. */
export const FINISHED = /^breakpoint at pc /;
