import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { CertificateAuthority } from "../../../host-sim/certificates/authority.js";
import { runHere } from "../../support/command-line.js";
import { describeWith, openssl } from "../../support/requires.js";

let cwd = "";
beforeEach(() => {
	cwd = mkdtempSync(join(tmpdir(), "provision-"));
});
const run = (...words: readonly string[]) => runHere(["provision", ...words], { cwd });
const path = (name: string) => join(cwd, "access", name);
const read = (name: string) => readFileSync(path(name), "utf8");
const json = (name: string) => JSON.parse(read(name));
/** The texts of all files. */
const all = () => Object.fromEntries(readdirSync(join(cwd, "access")).map((name) => [name, read(name)]));
const until = (name: string) =>
	(Date.parse(new X509Certificate(read(name)).validTo) - Date.now()) / 86_400_000;
const verify = (...words: readonly string[]) => {
	writeFileSync(join(cwd, "trusted"), `${read("ca.pem")}${read("crl.pem")}`);
	const options = ["verify", "-CAfile", join(cwd, "trusted"), "-crl_check", ...words];
	return execFileSync("openssl", options, { encoding: "utf8", stdio: "pipe" });
};

describeWith([openssl], "a new folder", () => {
	it("has what the CA, broker, roles and devices need, for the owner alone", async () => {
		expect(await run("--device", "lamp:garden,house", "--device", "desk")).toMatchObject({
			code: 0,
			errors: "",
		});
		const names = ["broker", "ca", "desk", "lamp", "operator", "page", "server"];
		expect(readdirSync(join(cwd, "access")).sort()).toEqual(
			[
				...names.flatMap((name) => [`${name}.key`, `${name}.pem`]),
				...["desk", "lamp", "operator", "page", "server", "access"].map((name) => `${name}.json`),
				...["acl", "crl.pem", "mosquitto.conf"],
			].sort(),
		);
		expect(statSync(join(cwd, "access")).mode & 0o777).toBe(0o700);
		for (const name of readdirSync(join(cwd, "access")))
			expect(statSync(path(name)).mode & 0o777, name).toBe(0o600);
		expect(json("lamp.json")).toEqual({
			id: "lamp",
			broker: { protocol: "mqtts", host: "127.0.0.1", port: 8883 },
			tls: { ca: { file: "ca.pem" }, cert: { file: "lamp.pem" }, key: { file: "lamp.key" } },
			groups: ["garden", "house"],
		});
	});

	it("has certificates that OpenSSL takes, each for its use", async () => {
		await run("--device", "lamp", "--host", "broker.local", "--host", "192.0.2.7", "--host", "::1");
		expect(verify("-purpose", "sslclient", path("lamp.pem"))).toContain("OK");
		expect(verify("-purpose", "sslserver", "-verify_hostname", "broker.local", path("broker.pem"))).toContain(
			"OK",
		);
		expect(verify("-purpose", "sslserver", "-verify_ip", "192.0.2.7", path("broker.pem"))).toContain("OK");
		expect(() => verify("-purpose", "sslserver", path("lamp.pem"))).toThrow();
		expect(() => verify("-purpose", "sslclient", path("broker.pem"))).toThrow();
		expect(new X509Certificate(read("lamp.pem")).subject).toBe("CN=lamp");
		expect(json("lamp.json").broker.host).toBe("broker.local");
	});

	it("says what it made, until when, and how it is used", async () => {
		const { output } = await run("--device", "lamp:garden", "--days", "100");
		const end = new Date(Date.now() + 100 * 86_400_000).toISOString().slice(0, 10);
		expect(output).toMatch(new RegExp(`^lamp +new +until ${end} +in garden$`, "m"));
		expect(output).toContain("npx nightlight device --config access/lamp.json");
		expect(output).not.toContain("PRIVATE");
	});

	it.each([
		[["localhost"], ""],
		[["::1"], " --host ::1"],
		[["broker.local", "127.0.0.1"], " --host 0.0.0.0"],
		[["2001:db8::7"], " --host ::"],
	])("for %j, says how the embedded broker is reached by them", async (hosts, option) => {
		const { output } = await run("--device", "lamp", ...hosts.flatMap((host) => ["--host", host]));
		expect(output).toMatch(new RegExp(`npx nightlight broker --access access${option}$`, "m"));
	});

	it("says commands that a shell takes, whatever the folder is called", async () => {
		const { output } = await run("--device", "lamp", "--out", "my keys");
		expect(output).toContain("npx nightlight device --config 'my keys/lamp.json'");
		expect(output).toContain(
			"mosquitto -c 'my keys/mosquitto.conf'   or   npx nightlight broker --access 'my keys'",
		);
	});

	const CAS: readonly [what: string, words: readonly string[], says: string][] = [
		[
			"of another curve",
			["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
			"ca.key is a key of another kind",
		],
		[
			"that is none",
			["-newkey", "rsa:2048", "-addext", "basicConstraints=critical,CA:FALSE"],
			"ca.pem is no CA's",
		],
	];
	it.each(CAS)("uses no CA %s, and says why", async (_what, words, says) => {
		mkdirSync(join(cwd, "access"));
		const files = ["-keyout", path("ca.key"), "-out", path("ca.pem")];
		execFileSync("openssl", ["req", "-x509", "-nodes", "-subj", "/CN=Theirs", ...words, ...files], {
			stdio: "ignore",
		});
		const { code, errors } = await run("--device", "lamp");
		expect({ code, errors }).toEqual({ code: 2, errors: expect.stringContaining(`--out access: ${says}`) });
		expect(readdirSync(join(cwd, "access")).sort()).toEqual(["ca.key", "ca.pem"]);
	});

	it("is begun anew after a run that was interrupted at once", async () => {
		mkdirSync(join(cwd, "access"));
		writeFileSync(path("ca.key.4711.new"), "unfinished");
		expect(await run("--device", "lamp")).toMatchObject({ code: 0 });
	});

	it("uses a CA that is there", async () => {
		const made = await CertificateAuthority.create({ commonName: "Ours", days: 100, keys: "rsa" });
		mkdirSync(join(cwd, "access"));
		writeFileSync(path("ca.pem"), made.authority.cert);
		writeFileSync(path("ca.key"), made.key);
		expect(await run("--device", "lamp")).toMatchObject({ code: 0 });
		expect(new X509Certificate(read("lamp.pem")).issuer).toBe("CN=Ours");
		expect(verify(path("lamp.pem"))).toContain("OK");
		// No certificate outlives its CA.
		expect(until("lamp.pem")).toBeLessThan(100);
	});

	it("has the devices that nightlight up --devices runs", async () => {
		await run("--devices", "3", "--id", "stand", "--device", "mast");
		expect(Object.keys(json("access.json").devices)).toEqual(["stand-1", "stand-2", "stand-3", "mast"]);
		cwd = mkdtempSync(join(tmpdir(), "provision-"));
		await run("--devices", "1");
		expect(Object.keys(json("access.json").devices)).toEqual(["nightlight"]);
	});
});

describeWith([openssl], "the same command again", () => {
	it("changes nothing that is good, and adds a device", async () => {
		await run("--device", "lamp:garden", "--host", "broker.local", "--port", "1884");
		const before = all();
		expect((await run("--device", "lamp")).output).toContain("6 certificates are kept");
		expect(all()).toEqual(before);
		await run("--device", "desk");
		const { acl, "access.json": _records, ...others } = before;
		expect(all()).toMatchObject(others);
		expect(read("acl")).toContain(acl);
		expect(json("desk.json").broker).toEqual({ protocol: "mqtts", host: "broker.local", port: 1884 });
	});

	it.each(["1", "20"])("renews what ends within 30 days, in %s", async (days) => {
		await run("--device", "lamp", "--days", days);
		const before = all();
		expect((await run()).output).toMatch(/^lamp +renewed/m);
		expect(until("lamp.pem")).toBeGreaterThan(360);
		expect(read("ca.pem")).toBe(before["ca.pem"]);
		expect(read("lamp.json")).toBe(before["lamp.json"]);
		// The old one holds until its end, for a device that is still to get the new one.
		writeFileSync(join(cwd, "old.pem"), before["lamp.pem"] ?? "");
		expect(verify(join(cwd, "old.pem"))).toContain("OK");
	});

	it("makes the broker's certificate anew for other names, and nothing else", async () => {
		await run("--device", "lamp");
		const before = all();
		await run("--host", "10.0.0.2");
		expect(new X509Certificate(read("broker.pem")).checkIP("10.0.0.2")).toBe("10.0.0.2");
		expect(read("lamp.pem")).toBe(before["lamp.pem"]);
		expect(json("lamp.json").broker.host).toBe("10.0.0.2");
		expect(read("mosquitto.conf")).toMatch(/^listener 8883$/m);
	});

	it("keeps what a person wrote into a configuration", async () => {
		await run("--device", "lamp");
		const own = read("lamp.json").replace("{", '{\n\t// Ours.\n\t"telemetry": {"interval": 500},');
		writeFileSync(path("lamp.json"), own);
		await run("--device", "lamp:garden");
		expect(read("lamp.json")).toContain('// Ours.\n\t"telemetry": {"interval": 500},');
		expect(read("lamp.json")).toMatch(/"groups": \[\s*"garden"\s*\]/);
		expect(read("acl")).toContain("topic read groups/garden/commands");
		await run("--device", "lamp:");
		expect(read("lamp.json")).not.toContain("groups");
	});

	it("mends a key that is not its certificate's, as an interruption leaves it", async () => {
		await run("--device", "lamp");
		writeFileSync(path("lamp.key"), read("server.key"));
		expect((await run()).output).toMatch(/^lamp +renewed/m);
		expect(new X509Certificate(read("lamp.pem")).subject).toBe("CN=lamp");
	});

	it("takes the folder from others", async () => {
		await run("--device", "lamp");
		chmodSync(join(cwd, "access"), 0o755);
		await run();
		expect(statSync(join(cwd, "access")).mode & 0o777).toBe(0o700);
	});
});

describeWith([openssl], "a revocation", () => {
	it("is in the list for each certificate of the name, and takes its rights", async () => {
		await run("--device", "lamp", "--device", "desk", "--days", "20");
		const first = read("lamp.pem");
		await run();
		expect((await run("--revoke", "lamp")).output).toContain("Revoked: lamp");
		writeFileSync(join(cwd, "first.pem"), first);
		expect(() => verify(path("lamp.pem"))).toThrow("revoked");
		expect(() => verify(join(cwd, "first.pem"))).toThrow("revoked");
		expect(verify(path("desk.pem"))).toContain("OK");
		expect(read("acl")).not.toContain("lamp");
		// It stays so.
		await run();
		expect(() => verify(path("lamp.pem"))).toThrow("revoked");
	});

	it("leaves room for a new certificate of the same name", async () => {
		await run("--device", "lamp:garden");
		const old = read("lamp.pem");
		await run("--revoke", "lamp", "--device", "lamp");
		writeFileSync(join(cwd, "old.pem"), old);
		expect(() => verify(join(cwd, "old.pem"))).toThrow("revoked");
		expect(verify(path("lamp.pem"))).toContain("OK");
		expect(read("acl")).toContain("topic read groups/garden/commands");
	});

	it("of a further operator takes its access, that of the first makes its next certificate", async () => {
		await run("--device", "lamp", "--operator", "anna");
		expect(read("acl")).toContain("user anna\ntopic write +/orders");
		await run("--revoke", "anna");
		expect(() => verify(path("anna.pem"))).toThrow("revoked");
		expect(read("acl")).not.toContain("anna");
		expect(json("access.json").operators).toEqual(["operator"]);
	});

	it("of a role makes its next certificate at once", async () => {
		await run("--device", "lamp");
		const old = read("operator.pem");
		expect((await run("--revoke", "operator")).output).toMatch(/^operator +renewed/m);
		writeFileSync(join(cwd, "old.pem"), old);
		expect(() => verify(join(cwd, "old.pem"))).toThrow("revoked");
		expect(verify(path("operator.pem"))).toContain("OK");
	});
});
