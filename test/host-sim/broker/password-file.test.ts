import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPasswordFile } from "../../../host-sim/broker/password-file.js";
import { describeWith, mosquitto } from "../../support/requires.js";

/** Made by mosquitto_passwd 2.0.11, of `secret`. */
const PBKDF2 =
	"$7$101$/QIhvx/Btggv5tLg$Pmo1oWPzzzXvjI0YIU477uNdxNWoBrif8IIsIR5giQKHrizzsQfu7FNL0624nYvIIuzuZYZN3Y5FZpNcp1jbNA==";
const SHA512 =
	"$6$ECh34RFu2EAjvpXV$PCEdwuPiSxWgeZnLiqujDOvvwkVeWaObXvUONYiJinNBh0Zckz8d4EYbUHscrMTp9R1MhWeVt91gbx4+3QQpEQ==";

const verdict = (text: string, user: string, password: string) =>
	readPasswordFile(text).verify(user, Buffer.from(password));

describe("a password file", () => {
	it.each([
		{ name: "PBKDF2", line: `lamp:${PBKDF2}` },
		{ name: "SHA-512", line: `lamp:${SHA512}` },
		{ name: "a line end of Windows", line: `lamp:${PBKDF2}\r\n` },
		{ name: "a byte order mark", line: `\ufefflamp:${PBKDF2}\n` },
		{ name: "comments and empty lines", line: `# users\n\n \nlamp:${SHA512}\n` },
		{ name: "another user before", line: `other:${SHA512}\nlamp:${PBKDF2}\n` },
	])("with $name knows the password, and no other", async ({ line }) => {
		expect(await verdict(line, "lamp", "secret")).toBe(true);
		for (const wrong of ["", "Secret", "secret "]) expect(await verdict(line, "lamp", wrong)).toBe(false);
		expect(await verdict(line, "Lamp", "secret")).toBe(false);
		expect(await verdict(line, "", "secret")).toBe(false);
	});

	it("without a line lets nobody in", async () => {
		expect(readPasswordFile("").size).toBe(0);
		expect(await verdict("", "lamp", "secret")).toBe(false);
	});

	it.each([
		{ line: "lamp", problem: "line 1: wants user:hash, as mosquitto_passwd writes it" },
		{ line: `:${PBKDF2}`, problem: "line 1: wants user:hash, as mosquitto_passwd writes it" },
		{
			line: `a:${PBKDF2}\nlamp:secret`,
			problem:
				"line 2: the password is no hash of Mosquitto ($7$ or $6$); mosquitto_passwd -U FILE makes one of it",
		},
		{ line: `lamp:${PBKDF2.slice(0, -1)}`, problem: /^line 1: the password is no hash/ },
		{ line: `lamp:${PBKDF2.replace("$7$", "$5$")}`, problem: /^line 1: the password is no hash/ },
		{ line: `lamp:${PBKDF2.replace("$101$", "$0$")}`, problem: "line 1: iterations must be 1 to 1000000" },
		{
			line: `lamp:${PBKDF2.replace("$101$", "$9999999$")}`,
			problem: "line 1: iterations must be 1 to 1000000",
		},
		{ line: `a:${PBKDF2}\n\na:${PBKDF2}`, problem: "line 3: this user is there twice" },
	])("with $line is refused with its line", ({ line, problem }) => {
		expect(() => readPasswordFile(line)).toThrow(problem);
	});

	it("is read, or refused in a line that repeats nothing, whatever it holds", () => {
		const line = fc.oneof(
			fc.string(),
			fc.constantFrom(`a:${PBKDF2}`, `b:${SHA512}`, "#", ""),
			fc.tuple(fc.string(), fc.string()).map(([user, rest]) => `${user}:s3cret${rest}`),
		);
		fc.assert(
			fc.property(fc.array(line), (lines) => {
				try {
					readPasswordFile(lines.join("\n"));
				} catch (error) {
					expect(error).toBeInstanceOf(RangeError);
					expect((error as Error).message).toMatch(/^line \d+: (?!.*s3cret)[^\n]+$/);
				}
			}),
		);
	});
});

describeWith([mosquitto], "a password file of mosquitto_passwd", () => {
	const file = () => join(mkdtempSync(join(tmpdir(), "users-")), "users");
	/** Runs it on a file, and gives what it made of it. */
	const passwd = (path: string, ...words: readonly string[]) => {
		const { status, stderr } = spawnSync("mosquitto_passwd", words);
		expect(`${status} ${stderr}`).toBe("0 ");
		return readFileSync(path, "utf8");
	};

	it.each(["secret", "p\u00e4ssword", "a:b$c", " x ", "x".repeat(500)])("knows %j", async (password) => {
		const path = file();
		const text = passwd(path, "-c", "-b", path, "lamp", password);
		expect(await verdict(text, "lamp", password)).toBe(true);
		expect(await verdict(text, "lamp", `${password}.`)).toBe(false);
	});

	it("knows both of two users, added one after the other", async () => {
		const path = file();
		passwd(path, "-c", "-b", path, "lamp", "one");
		const text = passwd(path, "-b", path, "server", "two");
		expect(readPasswordFile(text).size).toBe(2);
		expect(await verdict(text, "lamp", "one")).toBe(true);
		expect(await verdict(text, "server", "two")).toBe(true);
		expect(await verdict(text, "server", "one")).toBe(false);
	});

	it("made of plain text by -U is understood", async () => {
		const path = file();
		writeFileSync(path, "lamp:secret\n", { mode: 0o600 });
		expect(await verdict(passwd(path, "-U", path), "lamp", "secret")).toBe(true);
	});
});
