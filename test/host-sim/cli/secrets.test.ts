import { afterEach, describe, expect, it, vi } from "vitest";
import { configured, read, utf16, write } from "./support.js";

afterEach(() => vi.unstubAllEnvs());

describe("a password", () => {
	const SECRET = "hunter2-hunter2";
	const ways = {
		"--password-file": (text: string | Uint8Array) =>
			read({ username: "u", passwordFile: write("secret", text), broker: "mqtt://h" }),
		NIGHTLIGHT_PASSWORD: (text: string | Uint8Array) => {
			vi.stubEnv("NIGHTLIGHT_PASSWORD", Buffer.from(text).toString());
			return read({ username: "u", broker: "mqtt://h" });
		},
		"a reference to a file": (text: string | Uint8Array) => {
			write("secret", text);
			return configured('{"mqtt": {"username": "u", "password": {"file": "secret"}}}');
		},
		"a reference to the environment": (text: string | Uint8Array) => {
			vi.stubEnv("LAMP_SECRET", Buffer.from(text).toString());
			return configured('{"mqtt": {"username": "u", "password": {"env": "LAMP_SECRET"}}}');
		},
	};
	const each = Object.entries(ways);

	describe.each(each)("of %s", (name, give) => {
		it.each([
			["plain", SECRET],
			["with a line end", `${SECRET}\n`],
			["with a line end of Windows", `${SECRET}\r\n`],
			["with one of old Macs", `${SECRET}\r`],
			["with several line ends", `${SECRET}\r\n\r\n\n`],
			["with a byte order mark", `\ufeff${SECRET}\r\n`],
		])("%s is the secret alone", (_, text) => {
			expect(give(text)).toMatchObject({ lines: [], config: { mqtt: { password: SECRET } } });
		});

		it("keeps its spaces and other scripts", () => {
			expect(give(" pä ss\u2028\n")).toMatchObject({ config: { mqtt: { password: " pä ss\u2028" } } });
		});

		it.each<[string, string | Uint8Array, RegExp]>([
			["a line end alone", "\r\n", / is empty$/],
			["a byte order mark alone", "\ufeff", / is empty$/],
			["two lines", `user\n${SECRET}\n`, / has more than one line; it must hold the secret alone$/],
			["two lines of old Macs", `user\r${SECRET}`, / has more than one line; /],
			["a tab", `${SECRET}\t\n`, / holds U\+0009, which no password has; /],
			["an escape", `\u001b[A${SECRET}`, / holds U\+001B, /],
			["two byte order marks", `\ufeff\ufeff${SECRET}`, / holds U\+FEFF, /],
			["bytes that are not UTF-8", Uint8Array.of(0x61, 0xff, 0x62), / is not UTF-8 text; | holds U\+FFFD, /],
		])("with %s is refused in one line that does not tell it", (_, text, wanted) => {
			const { lines } = give(text);
			expect(lines).toEqual([expect.stringMatching(wanted)]);
			expect(lines[0]).toContain(name.startsWith("a reference") ? "c.json:1:28: mqtt.password: " : name);
			expect(lines[0]).not.toContain(SECRET);
		});
	});

	it.each(["--password-file", "a reference to a file"] as const)(
		"of %s in UTF-16, or with a NUL, is refused",
		(way) => {
			for (const text of [utf16(SECRET), Buffer.from(`${SECRET}\n`, "utf16le")]) {
				expect(ways[way](text).lines).toEqual([
					expect.stringMatching(/ is UTF-16, not UTF-8 text; save it as UTF-8$/),
				]);
			}
			expect(ways[way](`${SECRET}\0`).lines).toEqual([
				expect.stringMatching(/ holds U\+0000, which no text has; save it as plain text in UTF-8$/),
			]);
		},
	);

	it("of an empty variable is refused, or there is none", () => {
		expect(ways.NIGHTLIGHT_PASSWORD("").lines).toEqual(["NIGHTLIGHT_PASSWORD is empty"]);
		write("secret", SECRET);
		expect(configured('{"mqtt": {"username": "u", "password": {"file": "secret"}}}').lines).toEqual([]);
		vi.unstubAllEnvs();
		expect(ways["a reference to the environment"]("").lines).toEqual([
			"c.json:1:28: mqtt.password: the environment variable LAMP_SECRET is not set",
		]);
	});

	it("of the environment without a user name is not used, and that is said where a broker is named", () => {
		vi.stubEnv("NIGHTLIGHT_PASSWORD", SECRET);
		const note = "NIGHTLIGHT_PASSWORD is not used: a password needs a user name; give --username";
		expect(read({ broker: "mqtt://h" })).toMatchObject({ log: [note], lines: [] });
		expect(configured('{"broker": {"host": "h"}}')).toMatchObject({ log: [note], lines: [] });
		expect(read({})).toMatchObject({ log: [], lines: [], config: { mqtt: { password: undefined } } });
		expect(read({ broker: "mqtt://h", username: "u" }).log).toEqual([]);
	});
});
