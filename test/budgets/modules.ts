import type { Share } from "../../host-sim/engines/arm/pack/shares.js";

const COLUMNS = ["bytes", "slots", "bytecode", "names", "data"] as const;

const sum = (shares: readonly Share[]): Share => {
	const of = (column: (typeof COLUMNS)[number]) => shares.reduce((all, share) => all + share[column], 0);
	const [bytes, slots, bytecode, names, data] = COLUMNS.map(of) as [number, number, number, number, number];
	return { name: "app", bytes, slots, bytecode, names, data };
};

const row = (name: string, cells: readonly (string | number)[]): string =>
	`${name.padEnd(40)}${cells.map((cell) => String(cell).padStart(10)).join("")}`;

/**
 * The flash of the ARM image by the firmware's modules, in lines: bytes of each, of them slots, bytecode, names of
 * properties and variables, texts and items of arrays. The last line is the app's share.
 */
export const moduleLines = (shares: readonly Share[]): string[] => [
	row("module", COLUMNS),
	...[...shares, sum(shares)].map((share) =>
		row(
			share.name,
			COLUMNS.map((column) => share[column]),
		),
	),
];
