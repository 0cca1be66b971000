import { hexOf } from "./bytes.js";
import { minimised } from "./minimise.js";
import { Random, seedOf } from "./random.js";
import type { Target } from "./target.js";

/** Inputs of one target: those with the numbers from `from` on. */
export interface Shard {
	readonly target: Target;
	readonly seed: number;
	readonly from: number;
	readonly count: number;
}

/** An input for which something undefined came out. */
export interface Failure {
	readonly target: string;
	readonly seed: number;
	/** The number of the input. */
	readonly index: number;
	/** What is wrong, in the case of the smallest input. */
	readonly message: string;
	/** The smallest input that fails too, in hexadecimal. */
	readonly smallest: string;
	/** The same in words, for targets that have them. */
	readonly words?: string;
}

/** How often there was which outcome, and the first failure. */
export interface Result {
	readonly outcomes: Readonly<Record<string, number>>;
	readonly failure?: Failure;
}

/** The input with this number. */
export const inputOf = (target: Target, seed: number, index: number): Uint8Array =>
	target.generate(new Random(seedOf(seed, target.name, index)));

/** Runs inputs up to the first that fails, which is then made as small as can be. */
export async function runShard({ target, seed, from, count }: Shard): Promise<Result> {
	const outcomes: Record<string, number> = {};
	for (let index = from; index < from + count; index++) {
		const input = inputOf(target, seed, index);
		try {
			const result = target.run(input);
			const outcome = typeof result === "string" ? result : await result;
			outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
		} catch {
			return { outcomes, failure: await explained(target, seed, index, input) };
		}
	}
	return { outcomes };
}

/** Why a target fails on an input; `undefined` when it does not. */
export async function messageOf(target: Target, input: Uint8Array): Promise<string | undefined> {
	try {
		await target.run(input);
		return undefined;
	} catch (error) {
		return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
	}
}

async function explained(target: Target, seed: number, index: number, input: Uint8Array): Promise<Failure> {
	const fails = async (candidate: Uint8Array) => (await messageOf(target, candidate)) !== undefined;
	const smallest = await minimised(input, fails, target.split);
	const message = (await messageOf(target, smallest)) ?? "it does not fail a second time";
	const words = target.describe?.(smallest);
	const base = { target: target.name, seed, index, message, smallest: hexOf(smallest) };
	return words === undefined ? base : { ...base, words };
}
