import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { runHere } from "../../support/command-line.js";

let cwd = "";
beforeEach(() => {
	cwd = mkdtempSync(join(tmpdir(), "provision-"));
});
const run = (...words: readonly string[]) => runHere(["provision", ...words], { cwd });
const path = (name: string) => join(cwd, "access", name);
const read = (name: string) => readFileSync(path(name), "utf8");
/** The texts of all files. */
const all = () => Object.fromEntries(readdirSync(join(cwd, "access")).map((name) => [name, read(name)]));

describe("what cannot be is said in a line, and nothing is changed", () => {
	const WRONG: readonly [words: readonly string[], says: string][] = [
		[["--device", "server"], "--device server: the name is taken by a role or a file"],
		[["--device", "CA"], "--device CA: the name is taken"],
		[["--operator", "server"], "--operator server: the name is taken"],
		[["--operator", "lamp"], "--device lamp: is an operator and a device"],
		[["--device", "LAMP"], "--device LAMP: lamp differs in letter case only"],
		[["--device", "a b"], "It must be ID[:GROUP,...]"],
		[["--device", "x:gar den"], "It must be ID[:GROUP,...]"],
		[["--device", "x:a,b,c,d,e,f,g,h,i"], "8 groups at most"],
		[["--device", "x:lamp"], "lamp is a device and a group"],
		[["--device", "x", "--device", "x"], "named already"],
		[["--devices", "0"], "a whole number from 1 to 500"],
		[["--devices", "2", "--id", "y".repeat(63)], "1 to 64 of letters"],
		[["--id", "x"], "--id is for --devices"],
		[["--host", "mqtts://broker"], "a name or an IP address"],
		[["--host", "*.example"], "a name or an IP address"],
		[["--host", "fe80::1%eth0"], "a name or an IP address, without a port and a zone"],
		[["--days", "0"], "a whole number from 1 to 3650"],
		[["--revoke", "desk"], "--revoke desk: it has no certificate here"],
		[["--revoke", "broker"], "read no revocation list"],
		[["--revoke", "ca"], "read no revocation list"],
	];
	it.each(WRONG)("%s", async (words, says) => {
		await run("--device", "lamp");
		const before = all();
		const { code, errors, output } = await run(...words);
		expect({ code, output }).toEqual({ code: 2, output: "" });
		expect(errors).toContain(says);
		expect(errors.trimEnd().split("\n")).toHaveLength(1);
		expect(all()).toEqual(before);
	});

	it("a new folder without a device", async () => {
		expect((await run()).errors).toContain("there is no device yet");
		expect(readdirSync(join(cwd, "access"))).toEqual([]);
	});

	const FOLDERS: readonly [name: string, spoil: () => void, says: string][] = [
		["without the CA's key", () => rmSync(path("ca.key")), "ca.key of its CA is missing"],
		[
			"without its CA",
			() => {
				rmSync(path("ca.key"));
				rmSync(path("ca.pem"));
			},
			"ca.pem of its CA is missing",
		],
		[
			"with the key of another CA",
			() => writeFileSync(path("ca.key"), read("lamp.key")),
			"ca.pem and ca.key",
		],
		["without its records", () => rmSync(path("access.json")), "has other files and no access.json"],
		["with damaged records", () => writeFileSync(path("access.json"), "{"), "access.json is damaged"],
		[
			"with records of something else",
			() => writeFileSync(path("access.json"), '{"hosts":[],"port":1}'),
			"access.json is damaged (hosts",
		],
	];
	it.each(FOLDERS)("a folder %s", async (_name, spoil, says) => {
		await run("--device", "lamp");
		spoil();
		const before = all();
		const { code, errors } = await run("--device", "desk");
		expect(code).toBe(2);
		expect(errors).toContain(`--out access: ${says}`);
		expect(errors.trimEnd().split("\n")).toHaveLength(1);
		expect(all()).toEqual(before);
	});

	it("a folder that another run changes, as long as that lives", async () => {
		await run("--device", "lamp");
		const before = all();
		writeFileSync(path("lock"), `${process.pid}\n`);
		expect((await run("--device", "desk")).errors).toContain(`at work there (process ${process.pid})`);
		expect(all()).toMatchObject(before);
		const ended = spawnSync(process.execPath, ["-e", ""]).pid;
		writeFileSync(path("lock"), `${ended}\n`);
		expect(await run("--device", "desk")).toMatchObject({ code: 0, errors: "" });
		expect(readdirSync(join(cwd, "access"))).not.toContain("lock");
	});

	it("a file in the place of the folder", async () => {
		writeFileSync(join(cwd, "access"), "");
		expect(await run("--device", "lamp")).toMatchObject({ code: 1 });
	});

	it("a broker of a folder that is none", async () => {
		const { code, errors } = await runHere(["broker", "--access", "none"], { cwd });
		expect(code).toBe(2);
		expect(errors).toContain("--access none: cannot read access.json (ENOENT)");
	});

	const DAMAGED: readonly [file: string, says: string][] = [
		["ca.pem", "ca.pem is no certificate"],
		["broker.pem", "broker.pem and broker.key are no certificate and its key"],
		["broker.key", "broker.pem and broker.key are no certificate and its key"],
		["crl.pem", "crl.pem is no revocation list"],
		["access.json", "access.json is damaged"],
	];
	it.each(DAMAGED)("a broker of a folder whose %s is damaged", async (file, says) => {
		await run("--device", "lamp");
		writeFileSync(path(file), "damaged");
		const { code, errors } = await runHere(["broker", "--access", "access"], { cwd });
		expect(code).toBe(2);
		expect(errors).toContain(`--access access: ${says}`);
		expect(errors.trimEnd().split("\n")).toHaveLength(1);
	});

	it.each([
		[["--port", "1883"], "--access is for ports with TLS"],
		[["--users", "users"], "--access has certificates"],
	])("a broker with --access and %s", async (words, says) => {
		const { code, errors } = await runHere(["broker", "--access", "none", ...words], { cwd });
		expect(code).toBe(2);
		expect(errors).toContain(says);
	});
});
