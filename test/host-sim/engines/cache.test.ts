import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Build, cached } from "../../../host-sim/engines/cache.js";

let cache: string;
beforeEach(() => {
	cache = mkdtempSync(join(tmpdir(), "nightlight-test-"));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const MINUTES = 60;
const HOURS = 60 * MINUTES;

/** A build that was last used so many seconds ago. */
const old = (name: string, seconds: number) => {
	const folder = join(cache, name);
	mkdirSync(folder);
	writeFileSync(join(folder, "done"), "");
	const then = Date.now() / 1000 - seconds;
	utimesSync(folder, then, then);
};

const image = (key: string): Build => ({
	kind: "image",
	key,
	exists: (folder) => existsSync(join(folder, "done")),
	build: async (folder) => writeFileSync(join(folder, "done"), ""),
});

/** A module of the engines, for a script. */
const source = (name: string) =>
	JSON.stringify(new URL(`../../../host-sim/engines/${name}.ts`, import.meta.url));

const names = () => readdirSync(cache).sort();

it("builds once", async () => {
	const folder = await cached(image("a"), cache);
	expect(readdirSync(folder)).toEqual(["done"]);
	const again = cached({ ...image("a"), build: () => Promise.reject(new Error("built again")) }, cache);
	expect(await again).toBe(folder);
});

it("leaves nothing of a build that fails", async () => {
	const failing = { ...image("a"), build: () => Promise.reject(new Error("no compiler")) };
	await expect(cached(failing, cache)).rejects.toThrow("no compiler");
	expect(names()).toEqual([]);
});

it("replaces what was removed in part", async () => {
	mkdirSync(join(cache, "image-a"));
	writeFileSync(join(cache, "image-a", "stray"), "");
	expect(readdirSync(await cached(image("a"), cache))).toEqual(["done"]);
	expect(names()).toEqual(["image-a"]);
});

it("says in a line that the disk is full", async () => {
	const full = () => Promise.reject(Object.assign(new Error("write"), { code: "ENOSPC" }));
	await expect(cached({ ...image("a"), build: full }, cache)).rejects.toThrow(
		/^cannot keep an engine in \S+ \(ENOSPC\); NIGHTLIGHT_CACHE names another folder$/,
	);
	expect(names()).toEqual([]);
});

it("keeps three builds of a kind: those used last", async () => {
	for (const hours of [2, 3, 4, 5]) old(`image-${hours}`, hours * HOURS);
	old("engine-1", 100 * HOURS);
	await cached(image("new"), cache);
	expect(names()).toEqual(["engine-1", "image-2", "image-3", "image-new"]);
});

it("keeps all that were used within the hour, for they may be in use", async () => {
	for (const minutes of [1, 2, 3, 50, 70]) old(`image-${minutes}`, minutes * MINUTES);
	await cached(image("new"), cache);
	expect(names()).toEqual(["image-1", "image-2", "image-3", "image-50", "image-new"]);
});

it("counts asking for a build as use", async () => {
	for (const hours of [2, 3, 4, 5]) old(`image-${hours}`, hours * HOURS);
	await cached(image("5"), cache);
	await cached(image("new"), cache);
	expect(names()).toEqual(["image-2", "image-5", "image-new"]);
});

it("removes what was left half built long ago, not what is being built", async () => {
	for (const hours of [2, 3, 4]) old(`image-${hours}`, hours * HOURS);
	old("image-4-aX3b0Q", 9 * HOURS);
	old("image-7-Zk20aa", 5 * MINUTES);
	await cached(image("new"), cache);
	expect(names()).toEqual(["image-2", "image-7-Zk20aa", "image-new"]);
});

it("lets a process end in peace while its compilers are still writing", async () => {
	const script = `
		import { spawn } from "node:child_process";
		import { existsSync } from "node:fs";
		import { setTimeout } from "node:timers/promises";
		import { cached } from ${source("cache")};
		import { endWithProcess } from ${source("child")};
		const build = async (folder) => {
			// It writes on for a moment after it was told to end.
			const compiler =
				'trap "end=1" TERM; mkdir made; ' +
				'while [ "$end" = "" ] || [ $((late=late+1)) -lt 1000 ]; do n=$((n+1)); : > made/$n; done';
			endWithProcess(spawn("/bin/sh", ["-c", compiler], { cwd: folder }), "SIGTERM");
			while (!existsSync(folder + "/made/100")) await setTimeout(1);
			process.exit(0);
		};
		await cached({ kind: "image", key: "a", exists: () => false, build }, process.argv[1]);
	`;
	const words = ["--import", "tsx", "--input-type=module", "--eval", script, cache];
	expect((await promisify(execFile)(process.execPath, words)).stderr).toBe("");
	expect(names()).toEqual([]);
});

it("gives each of several processes a whole build while all of them remove old ones", async () => {
	for (let hours = 2; hours < 40; hours++) old(`image-${hours}`, hours * HOURS);
	const script = `
		import { existsSync, writeFileSync } from "node:fs";
		import { cached } from ${source("cache")};
		const exists = (folder) => existsSync(folder + "/done");
		const build = async (folder) => writeFileSync(folder + "/done", "");
		for (const key of ["a", "30", "b", "20", "c", "10"]) {
			const folder = await cached({ kind: "image", key, exists, build }, process.argv[1]);
			if (!exists(folder)) throw new Error(folder + " is not whole");
		}
	`;
	const words = ["--import", "tsx", "--input-type=module", "--eval", script, cache];
	await Promise.all(Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, words)));
	expect(names()).toEqual(["10", "20", "30", "a", "b", "c"].map((key) => `image-${key}`));
}, 60_000);
