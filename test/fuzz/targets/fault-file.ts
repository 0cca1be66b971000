import { FaultFileError, parseFaults } from "../../../host-sim/simulation/faults/fault-file.js";
import { FAULT_NAMES, type FaultName, MAX_RATE } from "../../../host-sim/simulation/faults/rates.js";
import { bytesOf, looseText } from "../bytes.js";
import { anyJson } from "../json-text.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target, unless } from "../target.js";

const RATES = ["0", "6", "0.5", "3600", "6e1", "3601", "-1"];

/** A fault file that is right, or nearly so. */
function anyFile(random: Random): string {
	if (random.chance(0.3)) return anyJson(random, FAULT_NAMES);
	const members = Array.from({ length: random.small(5) }, () => {
		const rate = random.chance(0.9) ? random.pick(RATES) : anyJson(random, FAULT_NAMES, 1);
		return `${JSON.stringify(random.pick(FAULT_NAMES))}:${random.pick(["", " ", "\r\n"])}${rate}`;
	});
	return `${random.pick(["", "\ufeff", "\n"])}{${members.join(random.pick([",", ",\n"]))}}`;
}

/** As `JSON.parse` has it; `undefined` for what is no JSON object. */
function objectOf(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
		const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
		return isObject ? (value as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}

/** Whether a name comes twice in what is JSON: `JSON.parse` takes the last then. */
function hasOneTwice(text: string): boolean {
	const names = (text.match(/"(?:[^"\\]|\\.)*"\s*:/g) ?? []).map((name) =>
		JSON.parse(name.replace(/\s*:$/, "")),
	);
	return new Set(names).size < names.length;
}

const isRate = (value: unknown): boolean => typeof value === "number" && value >= 0 && value <= MAX_RATE;

/** What goes wrong in a world, from a file. */
export const faultFile: Target = {
	name: "fault-file",
	covers: ["host-sim/simulation/faults/fault-file.ts"],
	share: 2,
	generate: (random) => spoilt(bytesOf(anyFile(random)), random, 0.4),
	run: (input) => {
		const text = looseText(input);
		const rates = unless(FaultFileError, () => parseFaults(text));
		const object = objectOf(text);
		const isRight =
			object !== undefined &&
			Object.entries(object).every(([name, rate]) => FAULT_NAMES.includes(name as FaultName) && isRate(rate));
		if (rates === undefined) {
			demand(!isRight || hasOneTwice(text), "a right file is refused");
			return object === undefined ? "no object" : "refused";
		}
		demand(isRight, "a wrong file is taken");
		for (const name of FAULT_NAMES) demandSame(`${rates[name]}`, `${object[name] ?? 0}`, `another ${name}`);
		return "faults";
	},
};
