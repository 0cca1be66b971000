import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { generate } from "../../../../host-sim/engines/wio/generate.js";
import {
	type Peripheral,
	type Register,
	registersOf,
} from "../../../../host-sim/engines/wio/registers/format.js";
import { PERIPHERALS } from "../../../../host-sim/engines/wio/registers/index.js";
import { svdRegisters } from "./svd.js";

const named = PERIPHERALS.flatMap((peripheral) =>
	peripheral.registers.map((register) => ({
		peripheral,
		register,
		name: `${peripheral.name}.${register.name}`,
	})),
);

describe("the registers' table", () => {
	it("reads a line as a register", () => {
		expect(registersOf("  CTRLA 10 16 rw 1 ff pac ep=f0 sync=2:1 sync=4!@BUSY")).toEqual([
			{
				name: "CTRLA",
				offset: 0x10,
				width: 16,
				access: "rw",
				reset: 1,
				mask: 0xff,
				isProtected: true,
				enableProtected: 0xf0,
				synchronisations: [
					{ bits: 2, busyBit: 1, busy: "SYNCBUSY", whenEnabled: false },
					{ bits: 0xffff_ffff, busyBit: 4, busy: "BUSY", whenEnabled: true },
				],
				isFixed: false,
			},
		]);
	});

	it("repeats a register, with its targets", () => {
		const [, second] = registersOf("ICER[2/4] 80 32 clear>ISER[] 0 ff");
		expect(second).toMatchObject({ name: "ICER[1]", offset: 0x84, target: "ISER[1]" });
	});

	it.each([
		"CTRLA 10 16 rx 1 ff",
		"CTRLA 10 12 rw 1 ff",
		"CTRLA 10 8 rw 1",
		"CTRLA 10 8 rw 1 ff sync=x",
		"A 0 8 rw 0 0 x",
	])("does not read: %s", (line) => {
		expect(() => registersOf(line)).toThrow(RangeError);
	});

	it("has each register at an address of its own, aligned, with a reset value that fits it", () => {
		const taken = new Map<number, string>();
		for (const { peripheral, register, name } of named) {
			const bytes = register.width / 8;
			expect((peripheral.base + register.offset) % bytes, name).toBe(0);
			expect(register.mask, name).toBeLessThan(2 ** register.width);
			expect(register.reset, name).toBeLessThan(2 ** register.width);
			for (let at = 0; at < bytes; at++) {
				const address = peripheral.base + register.offset + at;
				expect(taken.get(address), name).toBeUndefined();
				taken.set(address, name);
			}
		}
	});

	it("has what is busy, and what a write changes, in the same peripheral", () => {
		for (const { peripheral, register, name } of named) {
			const names = peripheral.registers.map((one) => one.name);
			const others = [...register.synchronisations.map(({ busy }) => busy), register.target ?? register.name];
			for (const other of others) expect(names, name).toContain(other);
		}
	});

	it("becomes the same number of rows in C", () => {
		const { header, tables } = generate(PERIPHERALS);
		expect(tables.match(/^\t\{"\w+\.[\w.[\]]+", /gm)).toHaveLength(named.length);
		expect(header).toContain(`REGISTERS = ${named.length} `);
	});
});

/** The chip's description by its maker; it is not part of this project. */
const file = process.env.SVD;

/** What the peripherals are called there. */
const svdName = ({ name, kind }: Peripheral, register: Register): string => {
	const unit = { SYSTICK: "SysTick", SCB: "SystemControl", DEBUG: "CoreDebug" }[name] ?? name;
	const cluster = { USART: "USART_INT.", SPI: "SPIM.", RTC: "MODE0." }[kind as string] ?? "";
	return `${unit}.${cluster}${register.name}`;
};

/** Where the table is right and the file is not, or says less: the data sheet, and the ARMv7-M manual. */
const BETTER: readonly [name: RegExp, field: "reset" | "mask" | "access" | "exists", why: string][] = [
	[/^GCLK\.GENCTRL\[0\]$/, "reset", "generator 0 runs from DFLL48M after a reset"],
	[/^NVMCTRL\.PARAM$/, "reset", "1024 pages"],
	[/^NVIC\.IP\[/, "mask", "three bits of priority are the highest of eight"],
	[/^NVIC\.IP\[/, "exists", "137 interrupts need 35 words, of which the file has the first bytes"],
	[/^SCB\.SHPR/, "mask", "three bits of priority are the highest of eight"],
	[/^SCB\.(ICTR|CPUID)$/, "reset", "5 words of interrupts; revision r0p1"],
	[/^SYSTICK\.CVR$/, "mask", "anything may be written to clear it"],
	[/^DWT\.CTRL$/, "reset", "four comparators"],
	[/^DWT\.CYCCNT$/, "mask", "the file has no fields"],
	[/^MPU\.RNR$/, "mask", "eight regions"],
	[/^MPU\.RASR/, "mask", "SIZE has five bits"],
	[/^(NVIC\.IABR\[.\]|OSCCTRL\.DFLLSYNC)$/, "access", "hardware alone changes them"],
	[/^DEBUG\.DHCSR$/, "access", "only a debugger writes it"],
];

describe("the registers' table, compared with an SVD file", () => {
	if (file === undefined) {
		it.skip("SVD=ATSAMD51P19A.svd names a file to compare with", () => {});
		return;
	}
	const registers = svdRegisters(readFileSync(file, "utf8"));
	it.each(PERIPHERALS)("has $name as the file has it", (peripheral) => {
		for (const register of peripheral.registers) {
			const name = `${peripheral.name}.${register.name}`;
			const isBetter = (field: string) =>
				BETTER.some(([pattern, which]) => which === field && pattern.test(name));
			const svd = registers.get(svdName(peripheral, register));
			if (svd === undefined) {
				expect(isBetter("exists"), name).toBe(true);
				continue;
			}
			const access = { ro: "read-only", wo: "write-only" }[register.access as string] ?? "";
			expect([peripheral.base + register.offset, register.width], name).toEqual([svd.address, svd.width]);
			if (!isBetter("mask")) expect(register.mask.toString(16), name).toBe(svd.mask.toString(16));
			if (!isBetter("reset")) expect(register.reset, name).toBe(svd.reset ?? register.reset);
			if (!isBetter("access")) expect(access, name).toBe(svd.access.replace("read-write", ""));
		}
	});
});
