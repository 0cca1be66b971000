import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const BUILD = join(import.meta.dirname, "../../tools/moddable/build.sh");

const programs = new Programs();
afterEach(() => programs.endAll());

/** A folder with these files; those without an ending and shell scripts can be run. */
const folderOf = (files: Readonly<Record<string, string>>): string => {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-"));
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), text);
		chmodSync(join(folder, name), 0o755);
	}
	return folder;
};

const TOOLS = { "build/bin/lin/release/mcconfig": "#!/bin/sh\necho mcconfig runs\n" };
const sdk = (version: string) =>
	folderOf({ "tools/mcconfig.js": "", "tools/VERSION": `${version}\n`, ...TOOLS });
const idf = (major: number, minor: number, patch: number) =>
	folderOf({
		"tools/idf.py": "#!/bin/sh\n",
		"tools/cmake/version.cmake": `set(IDF_VERSION_MAJOR ${major})\nset(IDF_VERSION_MINOR ${minor})\nset(IDF_VERSION_PATCH ${patch})\n`,
	});

const SDK = sdk("8.2.3");
const OLD_SDK = sdk("6.0.0");
const UNBUILT = folderOf({ "tools/mcconfig.js": "", "tools/VERSION": "8.2.3\n" });
const UNKNOWN = folderOf({ "tools/mcconfig.js": "", ...TOOLS });
const IDF = idf(6, 0, 0);
const OLD_IDF = idf(5, 5, 1);
const NEW_IDF = idf(6, 1, 0);
const NO_IDF = folderOf({ "tools/idf.py": "#!/bin/sh\n" });

describe("the doctor", () => {
	it.each([
		["an SDK that fits", { MODDABLE: SDK }, `Moddable SDK: 8.2.3 in ${SDK}$`],
		["an old SDK", { MODDABLE: OLD_SDK }, `Moddable SDK: 6.0.0 in ${OLD_SDK}; made for 8.2.3; git -C`],
		[
			"an SDK without version",
			{ MODDABLE: UNKNOWN },
			"Moddable SDK: an unknown version in .*; made for 8.2.3; ",
		],
		["a folder without SDK", { MODDABLE: IDF }, `Moddable SDK: none in ${IDF}; MODDABLE must name`],
		["no SDK", { MODDABLE: "" }, "Moddable SDK: missing; npx xs-dev setup --target-branch 8.2.3, "],
		["an unbuilt SDK", { MODDABLE: UNBUILT }, "its tools: missing; make -C \\$MODDABLE/build/makefiles/lin$"],
		["an ESP-IDF that fits", { IDF_PATH: IDF }, `ESP-IDF: 6.0.0 in ${IDF}$`],
		["an old ESP-IDF", { IDF_PATH: OLD_IDF }, `ESP-IDF: 5.5.1 in ${OLD_IDF}; the SDK wants v6.0; git -C`],
		["a new ESP-IDF", { IDF_PATH: NEW_IDF }, `ESP-IDF: 6.1.0 in ${NEW_IDF}; the SDK wants v6.0; git -C`],
		[
			"an ESP-IDF without version",
			{ IDF_PATH: NO_IDF },
			"ESP-IDF: an unknown version in .*; the SDK wants v6.0;",
		],
		["a folder without ESP-IDF", { IDF_PATH: SDK }, `ESP-IDF: none in ${SDK}; IDF_PATH must name`],
	])("tells of %s in a line", async (_, env, line) => {
		const doctor = programs.add(new Nightlight(["doctor"], { env: { MODDABLE: "", IDF_PATH: "", ...env } }));
		expect(await doctor.exited).toBe(0);
		const target = doctor.lines.indexOf("not yet: firmware and self-test on an ESP32");
		expect(target).toBeGreaterThan(0);
		const needs = doctor.lines.slice(target + 1);
		expect(needs.filter((said) => new RegExp(`^  ${line}`).test(said))).toHaveLength(1);
	});

	it("is content with an SDK and an ESP-IDF that fit", async () => {
		const env = { MODDABLE: SDK, IDF_PATH: IDF };
		const doctor = programs.add(new Nightlight(["doctor", "--json"], { env }));
		expect(await doctor.exited).toBe(0);
		const target = doctor.events.filter(({ target }) => target === "firmware and self-test on an ESP32");
		expect(target.map(({ found, wrong }) => [typeof found, wrong])).toEqual(
			Array.from({ length: 3 }, () => ["string", undefined]),
		);
	});
});

describe("tools/moddable/build.sh", () => {
	const build = async (what: string, env: Record<string, string>) => {
		const path = [join(env.IDF_PATH ?? "/nowhere", "tools"), process.env.PATH].join(":");
		const program = programs.start(BUILD, what.split(" "), {
			env: { ...process.env, IDF_PATH: "", ...env, PATH: path },
		});
		return { code: await program.exited, lines: program.lines, errors: program.errors.trimEnd().split("\n") };
	};

	it.each([
		["no SDK", "lin", { MODDABLE: "" }, /^MODDABLE does not name a Moddable SDK\. .*npx xs-dev setup/],
		["a folder without SDK", "lin", { MODDABLE: IDF }, /^MODDABLE does not name a Moddable SDK\./],
		["an unbuilt SDK", "lin", { MODDABLE: UNBUILT }, /^The SDK's tools are not built: make -C /],
		[
			"no SDK for the self-test",
			"selftest lin",
			{ MODDABLE: "" },
			/^MODDABLE does not name a Moddable SDK\./,
		],
		["no ESP-IDF for the self-test", "selftest esp32", { MODDABLE: SDK }, /^ESP-IDF v6\.0 is not set up\./],
		["no ESP-IDF", "esp32", { MODDABLE: SDK }, /^ESP-IDF v6\.0 is not set up\. .*docs\/esp32\.md, Set up/],
		[
			"an old ESP-IDF",
			"flash",
			{ MODDABLE: SDK, IDF_PATH: OLD_IDF },
			/^The SDK wants ESP-IDF v6\.0, but \S+ has 5\.5: git -C \S+ checkout v6\.0/,
		],
		[
			"an ESP-IDF without version",
			"esp32",
			{ MODDABLE: SDK, IDF_PATH: NO_IDF },
			/^The SDK wants ESP-IDF v6\.0, but \S+ has an unknown version: /,
		],
	])("refuses %s in a line", async (_, what, env, line) => {
		const { code, lines, errors } = await build(what, env);
		expect(errors).toHaveLength(1);
		expect(errors[0]).toMatch(line);
		expect(lines).toEqual([]);
		expect(code).toBe(2);
	});

	it.each([
		["an old SDK", OLD_SDK, "6.0.0"],
		["an SDK without version", UNKNOWN, "an unknown version"],
	])("warns of %s in a line, and tries", async (_, MODDABLE, version) => {
		const { code, lines, errors } = await build("esp32", { MODDABLE, IDF_PATH: IDF });
		expect(errors[0]).toMatch(`Made for Moddable SDK 8.2.3, but ${MODDABLE} has ${version}: `);
		expect(lines).toEqual(["mcconfig runs"]);
		expect(code).toBe(0);
	});

	it("has nothing to say of an SDK and an ESP-IDF that fit", async () => {
		const { code, lines, errors } = await build("esp32", { MODDABLE: SDK, IDF_PATH: IDF });
		expect(errors.filter((line) => !/local\.json/.test(line)).join("")).toBe("");
		expect(lines).toEqual(["mcconfig runs"]);
		expect(code).toBe(0);
	});

	it("makes the folder that the SDK's search for the serial port writes into", async () => {
		const MODDABLE = sdk("8.2.3");
		expect((await build("flash", { MODDABLE, IDF_PATH: IDF })).code).toBe(0);
		expect(existsSync(join(MODDABLE, "build/tmp/esp32"))).toBe(true);
	});
});
