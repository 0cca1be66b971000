import type { Target } from "../target.js";

const target = (name: string, run: Target["run"]): Target => ({
	name,
	covers: [],
	share: 1,
	generate: (random) => random.bytes(20),
	run,
});

/** Rare enough that many inputs pass before one fails. */
const isBad = (input: Uint8Array): boolean => input.includes(0xaa) && input.includes(0xbb);

/** Targets that pass, fail, have no end, and end their process. */
export const PLANTED: readonly Target[] = [
	target("passes", () => "passed"),
	target("fails", (input) => {
		if (isBad(input)) throw new TypeError("not both");
		return "passed";
	}),
	target("fails later", async (input) => {
		await Promise.resolve();
		if (isBad(input)) throw new TypeError("not both");
		return "passed";
	}),
	target("has no end", (input) => {
		while (isBad(input)) {}
		return "passed";
	}),
	target("ends the process", (input) => {
		if (isBad(input)) process.exit(7);
		return "passed";
	}),
];
