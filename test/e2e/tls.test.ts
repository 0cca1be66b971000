import { createPrivateKey } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer as createPlainServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type TlsOptions } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Authority } from "../support/certificates.js";
import { runHere } from "../support/command-line.js";
import { rowsInLane } from "../support/lane.js";
import { Mosquitto } from "../support/mosquitto.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { describeWith, mosquitto } from "../support/requires.js";

const programs = new Programs();
const servers: Server[] = [];
afterEach(async () => {
	await programs.endAll();
	for (const server of servers.splice(0)) server.close();
});

const authority = new Authority("Nightlight Test CA");
const stranger = new Authority("Somebody Else");
const folder = mkdtempSync(join(tmpdir(), "nightlight-tls-"));
const file = (name: string, text: string): string => {
	const path = join(folder, name);
	writeFileSync(path, text, { mode: 0o600 });
	return path;
};
const CA = file("ca.pem", authority.cert);
const identity = authority.issue({ names: ["localhost", "127.0.0.1"] });
const CERT = file("broker.pem", identity.cert);
const KEY = file("broker.key", identity.key);
const lamp = authority.issue({ names: ["lamp"] });
const LAMP = ["--cert", file("lamp.pem", lamp.cert), "--key", file("lamp.key", lamp.key)];

const run = (command: string, url: string, ...words: readonly string[]) =>
	programs.add(
		new Nightlight([command, "--broker", url, "--id", "lamp", "--json", ...words], {
			cwd: mkdtempSync(join(folder, "run-")),
		}),
	);

describeWith([mosquitto], "device and server on Mosquitto with TLS", () => {
	const start = (...lines: readonly string[]) =>
		Mosquitto.start(programs, undefined, [`cafile ${CA}`, `certfile ${CERT}`, `keyfile ${KEY}`, ...lines]);
	let broker: Mosquitto;

	describe("that asks for no certificate", () => {
		beforeEach(async () => {
			broker = await start();
		});

		it("the nightlight works, by name and by address", async () => {
			const server = run("server", `mqtts://127.0.0.1:${broker.otherPort}`, "--ca", CA);
			await server.heard({ event: "link", state: "online" });
			const words = ["--ca", CA, "--light", "100", "--interval", "100"];
			const device = run("device", `mqtts://localhost:${broker.otherPort}`, ...words);
			await device.heard({ event: "led", on: true });
			const states = device.events.flatMap(({ event, state }) => (event === "link" ? [state] : []));
			expect(states).toEqual(["resolving", "connecting", "securing", "handshaking", "online"]);
			expect(await device.end("SIGINT")).toBe(0);
			expect(await server.end("SIGINT")).toBe(0);
		});

		it("`up` works, with all said by the configuration", async () => {
			const config = file(
				"config.json",
				JSON.stringify({
					broker: { protocol: "mqtts", host: "localhost", port: broker.otherPort },
					tls: { ca: { file: "ca.pem" } },
				}),
			);
			const up = programs.add(
				new Nightlight(["up", "--config", config, "--id", "lamp", "--json", "--light", "100"]),
			);
			await up.heard({ event: "led", on: true });
		});
	});

	describe("that asks for a certificate", () => {
		beforeEach(async () => {
			broker = await start("require_certificate true", "use_identity_as_username true");
		});

		it.each(["device", "server"])("the %s shows its own", async (command) => {
			const program = run(command, `mqtts://localhost:${broker.otherPort}`, "--ca", CA, ...LAMP);
			await program.heard({ event: "link", state: "online" });
		});

		it.each(["device", "server"])("the %s hears that it lacks one", async (command) => {
			const program = run(command, `mqtts://localhost:${broker.otherPort}`, "--ca", CA);
			const { code, reason } = await program.heard({ event: "link", state: "backoff" });
			expect(code).toBe("client-certificate-wanted");
			expect(reason).toMatch(/:\d+ wants a client certificate$/);
		});

		it.each(["device", "server"])("the %s hears that it has another CA's", async (command) => {
			const other = stranger.issue({ names: ["lamp"] });
			const words = ["--cert", file("x.pem", other.cert), "--key", file("x.key", other.key)];
			const program = run(command, `mqtts://localhost:${broker.otherPort}`, "--ca", CA, ...words);
			const { code, reason } = await program.heard({ event: "link", state: "backoff" });
			expect(code).toBe("client-certificate-refused");
			expect(reason).toMatch(/:\d+ does not trust the CA of our client certificate$/);
		});
	});
});

/** A server on a free port, which ends with the running test. */
const listen = (server: Server): Promise<number> => {
	servers.push(server);
	server.on("connection", (socket: Socket) => socket.on("error", () => {}));
	return new Promise((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
	);
};

const secure = (options: TlsOptions) => listen(createServer({ ...identity, ...options }, () => {}));

const QUICK = file("quick.json", JSON.stringify({ reconnect: { initial: 50, timeout: 400 } }));

describe("a broker with TLS that", () => {
	it.each(
		rowsInLane<{ name: string; serve: () => Promise<number>; code: string; reason: string | RegExp }>([
			{
				name: "has a certificate of another CA",
				serve: () => secure(stranger.issue({ names: ["localhost"] })),
				code: "certificate-untrusted",
				reason:
					'the certificate of localhost is from "Somebody Else": it is a CA that is not trusted here, or the broker does not send the intermediate certificate "Somebody Else"',
			},
			{
				name: "has an expired certificate",
				serve: () => secure(authority.issue({ names: ["localhost"], from: -3, until: -2 })),
				code: "certificate-expired",
				reason: "the certificate of localhost has expired",
			},
			{
				name: "has a certificate from the future",
				serve: () => secure(authority.issue({ names: ["localhost"], from: 2, until: 3 })),
				code: "certificate-not-yet-valid",
				reason: "the certificate of localhost is not valid yet; is the clock right?",
			},
			{
				name: "has another's certificate",
				serve: () => secure(authority.issue({ names: ["other.test"] })),
				code: "certificate-wrong-name",
				reason: "the certificate is not for localhost, but for other.test",
			},
			{
				name: "speaks no TLS",
				serve: () => listen(createPlainServer((socket) => void socket.write("220 broker.test ESMTP\r\n"))),
				code: "other-protocol",
				reason: /:\d+ does not speak TLS$/,
			},
			{
				name: "closes when it hears TLS",
				serve: () => listen(createPlainServer((socket) => void socket.once("data", () => socket.end()))),
				code: "tls-failed",
				reason: /:\d+ closed the connection in the TLS handshake; does it speak TLS\?$/,
			},
		]),
	)("$name is refused by device and server, which say why and try again", async ({ serve, code, reason }) => {
		const url = `mqtts://localhost:${await serve()}`;
		const wanted = typeof reason === "string" ? reason : expect.stringMatching(reason);
		for (const [command, ...words] of [["device", "--config", QUICK], ["server"]] as const) {
			const program = run(command, url, "--ca", CA, ...words);
			const first = await program.heard({ event: "link", state: "backoff" });
			expect([first.code, first.reason]).toEqual([code, wanted]);
			await program.heard({ event: "link", state: "connecting" }, program.events.indexOf(first));
			expect(await program.end("SIGINT")).toBe(0);
			expect(program.errors).toBe("");
		}
	});

	it("stalls in the handshake is given up after `reconnect.timeout`", async () => {
		const sockets: Socket[] = [];
		const port = await listen(createPlainServer((socket) => sockets.push(socket)));
		const device = run("device", `mqtts://localhost:${port}`, "--ca", CA, "--config", QUICK);
		const first = await device.heard({ event: "link", state: "backoff" });
		expect(first.code).toBe("timeout-securing");
		expect(first.reason).toBe("securing the connection with TLS took longer than 400 ms");
		await device.heard({ event: "link", state: "securing" }, device.events.indexOf(first));
		for (const socket of sockets) socket.destroy();
	});

	it("is told the name that the device looks for", async () => {
		const names: string[] = [];
		const SNICallback: TlsOptions["SNICallback"] = (name, done) => {
			names.push(name);
			done(null);
		};
		const port = await secure({ SNICallback });
		const device = run("device", `mqtts://localhost:${port}`, "--ca", CA);
		await device.heard({ event: "link", state: "handshaking" });
		expect(names).toEqual(["localhost"]);
	});

	it("is not trusted without --ca when only its own CA vouches for it", async () => {
		const device = run("device", `mqtts://localhost:${await secure({})}`);
		const { reason } = await device.heard({ event: "link", state: "backoff" });
		expect(reason).toMatch(
			/^the certificate of localhost is from "Nightlight Test CA": it is a CA that is not trusted/,
		);
	});
});

describe("files that are wrong are told of in a line", () => {
	const URL = "mqtts://localhost:1";
	const words = (...rest: string[]) => ["device", "--broker", URL, "--id", "lamp", ...rest];
	const garbage = file("garbage.pem", "no certificate\n");
	const cipher = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" } as const;
	const encrypted = file("encrypted.key", createPrivateKey(identity.key).export(cipher) as string);
	const broken = file("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
	it.each([
		{
			name: "a CA that is not there",
			argv: words("--ca", "no.pem"),
			says: "--ca: cannot read no.pem (ENOENT)",
		},
		{
			name: "a CA that is none",
			argv: words("--ca", garbage),
			says: `--ca: ${garbage}: holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`,
		},
		{
			name: "a CA that is broken",
			argv: words("--ca", broken),
			says: `--ca: ${broken}: holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`,
		},
		{
			name: "a certificate without its key",
			argv: words("--cert", CERT),
			says: `--cert: ${CERT}: there is no key to go with it; give both --cert and --key`,
		},
		{
			name: "a key without its certificate",
			argv: words("--key", KEY),
			says: `--key: ${KEY}: there is no certificate to go with it; give both --cert and --key`,
		},
		{
			name: "a key that is none",
			argv: words("--cert", CERT, "--key", CERT),
			says: `--key: ${CERT}: holds no private key in PEM (-----BEGIN PRIVATE KEY-----)`,
		},
		{
			name: "a key that is encrypted",
			argv: words("--cert", CERT, "--key", encrypted),
			says: `--key: ${encrypted}: the key is encrypted; decrypt it with openssl pkey`,
		},
		{
			name: "another's key",
			argv: words("--cert", CERT, "--key", LAMP[3] as string),
			says: `--key: ${LAMP[3]}: is not the key of the certificate`,
		},
		{
			name: "a CA for a broker without TLS",
			argv: ["server", "--broker", "mqtt://localhost:1", "--id", "lamp", "--ca", CA],
			says: "--ca, --cert, --key and the section tls are for mqtts:// and wss://, but the broker is mqtt://",
		},
	])("$name", async ({ argv, says }) => {
		expect(await runHere(argv)).toEqual({ code: 2, output: "", errors: `nightlight: ${says}\n` });
	});

	it.each([
		{ tls: "ca.pem", says: "tls: wants an object" },
		{ tls: { cA: 1 }, says: "tls.cA: no such key, only ca, cert, key, serverName, alpn" },
		{
			tls: { serverName: "192.0.2.1" },
			says: "tls.serverName: wants a host name, which an IP address is not",
		},
		{ tls: { serverName: "a b" }, says: "tls.serverName: wants a host name, which an IP address is not" },
		{ tls: { alpn: "mqtt" }, says: "tls.alpn: wants a list of names of 1 to 255 visible ASCII characters" },
		{ tls: { alpn: [] }, says: "tls.alpn: wants a list of names of 1 to 255 visible ASCII characters" },
		{ tls: { alpn: ["a b"] }, says: "tls.alpn: wants a list of names of 1 to 255 visible ASCII characters" },
		{
			tls: { ca: "ca.pem" },
			says: 'tls.ca: wants {"file": "NAME"} or {"env": "NAME"}, not the secret itself',
		},
		{ tls: { ca: { file: "none.pem" } }, says: /^tls\.ca: cannot read .*none\.pem \(ENOENT\)$/ },
	])("in the configuration: $tls", async ({ tls, says }) => {
		const config = file("wrong.json", JSON.stringify({ tls }));
		const { code, errors } = await runHere(words("--config", config));
		expect(code).toBe(2);
		const [, line = ""] = /^nightlight: .*?wrong\.json:\d+:\d+: (.*)\n$/.exec(errors) ?? [];
		expect(line).toMatch(says);
	});
});
