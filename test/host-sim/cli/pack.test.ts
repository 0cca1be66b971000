import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseConfig } from "../../../firmware/config.js";
import { runPack } from "../../../host-sim/cli/run-pack.js";
import { decodePage, encodePage, PAGE_ADDRESS, PAGE_SIZE } from "../../../host-sim/configuration-page.js";
import { decodeUf2, encodeUf2, type FlashPart } from "../../../host-sim/uf2.js";
import { encodeImage, FLASH } from "../../../host-sim/wio-terminal/image.js";

const LEAST = { id: "lamp", broker: { host: "192.168.1.2" }, wifi: { ssid: "home" } };

/** Vectors, and what looks like code behind them. */
function programAt(address: number, length: number): Uint8Array {
	const bytes = Uint8Array.from({ length }, (_, index) => index % 251);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, 0x2000_5400, true);
	view.setUint32(4, address + 9, true);
	return bytes;
}
const imageOf = (length: number): Uint8Array =>
	encodeImage(programAt(FLASH.loader, 256), {
		program: programAt(FLASH.program, length),
		version: "1.2.3",
	});
const CODE = imageOf(0xc00);
/** As it is, but for one byte. */
const changed = (address: number): Uint8Array => {
	const bytes = CODE.slice();
	bytes[address - FLASH.loader] = 1;
	return bytes;
};

let folder: string;
let said: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "nightlight-"));
	said = "";
	vi.spyOn(process.stdout, "write").mockImplementation((text) => {
		said += text;
		return true;
	});
	writeFileSync(at("image.uf2"), encodeUf2([{ address: 0x4000, bytes: CODE }]));
	writeFileSync(at("wifi.txt"), "password1\n", { mode: 0o600 });
});
afterEach(() => void vi.restoreAllMocks());

const at = (name: string): string => join(folder, name);

function pack(
	config: unknown,
	options: { id?: string; force?: true; image?: string } = {},
): readonly FlashPart[] {
	const { image = "image.uf2", ...rest } = options;
	writeFileSync(at("c.json"), typeof config === "string" ? config : JSON.stringify(config));
	runPack(at(image), { config: at("c.json"), out: at("out.uf2"), ...rest });
	const decoded = decodeUf2(readFileSync(at("out.uf2")));
	if (decoded.kind === "invalid") throw new Error(decoded.reason);
	return decoded.parts;
}

/** The configuration that a board with these parts works with. */
function configIn(parts: readonly FlashPart[]) {
	const page = decodePage(parts.find(({ address }) => address === PAGE_ADDRESS)?.bytes as Uint8Array);
	if (page.kind !== "text") throw new Error(page.kind);
	return parseConfig(JSON.parse(page.text));
}

describe("a configuration in a copy of an image", () => {
	it("is what the file says, with its secrets, and the image is as it was", () => {
		const config = {
			...LEAST,
			wifi: { ssid: "home", password: { file: "wifi.txt" } },
			telemetry: { interval: 5000 },
		};
		const [image, page] = pack(config);
		expect(Buffer.from(image?.bytes as Uint8Array).equals(Buffer.from(CODE))).toBe(true);
		expect(configIn([image, page] as FlashPart[])).toEqual(
			parseConfig({ ...config, wifi: { ssid: "home", password: "password1" } }),
		);
		expect(said).toMatch(
			/^.*out\.uf2: lamp, in Wi-Fi "home" \(with its password\), at mqtt:\/\/192\.168\.1\.2:1883\n/,
		);
		expect(said).not.toContain("password1");
		expect(statSync(at("out.uf2")).mode & 0o077).toBe(0);
	});

	it("takes an id for each board", () => {
		const { id: _, ...nameless } = LEAST;
		expect(configIn(pack(nameless, { id: "lamp-7" }))).toMatchObject({ config: { id: "lamp-7" } });
	});

	it("has no more than what differs from the defaults", () => {
		const page = decodePage(pack(LEAST)[1]?.bytes as Uint8Array);
		expect(page).toEqual({ kind: "text", text: JSON.stringify(LEAST) });
	});

	it("takes the place of an earlier one", () => {
		const old = new Uint8Array(PAGE_SIZE).fill(0x20);
		old.set(encodePage('{"id":"old"}'));
		const parts = [
			{ address: 0x4000, bytes: CODE },
			{ address: PAGE_ADDRESS, bytes: old },
		];
		writeFileSync(at("packed.uf2"), encodeUf2(parts));
		const [, page] = pack(LEAST, { image: "packed.uf2" });
		expect(Buffer.from(page?.bytes as Uint8Array).includes("old")).toBe(false);
		expect(page?.bytes.at(-1)).toBe(0xff);
	});

	it("takes the place of an earlier one behind an image that fills the flash", () => {
		const full = imageOf(FLASH.page - FLASH.program);
		const old = new Uint8Array(PAGE_SIZE).fill(0x20);
		writeFileSync(at("packed.uf2"), encodeUf2([{ address: 0x4000, bytes: Buffer.concat([full, old]) }]));
		const [both] = pack(LEAST, { image: "packed.uf2" });
		const packed = Buffer.from(both?.bytes as Uint8Array);
		expect(packed.subarray(0, full.length).equals(full)).toBe(true);
		expect(decodePage(packed.subarray(full.length))).toEqual({ kind: "text", text: JSON.stringify(LEAST) });
	});
});

describe("is refused:", () => {
	const { id: _, ...nameless } = LEAST;
	it.each([
		["a file that is no JSON", "{", /c\.json/],
		[
			"no id",
			nameless,
			/^the device has no id: give it one in the configuration, or --id; each board needs its own$/,
		],
		["no network", { ...LEAST, wifi: {} }, /c\.json: wifi\.ssid is missing: the name of the Wi-Fi network$/],
		[
			"no broker",
			{ ...LEAST, broker: undefined },
			/c\.json: broker is missing: name its host, for the board cannot guess it$/,
		],
		[
			"an IPv6 address",
			{ ...LEAST, broker: { host: "fe80::1" } },
			/^broker\.host: fe80::1: the radio knows IPv4 only$/,
		],
		[
			"a name of more than 32 bytes",
			{ ...LEAST, wifi: { ssid: "é".repeat(17) } },
			/wifi\.ssid: .*32 bytes of UTF-8/,
		],
		[
			"this machine as broker",
			{ ...LEAST, broker: { host: "localhost" } },
			/^broker\.host: localhost is the board itself/,
		],
		[
			"TLS",
			{ ...LEAST, broker: { protocol: "mqtts", host: "b" } },
			/^broker\.protocol: the image speaks mqtt only/,
		],
		[
			"a password in the file",
			{ ...LEAST, wifi: { ssid: "home", password: "password1" } },
			/wifi\.password: wants \{"file"/,
		],
		["a wrong value", { ...LEAST, telemetry: { interval: 1 } }, /telemetry\.interval/],
		[
			"more than the page holds",
			{ ...LEAST, topics: { telemetry: `{id}/${"t".repeat(9000)}` } },
			/^the configuration takes \d+ bytes, the board has room for 8176: shorten it$/,
		],
	])("%s", (_name, config, says) => {
		expect(() => pack(config)).toThrow(says);
	});

	it.each([
		["none", undefined, /^IMAGE: cannot read .*gone\.uf2 \(ENOENT\)$/],
		["no UF2 file", Buffer.from("hello"), /no UF2 file: 5 bytes/],
		[
			"a short program",
			encodeUf2([{ address: 0x4000, bytes: new Uint8Array(256) }]),
			/is no image of a nightlight: too short: 256 bytes; npm run build:wio-terminal makes one$/,
		],
		[
			"a program of another kind",
			encodeUf2([{ address: 0x4000, bytes: programAt(0x4000, 0x8000) }]),
			/is no image of a nightlight: its header has another mark; /,
		],
		[
			"a program for another place",
			encodeUf2([{ address: 0x2000, bytes: new Uint8Array(256) }]),
			/: it begins at 0x2000, not at 0x4000; /,
		],
		[
			"an image with a gap",
			encodeUf2([
				{ address: 0x4000, bytes: CODE },
				{ address: 0x7_0000, bytes: new Uint8Array(256) },
			]),
			/: it has a gap before 0x70000; /,
		],
		[
			"a damaged image",
			encodeUf2([{ address: 0x4000, bytes: changed(FLASH.program + 100) }]),
			/: its program has another checksum; /,
		],
	])("an image that is %s", (_name, bytes, says) => {
		if (bytes !== undefined) writeFileSync(at("gone.uf2"), bytes);
		expect(() => pack(LEAST, { image: "gone.uf2" })).toThrow(says);
	});

	it("a copy that is there already, unless it may be replaced", () => {
		pack(LEAST);
		expect(() => pack(LEAST)).toThrow(
			/--out .*out\.uf2: is there already; give another name, or --force to replace it/,
		);
		expect(pack(LEAST, { force: true })).toHaveLength(2);
	});

	it("its configuration as the copy's name, which stays as it is", () => {
		writeFileSync(at("c.json"), JSON.stringify(LEAST));
		const options = { config: at("c.json"), out: at("c.json"), force: true } as const;
		expect(() => runPack(at("image.uf2"), options)).toThrow(/--out and --config name the same file/);
		expect(readFileSync(at("c.json"), "utf8")).toBe(JSON.stringify(LEAST));
	});

	it("nothing, but nobody else can read a copy that takes another file's place", () => {
		writeFileSync(at("out.uf2"), "old", { mode: 0o644 });
		pack(LEAST, { force: true });
		expect(statSync(at("out.uf2")).mode & 0o077).toBe(0);
	});

	it("the image as its own copy", () => {
		writeFileSync(at("c.json"), JSON.stringify(LEAST));
		const options = { config: at("c.json"), out: at("image.uf2"), force: true } as const;
		expect(() => runPack(at("image.uf2"), options)).toThrow(/--out and IMAGE name the same file/);
	});
});
