import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { armImage } from "../../../host-sim/engines/arm/build.js";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { armTools, describeWith } from "../../support/requires.js";
import { configOf } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";

const silent = () => {};
const MAIN = "firmware/boards/cortex-m4/main";

const folder = mkdtempSync(join(tmpdir(), "nightlight-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Files of modules, by the modules' names. */
const files = (sources: Readonly<Record<string, string>>): Map<string, string> => {
	mkdirSync(folder, { recursive: true });
	return new Map(
		Object.entries(sources).map(([name, source]) => {
			const file = join(folder, `${name.replaceAll("/", "-")}.ts`);
			writeFileSync(file, source);
			return [name, file];
		}),
	);
};

describeWith([armTools], "the language of the ARM image", () => {
	it("has the built-in methods it names, and no others", async () => {
		const image = await armImage({
			log: silent,
			files: files({
				[MAIN]: `
					const tryTo = (work) => {
						try {
							return work();
						} catch (error) {
							return String(error);
						}
					};
					export default (kind) => {
						if (kind === 253) {
							const other = ["co", "s"].join("");
							native.report(JSON.stringify([tryTo(() => Math.sin(0)), tryTo(() => Math[other](0))]));
						}
						if (kind === 254) native.stopped();
					};
				`,
			}),
			preload: [],
		});
		const host = new VirtualHost();
		const guest = await startOnArm(host, configOf(), { image, onFailure: silent, log: silent });
		expect(host.events).toEqual([[0, "TypeError: no function"]]);
		await guest.stop();
	});

	it("has what of the language a module uses", async () => {
		const image = await armImage({
			log: silent,
			files: files({
				[MAIN]: `
					function* count() {
						yield 1;
						yield 2;
					}
					const later = async () => await 3;
					export default (kind) => {
						if (kind === 253) {
							const wide = new Float64Array([1.5]);
							const view = new DataView(wide.buffer);
							later().then((three) => native.report(JSON.stringify([
								[...count()], three, String(2n ** 70n), view.getFloat64(0, true), new Int16Array([70000])[0],
							])));
						}
						if (kind === 254) native.stopped();
					};
				`,
			}),
			preload: [],
		});
		const host = new VirtualHost();
		const guest = await startOnArm(host, configOf(), { image, onFailure: silent, log: silent });
		expect(host.events).toEqual([[[1, 2], 3, "1180591620717411303424", 1.5, 4464]]);
		await guest.stop();
	});

	it.each([
		[
			"a regular expression",
			"export const f = (x: string) => /a/.test(x);",
			"has no RegExp; look at the text",
		],
		["a Proxy", "export const f = () => new Proxy({}, {});", "has no Proxy; use a class"],
		["eval", 'export const f = () => eval("1");', "has no eval; there is no compiler on the chip"],
		["import.meta", "export const f = () => import.meta;", "has no import.meta; a module on the chip"],
		["new Function", 'export const f = () => new Function("1");', "has no Function; there is no compiler"],
	])("is refused with its place when it uses %s", async (_, source, says) => {
		const text = `\n\n${source}`;
		const image = armImage({
			log: silent,
			files: files({
				"guest/other": text,
				[MAIN]: 'import { f } from "./guest-other.js"; export default f;',
			}),
		});
		await expect(image).rejects.toThrow(new RegExp(`guest-other\\.ts:3: the ARM image ${says}`));
	});

	it("has constructors that are classes, and no others", async () => {
		const image = await armImage({
			log: silent,
			files: files({
				[MAIN]: `
					class Lamp {}
					function lamp() {
						return 1;
					}
					export default (kind) => {
						if (kind === 253) {
							let reason;
							try {
								new lamp();
							} catch (error) {
								reason = error.constructor === TypeError;
							}
							native.report(JSON.stringify([new Lamp() instanceof Lamp, lamp(), typeof lamp.prototype, reason]));
						}
						if (kind === 254) native.stopped();
					};
				`,
			}),
			preload: [],
		});
		const host = new VirtualHost();
		const guest = await startOnArm(host, configOf(), { image, onFailure: silent, log: silent });
		expect(host.events).toEqual([[true, 1, "undefined", true]]);
		await guest.stop();
	});
});
