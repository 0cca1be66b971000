import { beforeAll, expect, it } from "vitest";
import { decodeUf2 } from "../../../host-sim/uf2.js";
import { FLASH } from "../../../host-sim/wio-terminal/image.js";
import { buildSelftest, type Selftest } from "../../../host-sim/wio-terminal/selftest.js";
import { armTools, describeWith } from "../../support/requires.js";

const RAM = { start: 0x2000_0000, end: 0x2002_fe00 };

describeWith([armTools], "the self-test of the Wio Terminal", () => {
	let built: Selftest;
	let view: DataView;
	beforeAll(async () => {
		built = await buildSelftest("1.2.3");
		view = new DataView(built.bin.buffer, built.bin.byteOffset, built.bin.length);
	}, 60_000);
	const word = (address: number): number => view.getUint32(address - FLASH.loader, true);

	it("is what the boot loader starts", () => {
		expect(word(FLASH.loader) % 8).toBe(0);
		expect(word(FLASH.loader)).toBeGreaterThan(RAM.start);
		expect(word(FLASH.loader)).toBeLessThanOrEqual(RAM.end);
		// All 16 exceptions and 137 interrupts but the stack: Thumb code of its own.
		for (let vector = 1; vector < 16 + 137; vector++) {
			const handler = word(FLASH.loader + vector * 4);
			expect(handler % 2).toBe(1);
			expect(handler).toBeGreaterThan(FLASH.loader);
			expect(handler).toBeLessThan(FLASH.loader + built.bin.length);
		}
		// What the boot loader would take for its own update.
		expect(word(0x4268)).not.toBe(0x87ee_b07c);
	});

	it("leaves the configuration page as it is", () => {
		const decoded = decodeUf2(built.uf2);
		if (decoded.kind === "invalid") throw new Error(decoded.reason);
		const [part] = decoded.parts;
		expect(decoded.parts).toHaveLength(1);
		expect(part?.address).toBe(FLASH.loader);
		expect(Buffer.from(part?.bytes as Uint8Array).subarray(0, built.bin.length)).toEqual(
			Buffer.from(built.bin),
		);
		expect(built.bin.length).toBeLessThan(32_768);
	});

	it("names its version, and no place where it was built", () => {
		const text = Buffer.from(built.bin).toString("latin1");
		expect(text).toContain("1.2.3");
		expect(text).not.toContain(process.cwd());
	});

	it("has the same bytes each time", async () => {
		expect(Buffer.from((await buildSelftest("1.2.3")).bin).equals(Buffer.from(built.bin))).toBe(true);
	});
});
