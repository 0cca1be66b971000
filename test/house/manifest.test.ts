import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../firmware/config.js";
import { firmwareModules, modulesOf, OPTIONAL, ROOT } from "./firmware-files.js";

const manifest = JSON.parse(readFileSync(join(ROOT, "manifest.json"), "utf8"));

describe("manifest.json", () => {
	it("lists every module of the firmware that has code, and no other", () => {
		const modules = Object.fromEntries(firmwareModules().map((name) => [name, `./${name}`]));
		expect(manifest.modules).toEqual(modules);
	});

	it("preloads all of them: none keeps state", () => {
		expect(manifest.preload).toEqual(firmwareModules());
	});

	it.each(OPTIONAL)("has those of %s in a manifest of their own, for boards that want them", (folder) => {
		const own = JSON.parse(readFileSync(join(ROOT, folder, "manifest.json"), "utf8"));
		const names = modulesOf(folder);
		expect(own.modules).toEqual(Object.fromEntries(names.map((name) => [name, name.replace(folder, "./")])));
		expect(own.preload).toEqual(names);
	});

	it("holds a configuration that the firmware takes", () => {
		expect(parseConfig(manifest.config.nightlight)).toMatchObject({ kind: "valid" });
	});
});
