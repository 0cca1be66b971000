import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WIO_TERMINAL } from "../../../host-sim/engines/arm/boards.js";
import { buildImage } from "../../../host-sim/engines/arm/build.js";
import { firmwareFiles, readManifest, transpile } from "../../../host-sim/engines/arm/modules.js";
import { decodeUf2 } from "../../../host-sim/uf2.js";
import { buildWioTerminal, ledgerLines, type WioBuild } from "../../../host-sim/wio-terminal/build.js";
import { decodeImage, FLASH, type WioImage } from "../../../host-sim/wio-terminal/image.js";
import { armTools, describeWith } from "../../support/requires.js";

const BUILD_TIMEOUT = 300_000;
const silent = () => {};

describeWith([armTools], "the flashable image of the Wio Terminal", () => {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-test-"));
	let built: WioBuild;
	let image: WioImage;
	beforeAll(async () => {
		built = await buildWioTerminal(silent);
		const decoded = decodeImage(built.bin);
		if (decoded.kind === "invalid") throw new Error(decoded.reason);
		image = decoded;
	}, BUILD_TIMEOUT);
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it("has a header and vectors that the chip can start", () => {
		const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
		expect(image.version).toBe(version);
		const view = new DataView(image.program.buffer, image.program.byteOffset);
		// All 16 exceptions and 137 interrupts but the stack: Thumb code of the program's.
		for (let vector = 1; vector < 16 + 137; vector++) {
			const handler = view.getUint32(vector * 4, true);
			expect(handler % 2).toBe(1);
			expect(handler).toBeGreaterThan(FLASH.program);
			expect(handler).toBeLessThan(FLASH.program + image.program.length);
		}
	});

	it("starts its program by a stub in the loader's place", () => {
		const view = new DataView(built.bin.buffer, built.bin.byteOffset);
		// The stub's own words: where the program's vectors are, and where the chip is told so.
		const stub = Array.from({ length: 64 }, (_, word) => view.getUint32(word * 4, true));
		expect(stub).toContain(FLASH.program);
		expect(stub).toContain(0xe000_ed08);
		expect(built.bin.subarray(0x100, FLASH.header - FLASH.loader).every((byte) => byte === 0xff)).toBe(true);
	});

	it("is one stretch of a UF2 file, below the configuration page", () => {
		const decoded = decodeUf2(built.uf2);
		if (decoded.kind === "invalid") throw new Error(decoded.reason);
		const [part] = decoded.parts;
		expect(decoded.parts).toHaveLength(1);
		expect(part?.address).toBe(FLASH.loader);
		expect(part?.bytes.subarray(0, built.bin.length)).toEqual(built.bin);
		expect(FLASH.loader + (part?.bytes.length ?? 0)).toBeLessThanOrEqual(FLASH.page);
		expect(decodeImage(part?.bytes as Uint8Array)).toMatchObject({ kind: "image", version: image.version });
	});

	it("keeps within its ledger, which adds up to the flash", () => {
		const { ledger } = built;
		const sum = Object.values(ledger).reduce((all, bytes) => all + bytes, 0);
		expect(sum).toBe(FLASH.page - FLASH.program);
		expect(sum - ledger.free).toBe(image.program.length);
		// The configuration page's reader is the board's.
		expect(ledger.board).toBeGreaterThan(4000);
		expect(ledger.board).toBeLessThanOrEqual(9000);
		expect(ledger.screen).toBeGreaterThan(3000);
		expect(ledger.screen).toBeLessThanOrEqual(10_000);
		expect(ledger.radio).toBeGreaterThan(25_000);
		expect(ledger.radio).toBeLessThanOrEqual(36_000);
		expect(ledger.free).toBeGreaterThanOrEqual(100_000);
		expect(ledgerLines(ledger)).toHaveLength(7);
	});

	it(
		"has the same bytes when it is built in other folders",
		async () => {
			const manifest = readManifest();
			const modules = await transpile(
				firmwareFiles(manifest, { hasRadio: true, hasButton: true }),
				manifest.preload ?? [],
			);
			const programs: Uint8Array[] = [];
			for (const name of ["one", "another-place/deeper"]) {
				const place = join(folder, name);
				mkdirSync(place, { recursive: true });
				await buildImage(place, manifest, modules, silent, WIO_TERMINAL);
				programs.push(new Uint8Array(readFileSync(join(place, "image.bin"))));
			}
			expect(programs[0]).toEqual(image.program);
			expect(programs[1]).toEqual(image.program);
		},
		BUILD_TIMEOUT,
	);
});
