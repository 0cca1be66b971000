import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const cwd = mkdtempSync(join(tmpdir(), "nightlight-storage-"));
writeFileSync(
	join(cwd, "keep.json"),
	JSON.stringify({ mqtt: { cleanSession: false }, telemetry: { qos: 1, interval: 50 } }),
);
const STORAGE = ".nightlight/devices/lamp";
const FOLDER = join(cwd, STORAGE, "mqtt-session");
const up = () =>
	programs.add(
		new Nightlight(["up", "--port", "0", "--config", "keep.json", "--id", "lamp", "--json"], { cwd }),
	);
const troubles = (program: Nightlight) => program.events.filter(({ event }) => event === "storage");
const readings = (program: Nightlight) => program.events.filter(({ event }) => event === "telemetry").length;

describe("a storage that takes nothing any more", () => {
	it("is told of once, and once when it works again", async () => {
		const lamp = up();
		await lamp.heard({ event: "telemetry" });
		// As root, only what is no folder refuses to be written.
		renameSync(FOLDER, `${FOLDER}.away`);
		writeFileSync(FOLDER, "");
		await lamp.heard({ event: "storage" });
		const before = readings(lamp);
		await lamp.until("more readings", () => readings(lamp) > before + 10);
		expect(troubles(lamp)).toMatchObject([
			// It may have written between the two.
			{ reason: expect.stringMatching(/^cannot write to .*mqtt-session: .* \((ENOTDIR|ENOENT)\)$/) },
		]);
		expect(lamp.errors).toBe("");
		rmSync(FOLDER);
		renameSync(`${FOLDER}.away`, FOLDER);
		await lamp.until("the storage", () => lamp.errors !== "");
		const later = readings(lamp);
		await lamp.until("more readings", () => readings(lamp) > later + 10);
		expect(lamp.errors).toBe(`Storage works again: ${STORAGE}\n`);
		expect(troubles(lamp)).toHaveLength(1);
		expect(await lamp.end()).toBe(0);
	});
});

describe("a stored value that is damaged", () => {
	it.each([
		["the owner of the session", "client.value"],
		["a message under way", "7.value"],
	])("%s is moved aside, the path named, and the next start is well", async (_, name) => {
		const path = join(FOLDER, name);
		writeFileSync(path, "");
		const lamp = up();
		await lamp.heard({ event: "telemetry" });
		expect(troubles(lamp)).toMatchObject([
			{ reason: expect.stringMatching(new RegExp(` is damaged; it is moved to .*/${name}\\.damaged$`)) },
		]);
		expect([existsSync(`${path}.damaged`), readFileSync(join(FOLDER, "client.value"), "latin1")]).toEqual([
			true,
			expect.stringContaining("lamp"),
		]);
		expect(await lamp.end()).toBe(0);
		const again = up();
		await again.heard({ event: "telemetry" });
		expect(troubles(again)).toEqual([]);
		expect(await again.end()).toBe(0);
		expect(readdirSync(FOLDER)).toContain(`${name}.damaged`);
	});
});
