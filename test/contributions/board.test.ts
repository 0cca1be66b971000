import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tsImport } from "tsx/esm/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startNightlight } from "../../firmware/app.js";
import { parseConfig } from "../../firmware/config.js";
import { AnalogSensor } from "../../firmware/peripherals/analog-sensor.js";
import { Led } from "../../firmware/peripherals/led.js";
import { BUILD_TIMEOUT, build, describeWithSdk } from "../support/moddable.js";
import type { TreeCopy } from "../support/tree-copy.js";
import { VirtualHost } from "../support/virtual/host.js";
import { contributed } from "./contribution.js";

const BOARD = "esp32-s3";
const FOLDER = `firmware/boards/${BOARD}`;

let copy: TreeCopy;
beforeAll(() => {
	copy = contributed(["board"], ["firmware", "tools", "manifest.json", "package.json", "tsconfig.json"]);
});
afterAll(() => copy?.remove());

/** What the build says of a board where there is no SDK. */
const refusal = (board: string): string => {
	const env = { ...process.env, BOARD: board, MODDABLE: "" };
	const words = [join(copy.folder, "tools/moddable/build.sh"), "esp32-image"];
	const { status, stderr } = spawnSync("sh", words, { env, encoding: "utf8" });
	expect(status).toBe(2);
	return stderr;
};

describe("a second ESP32 board", () => {
	it("is one that the build finds", () => {
		expect(refusal(BOARD)).toMatch(/^MODDABLE does not name a Moddable SDK\./);
		expect(refusal("esp32-s9")).toMatch(/^BOARD=esp32-s9: no firmware\/boards\/esp32-s9\/manifest\.json/);
	});

	it("names files that are there, and its own pins in the place of the ESP32's", () => {
		const folder = join(copy.folder, FOLDER);
		const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
		const { include, modules } = read("manifest.json") as {
			include: string;
			modules: Record<string, string | readonly string[]> & { "~": readonly string[] };
		};
		const { "~": left, ...own } = modules;
		const base = read(include) as { modules: Record<string, string> };
		for (const [name, path] of Object.entries(own)) {
			const replaced = join(include, "..", base.modules[name] as string);
			expect(left.map((one) => join(one))).toContain(replaced);
			expect(existsSync(join(folder, `${path}.ts`)), `${path}`).toBe(true);
		}
		expect(existsSync(join(folder, "host/provider.ts"))).toBe(true);
	});

	it("has the pins on which the firmware finds its LED and the light", async () => {
		const { default: pins } = await tsImport(join(copy.folder, FOLDER, "pins.ts"), import.meta.url);
		expect(new Set(Object.values(pins)).size).toBe(Object.keys(pins).length);
		const host = new VirtualHost({ pins });
		const { io } = host.device;
		const parsed = parseConfig({ id: "lamp", broker: { host: "broker.example" } });
		if (parsed.kind !== "valid") throw new Error(JSON.stringify(parsed.problems));
		startNightlight(host, parsed.config);
		expect(() => new Led({ io: io.Digital, pin: 5 })).toThrow("pin 5 is in use");
		const range = { minimum: 0, maximum: 1023 };
		expect(() => new AnalogSensor({ io: io.Analog, pin: 1 }, range)).toThrow("pin 1 is in use");
	});
});

describeWithSdk("a second ESP32 board under the Moddable SDK", () => {
	it(
		"reaches the image, with its own pins",
		async () => {
			await build("esp32-image", { root: copy.folder, env: { BOARD } });
			const image = readFileSync(join(copy.folder, `dist/moddable/esp32-image-${BOARD}/mc.xs.c`), "utf8");
			expect(image).toContain("xsID_gpio2,");
			expect(image).not.toContain("xsID_gpio32");
		},
		BUILD_TIMEOUT,
	);
});
