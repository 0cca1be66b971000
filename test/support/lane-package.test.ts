import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isInstalled } from "./lane-package.js";

const PACKAGES = {
	"": { version: "0.0.0" },
	"node_modules/one": { version: "1.0.0" },
	"node_modules/for-another-machine": { version: "2.0.0", optional: true },
};

describe("what a lane installs for itself", () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "nightlight-lane-"));
		mkdirSync(join(folder, "node_modules"));
		write("package-lock.json", PACKAGES);
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	const write = (file: string, packages: object): void =>
		writeFileSync(join(folder, file), JSON.stringify({ packages }));

	it("is not there before the first run", () => {
		expect(isInstalled(folder)).toBe(false);
	});

	it("is there when its versions are those of the lock file", () => {
		write("node_modules/.package-lock.json", { "node_modules/one": { version: "1.0.0" } });
		expect(isInstalled(folder)).toBe(true);
	});

	it.each([
		["a package has another version", { "node_modules/one": { version: "1.0.1" } }],
		["a package is missing", {}],
		["there is one too many", { ...PACKAGES, "node_modules/two": { version: "1.0.0" } }],
	])("is not there when %s", (_, packages) => {
		write("node_modules/.package-lock.json", packages);
		expect(isInstalled(folder)).toBe(false);
	});
});
