import { createPrivateKey } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCertificates, tlsOptionsOf } from "../../../host-sim/cli/certificates.js";
import { Failure } from "../../../host-sim/cli/failure.js";
import { Authority } from "../../support/certificates.js";

const folder = mkdtempSync(join(tmpdir(), "nightlight-certificates-"));
const write = (name: string, content: string | Uint8Array): string => {
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
};
const place = (key: string) => ({ file: join(folder, "c.json"), at: `c.json:1:1: ${key}` });
const read = (files: Parameters<typeof readCertificates>[0]) => readCertificates(files, undefined, place);
const linesOf = (action: () => unknown): readonly string[] => {
	try {
		action();
	} catch (error) {
		if (error instanceof Failure) return error.lines;
		throw error;
	}
	return [];
};

const one = new Authority("One");
const two = new Authority("Two");
const lamp = two.issue({ names: ["lamp"] });
const sec1 = createPrivateKey(lamp.key).export({ type: "sec1", format: "pem" }) as string;
const glued = (...pems: readonly string[]) => pems.map((pem) => pem.trimEnd()).join("");
const indented = (pem: string) => pem.replace(/^(?=.)/gm, "\t  ");
const inOneLine = (pem: string) => pem.replace(/\n(?![-\n])/g, "").replace(/^(-----BEGIN .*?-----)/, "$1\n");

/** The same as it comes from editors, shells and configuration tools. */
const SHAPES: readonly [string, (...pems: readonly string[]) => string][] = [
	["as they should be", (...pems) => pems.join("")],
	["without a line end between", glued],
	["indented", (...pems) => indented(pems.join(""))],
	["with line ends of Windows", (...pems) => pems.join("").replaceAll("\n", "\r\n")],
	["with a byte order mark", (...pems) => `\ufeff${pems.join("")}`],
	["with words around", (...pems) => pems.map((pem) => `subject=CN one\n${pem}\n`).join("")],
	["in one line each", (...pems) => pems.map(inOneLine).join("")],
];

describe("certificates and keys", () => {
	it.each(SHAPES)("%s are the same for device and server", (_, shape) => {
		const ca = write("ca.pem", shape(one.cert, two.cert));
		const cert = write("cert.pem", shape(lamp.cert, two.cert));
		for (const pem of [lamp.key, sec1]) {
			const certificates = read({ ca, cert, key: write("key.pem", shape(pem)) });
			expect(certificates).toEqual({ ca: one.cert + two.cert, cert: lamp.cert + two.cert, key: lamp.key });
			expect(tlsOptionsOf(certificates)).toMatchObject({
				ca: { length: 2 },
				clientCertificate: { length: 2 },
			});
		}
	});

	it("may be in one file, certificate and key", () => {
		const both = write("both.pem", glued(lamp.cert, lamp.key));
		expect(read({ cert: both, key: both })).toEqual({ cert: lamp.cert, key: lamp.key });
	});

	it.each<[string, string | Uint8Array]>([
		["a certificate in DER", Buffer.from(one.cert.replace(/-----.*-----|\n/g, ""), "base64")],
		["PEM in UTF-16", Buffer.from(`\ufeff${one.cert}`, "utf16le")],
		["a certificate cut short", one.cert.slice(0, 200)],
		["a certificate and a broken one", one.cert + two.cert.replace(/\nMI/, "\nAA")],
		["a key", one.key],
		["nothing", ""],
	])("are refused in one line when they are %s", (_, content) => {
		const ca = write("bad.pem", content);
		expect(linesOf(() => read({ ca }))).toEqual([
			`--ca: ${ca}: holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`,
		]);
	});

	it("are refused with a line for each file that cannot be read", () => {
		expect(linesOf(() => read({ ca: "none-1", cert: "none-2", key: "none-3" }))).toEqual([
			"--ca: cannot read none-1 (ENOENT)",
			"--cert: cannot read none-2 (ENOENT)",
			"--key: cannot read none-3 (ENOENT)",
		]);
	});
});
