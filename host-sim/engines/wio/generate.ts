import type { Peripheral, Register } from "./registers/format.js";

/** The most synchronisations that a register has. */
const SYNCHRONISATIONS = 3;

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}u`;

/** A register's name as a name in C: `GROUP[0].PMUX[2]` becomes `GROUP0_PMUX2`. */
const identifier = (name: string): string => name.replaceAll(/\[(\d+)\]/g, "$1").replaceAll(".", "_");

/**
 * The bridges to which peripherals with an APB clock belong; MCLK and PAC number the peripherals of one as they lie
 * in it: `[first address, bytes a peripheral, MCLK's register]`.
 */
const BRIDGES = [
	[0x40000000, 0x400, "APBAMASK"],
	[0x41000000, 0x2000, "APBBMASK"],
	[0x42000000, 0x400, "APBCMASK"],
	[0x43000000, 0x400, "APBDMASK"],
] as const;
const BRIDGE_SIZE = 0x100_0000;

/** What C needs to know of the registers: a header with their names, and the tables. */
export function generate(peripherals: readonly Peripheral[]): { header: string; tables: string } {
	const kinds = new Map(peripherals.map((peripheral) => [peripheral.kind, peripheral]));
	const names = [...kinds].map(
		([kind, { registers }]) =>
			`enum {\n${registers.map(({ name }) => `\t${kind}_${identifier(name)},\n`).join("")}\t${kind}_REGISTERS\n};\n`,
	);
	const all = peripherals.flatMap((peripheral, unit) =>
		peripheral.registers.map((register) => ({ peripheral, unit, register })),
	);
	const address = ({ peripheral, register }: (typeof all)[number]) => peripheral.base + register.offset;
	const sorted = all.map((_, index) => index).sort((a, b) => at(all, a, address) - at(all, b, address));
	return {
		header: [
			"/* Made by generate.ts of the tables in registers/. */",
			`enum { ${[...kinds.keys()].map((kind) => `KIND_${kind}`).join(", ")}, KINDS };`,
			`enum { ${peripherals.map(({ name }) => name).join(", ")}, UNITS };`,
			`enum { REGISTERS = ${all.length} };`,
			...names,
		].join("\n"),
		tables: [
			"/* Made by generate.ts of the tables in registers/. */",
			'#include "machine.h"',
			`const Register registers[REGISTERS] = {\n${all.map(registerRow).join("\n")}\n};`,
			`const Unit units[UNITS] = {\n${peripherals.map((one) => unitRow(one, peripherals)).join("\n")}\n};`,
			`const short by_address[REGISTERS] = { ${sorted.join(", ")} };`,
			"",
		].join("\n"),
	};

	function registerRow({ peripheral, unit, register }: (typeof all)[number]): string {
		const find = (name: string) => firstOf(peripheral, peripherals) + indexOf(peripheral, name);
		const syncs = register.synchronisations.map(
			({ bits, busyBit, busy, whenEnabled }) =>
				`{${hex(bits)}, ${find(busy)}, ${busyBit}, ${Number(whenEnabled)}}`,
		);
		if (syncs.length > SYNCHRONISATIONS) throw new RangeError(`${register.name} has too many`);
		const fields = [
			`"${peripheral.name}.${register.name}"`,
			hex(peripheral.base + register.offset),
			hex(register.reset),
			hex(register.mask),
			hex(register.enableProtected),
			register.width / 8,
			ACCESS[register.access],
			Number(register.isProtected),
			Number(register.isFixed),
			unit,
			register.target === undefined ? -1 : find(register.target),
			syncs.length,
			`{${syncs.join(", ")}}`,
		];
		return `\t{${fields.join(", ")}},`;
	}
}

const ACCESS: Readonly<Record<Register["access"], string>> = {
	rw: "ACCESS_RW",
	ro: "ACCESS_RO",
	wo: "ACCESS_WO",
	w1c: "ACCESS_W1C",
	set: "ACCESS_SET",
	clear: "ACCESS_CLEAR",
	toggle: "ACCESS_TOGGLE",
};

const at = <T>(items: readonly T[], index: number, key: (item: T) => number): number =>
	key(items[index] as T);

const indexOf = ({ name, registers }: Peripheral, wanted: string): number => {
	const index = registers.findIndex((register) => register.name === wanted);
	if (index < 0) throw new RangeError(`no ${wanted} in ${name}`);
	return index;
};

/** Where a peripheral's registers begin among all. */
const firstOf = (peripheral: Peripheral, all: readonly Peripheral[]): number =>
	all.slice(0, all.indexOf(peripheral)).reduce((sum, { registers }) => sum + registers.length, 0);

function unitRow(peripheral: Peripheral, all: readonly Peripheral[]): string {
	const { name, kind, base, registers, interrupt = -1, channel = -1, enable } = peripheral;
	const bridge = BRIDGES.findIndex(([start]) => base >= start && base < start + BRIDGE_SIZE);
	const [start, size, mask] = BRIDGES[bridge] ?? [0, 1, undefined];
	const index = bridge < 0 ? -1 : Math.floor((base - start) / size);
	const mclk = all.find((one) => one.kind === "MCLK") as Peripheral;
	const first = firstOf(peripheral, all);
	// MCLK has no bit for some, whose clock cannot be stopped.
	const hasClock =
		mask !== undefined && ((mclk.registers[indexOf(mclk, mask)] as Register).mask & (1 << index)) !== 0;
	const fields = [
		`"${name}"`,
		`KIND_${kind}`,
		first,
		registers.length,
		interrupt,
		channel,
		enable === undefined ? -1 : first + indexOf(peripheral, enable.register),
		enable === undefined ? 0 : hex(1 << enable.bit),
		bridge,
		index,
		hasClock ? firstOf(mclk, all) + indexOf(mclk, mask) : -1,
	];
	return `\t{${fields.join(", ")}},`;
}
