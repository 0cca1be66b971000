import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { armImage } from "../../host-sim/engines/arm/build.js";
import { firmwareFiles, readManifest } from "../../host-sim/engines/arm/modules.js";
import type { Share } from "../../host-sim/engines/arm/pack/shares.js";
import { armTools, describeWith } from "../support/requires.js";
import { moduleLines } from "./modules.js";

const silent = () => {};

describeWith([armTools], "the flash of the ARM image by modules", () => {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-shares-"));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it("has a line for each module of the manifest, and comes to the app's share", async () => {
		const { shares, sizes } = await armImage({ log: silent });
		const names = shares.map(({ name }) => name);
		const own = [...firmwareFiles(readManifest()).keys()];
		expect(names).toEqual(
			expect.arrayContaining((readManifest().preload ?? []).filter((name) => own.includes(name))),
		);
		expect(shares.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(sizes.app);
		for (const { name, bytes, slots, bytecode, names, data } of shares.filter(({ slots }) => slots > 0))
			expect({ name, bytes }).toEqual({ name, bytes: slots + bytecode + names + data });
		const lines = moduleLines(shares);
		expect(lines.at(-1)?.split(/ +/).slice(0, 2)).toEqual(["app", String(sizes.app)]);
		expect(lines).toHaveLength(shares.length + 2);
	}, 300_000);

	it("gives a module what it adds: texts to data, functions to bytecode, names to names, objects to slots", async () => {
		const sharesWith = async (code: string): Promise<Share> => {
			const files = new Map(
				[
					["guest/probe", `export const probe = [${code}];`],
					[
						"firmware/boards/cortex-m4/main",
						'import { probe } from "./guest-probe.js"; export default () => probe;',
					],
				].map(([name = "", source = ""]) => {
					const file = join(folder, `${name.replaceAll("/", "-")}.ts`);
					writeFileSync(file, source);
					return [name, file];
				}),
			);
			const { shares } = await armImage({ log: silent, files, preload: ["guest/probe"] });
			return shares.find(({ name }) => name === "guest/probe") as Share;
		};
		const none = await sharesWith("");
		const text = await sharesWith('"a text of thirty-two characters."');
		// An item's slot, and the text with the 0 behind it.
		expect(text.data - none.data).toBeGreaterThanOrEqual(33);
		expect(text.bytecode).toBe(none.bytecode);
		const code = await sharesWith("(a) => (a + 1) * (a + 2) * (a + 3) * (a + 4)");
		expect(code.bytecode - none.bytecode).toBeGreaterThan(20);
		const names = await sharesWith("{ aConspicuousName: 1 }");
		expect(names.names - none.names).toBe(16 + 4 + "aConspicuousName".length + 1);
		expect(names.slots - none.slots).toBeGreaterThanOrEqual(32);
	}, 60_000);
});
