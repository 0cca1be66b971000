import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../../house/firmware-files.js";

const table = readFileSync(join(ROOT, "firmware/boards/esp32/partitions.csv"), "utf8");

const partitions = table
	.split("\n")
	.filter((line) => line !== "" && !line.startsWith("#"))
	.map((line) => {
		const [name = "", type = "", , offset = "", size = ""] = line.split(",").map((field) => field.trim());
		return { name, type, offset: Number(offset), size: Number(size) };
	});

it("the ESP32's partitions follow each other, up to the end of 4 MB", () => {
	let end = 0x9000;
	for (const { name, offset, size } of partitions) {
		expect(offset, name).toBe(end);
		end += size;
	}
	expect(end).toBe(4 * 1024 * 1024);
});

it("one of them is the outbox, of 16 blocks, where the SDK's flash memory finds it", () => {
	expect(partitions.filter(({ name }) => name === "outbox")).toEqual([
		{ name: "outbox", type: "data", offset: 0x3f_0000, size: 16 * 4096 },
	]);
});

it("the program begins at a multiple of 64 KB", () => {
	const programs = partitions.filter(({ type }) => type === "app");
	expect(programs.map(({ offset }) => offset % 0x1_0000)).toEqual([0]);
});
