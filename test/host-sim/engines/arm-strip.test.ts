import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type ArmImage, armImage } from "../../../host-sim/engines/arm/build.js";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { askedFor } from "../../../host-sim/engines/arm/generate.js";
import type { Module } from "../../../host-sim/engines/arm/modules.js";
import { armTools, describeWith } from "../../support/requires.js";
import { configOf } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";

const silent = () => {};
const MAIN = "firmware/boards/cortex-m4/main";

describe("the modules that are asked for when the image runs", () => {
	const module = (name: string, isPreloaded: boolean, imports: string[], features = {}): Module => ({
		...{ name, isPreloaded, imports, source: "", place: String, features: [] },
		...features,
	});
	const low = module("low", true, []);
	const high = module("high", true, ["low"]);
	it.each<[string, Module[], string[]]>([
		["the composition root alone", [low, high, module(MAIN, true, ["high"])], [MAIN]],
		["what no other imports", [low, high, module(MAIN, true, ["low"])], [MAIN, "high"]],
		["what is in RAM, and what it imports", [low, module("ram", false, ["low"])], [MAIN, "ram", "low"]],
		[
			"what may be imported late",
			[low, module("late", true, ["low"], { features: ["IMPORT"] }), module(MAIN, true, ["late"])],
			[MAIN, "low"],
		],
	])("are %s", (_, modules, names) => {
		expect(askedFor(modules)).toEqual(new Set(names));
	});
});

describeWith([armTools], "what linked the modules of the ARM image", () => {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-strip-"));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	const imageOf = (sources: Readonly<Record<string, string>>, preload: string[]): Promise<ArmImage> => {
		const files = Object.entries(sources).map(([name, source]): [string, string] => {
			const file = join(folder, `${name.replaceAll("/", "-")}.ts`);
			writeFileSync(file, source);
			return [name, file];
		});
		return armImage({ log: silent, files: new Map(files), preload });
	};
	/** What the firmware in an image reports when it starts. */
	const reportsOf = async (image: ArmImage): Promise<unknown[]> => {
		const host = new VirtualHost();
		const guest = await startOnArm(host, configOf(), { image, onFailure: silent, log: silent });
		await guest.stop();
		return host.events;
	};
	const mainThat = (imports: string, reported: string): string => `
		${imports}
		export default (kind) => {
			if (kind === 253) native.report(JSON.stringify(${reported}));
			if (kind === 254) native.stopped();
		};
	`;

	it("is not in it: records of modules, names that only import and export; what runs is", async () => {
		const image = await imageOf(
			{
				"guest/lowest": `
					export const conspicuousExport = (a) => ({ conspicuousKey: a, twice: () => a + a });
					export class Unused { conspicuousMethod() {} }
				`,
				"guest/middle": `
					import { conspicuousExport, Unused } from "./guest-lowest.js";
					export class Lamp {
						#on = 1;
						static late = () => new Unused();
						get made() { return conspicuousExport(this.#on).twice(); }
					}
				`,
				[MAIN]: mainThat(
					'import { conspicuousExport } from "./guest-lowest.js"; import { Lamp } from "./guest-middle.js";',
					"[new Lamp().made, Object.keys(conspicuousExport(2)), conspicuousExport('é').twice()]",
				),
			},
			["guest/lowest", "guest/middle"],
		);
		expect(await reportsOf(image)).toEqual([[2, ["conspicuousKey", "twice"], "éé"]]);
		const bytes = readFileSync(image.bin).toString("latin1");
		for (const gone of ["conspicuousExport", "guest/lowest", "guest/middle"])
			expect(bytes).not.toContain(gone);
		for (const kept of ["conspicuousKey", "conspicuousMethod", MAIN]) expect(bytes).toContain(kept);
	});

	it("stays of what a module in RAM imports", async () => {
		const image = await imageOf(
			{
				"guest/deep": "export const one = { value: 1 };",
				"guest/shared":
					'import { one } from "./guest-deep.js"; export const two = () => one.value + one.value;',
				"guest/ram": 'import { two } from "./guest-shared.js"; export const all = new Map([[2, two()]]);',
				[MAIN]: mainThat('import { all } from "./guest-ram.js";', "[...all]"),
			},
			["guest/deep", "guest/shared"],
		);
		expect(await reportsOf(image)).toEqual([[[2, 2]]]);
	});

	it("stays of a namespace that is held on to, and of what is imported late", async () => {
		const image = await imageOf(
			{
				"guest/names": "export const red = 1; export const green = 2;",
				"guest/late": "export const blue = 3;",
				[MAIN]: `
					import * as names from "./guest-names.js";
					const report = ({ blue }) => native.report(JSON.stringify([Object.keys(names), blue]));
					export default (kind) => {
						if (kind === 253) import("./guest-late.js").then(report);
						if (kind === 254) native.stopped();
					};
				`,
			},
			["guest/names", "guest/late"],
		);
		expect(await reportsOf(image)).toEqual([[["green", "red"], 3]]);
	});

	it("is refused when it needs more stack than there is", async () => {
		const wide = `export const most = Math.max(${Array.from({ length: 4100 }, (_, index) => index)});`;
		const image = imageOf({ "guest/wide": wide, [MAIN]: "export default () => {};" }, ["guest/wide"]);
		await expect(image).rejects.toThrow(
			"guest/wide cannot be preloaded: it needs more JavaScript stack than IMAGE_STACK, in host-sim/engines/arm/generate.ts",
		);
	});
});
