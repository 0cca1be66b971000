import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encodeUf2 } from "../../../host-sim/uf2.js";
import { findDrives, usualPlaces } from "../../../host-sim/wio-terminal/drives.js";
import { flashByBossac, flashByDrive } from "../../../host-sim/wio-terminal/flash.js";

const INFO = "UF2 Bootloader v3.2.1 SFHWRO\r\nModel: Seeed Wio Terminal\r\nBoard-ID: SAMD51P19A-Wio-v0\r\n";
const OTHER = "UF2 Bootloader v3.0\nModel: Feather RP2040\nBoard-ID: RPI-RP2\n";
const IMAGE = encodeUf2([{ address: 0x4000, bytes: new Uint8Array(600).fill(7) }]);
const PACKED = encodeUf2([
	{ address: 0x4000, bytes: new Uint8Array(600).fill(7) },
	{ address: 0x7_e000, bytes: new Uint8Array(512).fill(9) },
]);

let folder: string;
let said: string[];
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "nightlight-test-"));
	said = [];
	writeFileSync(at("image.uf2"), IMAGE);
	writeFileSync(at("packed.uf2"), PACKED);
});
afterEach(() => {
	vi.unstubAllEnvs();
	rmSync(folder, { recursive: true, force: true });
});

const at = (...names: string[]): string => join(folder, ...names);
const log = (line: string): void => void said.push(line);

/** A boot loader's drive. */
function plug(name: string, info = INFO): string {
	mkdirSync(at("media", name), { recursive: true });
	writeFileSync(at("media", name, "INFO_UF2.TXT"), info);
	return at("media", name);
}
const flash = (file: string, wait = 0): Promise<void> =>
	flashByDrive({ file: at(file), places: [at("media")], wait, log });

describe("the board's drive", () => {
	it.each(["Arduino", "somebody/Arduino"])("is found as %s, and gets the image", async (name) => {
		const drive = plug(name);
		await flash("image.uf2");
		expect(readFileSync(join(drive, "image.uf2")).equals(IMAGE)).toBe(true);
		expect(said).toEqual([
			`copied ${at("image.uf2")} to ${drive}: the board starts it now`,
			"it has no configuration: the board keeps the one that it has (nightlight pack writes one)",
		]);
	});

	it("is found by its chip alone", () => {
		plug("one", "UF2 Bootloader\nBoard-ID: SAMD51P19A-v0\n");
		expect(findDrives([at("media")])).toEqual([
			{ folder: at("media", "one"), model: "a board without a name", isWioTerminal: true },
		]);
	});

	it("gets an image with its configuration without a word about it", async () => {
		plug("Arduino");
		await flash("packed.uf2");
		expect(said).toHaveLength(1);
	});

	it("is waited for", async () => {
		const done = flash("image.uf2", 10_000);
		setTimeout(() => plug("Arduino"), 300);
		await done;
		expect(said[0]).toBe(
			"no board in its boot loader yet: slide the board's reset switch twice, quickly, so that its drive appears",
		);
		expect(existsSync(at("media", "Arduino", "image.uf2"))).toBe(true);
	});

	it("is not that of another board", async () => {
		const drive = plug("RPI", OTHER);
		await expect(flash("image.uf2")).rejects.toMatchObject({
			exitCode: 1,
			message: expect.stringMatching(
				`^no drive of a Wio Terminal within 0 s but ${drive}, which is of Feather RP2040: slide `,
			),
		});
		expect(existsSync(join(drive, "image.uf2"))).toBe(false);
		const ours = plug("Arduino");
		await flash("image.uf2");
		expect(existsSync(join(ours, "image.uf2"))).toBe(true);
	});

	it("is told apart from none, and from two", async () => {
		await expect(flash("image.uf2")).rejects.toMatchObject({
			exitCode: 1,
			message: expect.stringMatching(`^no drive of a Wio Terminal within 0 s in ${at("media")}: slide `),
		});
		plug("one");
		plug("two");
		await expect(flash("image.uf2")).rejects.toMatchObject({
			exitCode: 1,
			message: expect.stringMatching(/^two boards, .*one and .*two: leave one/),
		});
	});

	it("that cannot be written is a failure", async () => {
		mkdirSync(join(plug("Arduino"), "image.uf2"));
		await expect(flash("image.uf2")).rejects.toMatchObject({
			exitCode: 1,
			message: expect.stringMatching(/^cannot write .*image\.uf2 \(EISDIR\)$/),
		});
	});

	it.each([
		["gone.uf2", undefined, /^--file: cannot read .*gone\.uf2 \(ENOENT\); npm run build:wio-terminal makes/],
		["text.uf2", Buffer.from("hello"), /^--file: .*text\.uf2: no UF2 file: 5 bytes/],
		[
			"boot-loader.uf2",
			encodeUf2([{ address: 0, bytes: new Uint8Array(256) }]),
			/^--file: .* begins at 0x0, programs for the board at 0x4000$/,
		],
	])("does not get %s", async (name, bytes, message) => {
		plug("Arduino");
		if (bytes !== undefined) writeFileSync(at(name), bytes);
		await expect(flash(name)).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
	});

	it.each([
		["linux", "/run/media"],
		["darwin", "/Volumes"],
		["win32", "E:\\"],
	] as const)("is looked for where %s shows drives", (platform, place) => {
		expect(usualPlaces(platform)).toContain(place);
	});
});

describe("bossac", () => {
	/** A program of this name, which keeps its words and the file that it was given. */
	function install(status: number): void {
		const script = `#!/bin/sh\n[ "$1" = --help ] && exit 0\necho "$@" > ${at("words")}\ncp "$8" ${at("bin")}\nexit ${status}\n`;
		mkdirSync(at("bin-folder"));
		writeFileSync(at("bin-folder", "bossac"), script);
		chmodSync(at("bin-folder", "bossac"), 0o755);
		vi.stubEnv("PATH", `${at("bin-folder")}:${process.env.PATH}`);
	}

	it("gets the image as it lies in the flash, and where that begins", async () => {
		install(0);
		await flashByBossac(at("packed.uf2"), at("port"), log);
		expect(readFileSync(at("words"), "utf8")).toMatch(
			new RegExp(`^-p ${at("port")} -U -i --offset=0x4000 -w -v .*image\\.bin -R\n$`),
		);
		const bin = readFileSync(at("bin"));
		expect(bin.length).toBe(0x7_e000 - 0x4000 + 512);
		expect([bin[0], bin[599], bin[768], bin[0x7_a000 - 1], bin[0x7_a000]]).toEqual([7, 7, 0xff, 0xff, 9]);
		expect(said).toEqual([expect.stringMatching(/^bossac -p /)]);
	});

	it("that fails is a failure", async () => {
		install(3);
		await expect(flashByBossac(at("image.uf2"), at("port"), log)).rejects.toMatchObject({
			exitCode: 1,
			message: expect.stringMatching(/^bossac failed \(3\): slide /),
		});
	});

	it("that is not installed is named, with what it would be told", async () => {
		vi.stubEnv("PATH", at("nowhere"));
		await expect(flashByBossac(at("image.uf2"), "/dev/ttyACM0", log)).rejects.toMatchObject({
			exitCode: 1,
			message: expect.stringMatching(
				/^no bossac on the PATH: .* bossac -p \/dev\/ttyACM0 -U -i --offset=0x4000 -w -v FILE\.bin -R$/,
			),
		});
	});
});
