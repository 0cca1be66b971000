import { FEATURES, type Feature } from "./features.js";
import { RECORDS } from "./records.js";

const ROWS = Object.entries(FEATURES) as readonly [Feature, string][];
const BROKERS = Object.values(RECORDS);

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** The table of docs/brokers.md: what each broker was seen to do. */
export const table = [
	row(["", ...BROKERS.map(({ name, version }) => `${name} ${version}`)]),
	row(["---", ...BROKERS.map(() => "---")]),
	...ROWS.map(([feature, words]) => row([words, ...BROKERS.map(({ verdicts }) => verdicts[feature])])),
].join("\n");

/** `text` with the table in the place of the one that is there. */
export const withTable = (text: string): string => text.replace(/^\|[\s\S]*\|$/m, () => table);
