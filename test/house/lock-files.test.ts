import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./firmware-files.js";

type Entry = { readonly resolved?: string; readonly integrity?: string };

describe.each([
	"package-lock.json",
	"test/azure/package-lock.json",
	"test/mutation/package-lock.json",
	"test/page/package-lock.json",
])("%s", (file) => {
	const { packages } = JSON.parse(readFileSync(join(ROOT, file), "utf8")) as {
		packages: Record<string, Entry>;
	};
	const entries = Object.entries(packages).filter(([path]) => path !== "");

	it("has an address of each package, without the host of a registry: npm run lock-files", () => {
		const wrong = entries.filter(([, { resolved }]) => !resolved?.startsWith("https://registry.invalid/"));
		expect(wrong.map(([path]) => path)).toEqual([]);
	});

	it("has the hash of each package", () => {
		expect(entries.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
	});
});
