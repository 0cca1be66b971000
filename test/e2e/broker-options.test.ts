import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Authority } from "../support/certificates.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const folder = mkdtempSync(join(tmpdir(), "nightlight-broker-"));
const file = (name: string, text: string): string => {
	const path = join(folder, name);
	writeFileSync(path, text, { mode: 0o600 });
	return path;
};
const authority = new Authority("Nightlight Test CA");
const CA = file("ca.pem", authority.cert);
const identity = authority.issue({ names: ["localhost", "127.0.0.1"] });
const CERT = file("broker.pem", identity.cert);
const KEY = file("broker.key", identity.key);
const lamp = authority.issue({ names: ["lamp"] });
const LAMP = ["--cert", file("lamp.pem", lamp.cert), "--key", file("lamp.key", lamp.key)];
/** `lamp` with the password `secret`. */
const USERS = file(
	"users",
	"lamp:$6$ECh34RFu2EAjvpXV$PCEdwuPiSxWgeZnLiqujDOvvwkVeWaObXvUONYiJinNBh0Zckz8d4EYbUHscrMTp9R1MhWeVt91gbx4+3QQpEQ==\n",
);
const env = { NIGHTLIGHT_PASSWORD: "secret" };

const run = (...words: readonly string[]) => programs.add(new Nightlight([...words, "--json"], { env }));

/** The URL of each of its listeners, by protocol. */
async function listeners(
	broker: Nightlight,
	...protocols: readonly string[]
): Promise<Record<string, string>> {
	const found = protocols.map(async (protocol) => {
		const { port } = await broker.heard({ event: "listening", protocol });
		return [protocol, `${protocol}://localhost:${port}`] as const;
	});
	return Object.fromEntries(await Promise.all(found));
}

describe("the embedded broker of the command line", () => {
	it("serves a device over TLS and a server over a WebSocket in TLS", async () => {
		const broker = run("broker", "--tls-port", "0", "--wss-port", "0", "--cert", CERT, "--key", KEY);
		const { mqtts, wss } = await listeners(broker, "mqtts", "wss");
		const server = run("server", "--broker", `${wss}/mqtt`, "--id", "lamp", "--ca", CA);
		await server.heard({ event: "link", state: "online" });
		const device = run("device", "--broker", `${mqtts}`, "--id", "lamp", "--ca", CA, "--light", "7");
		await device.heard({ event: "led", on: true });
		expect(broker.events.filter(({ protocol }) => protocol === "mqtt")).toEqual([]);
	}, 30_000);

	it("wants a client certificate when it has a CA", async () => {
		const broker = run("broker", "--tls-port", "0", "--cert", CERT, "--key", KEY, "--ca", CA);
		const { mqtts } = await listeners(broker, "mqtts");
		const good = run("server", "--broker", `${mqtts}`, "--id", "lamp", "--ca", CA, ...LAMP);
		await good.heard({ event: "link", state: "online" });
		const bad = run("server", "--broker", `${mqtts}`, "--id", "lamp", "--ca", CA);
		await bad.heard({ event: "link", state: "backoff", code: "client-certificate-wanted" });
		await broker.heard({ event: "rejected", code: "tls-failed" });
	}, 30_000);

	it("lets in users only, in `up` too, with a WebSocket beside the plain port", async () => {
		const words = ["--users", USERS, "--ws-port", "0", "--port", "0", "--light", "7"];
		const up = run("up", ...words, "--username", "lamp");
		await up.heard({ source: "device", event: "led", on: true });
		const { ws } = await listeners(up, "ws");
		const watch = run("watch", "--broker", `${ws}/mqtt`, "--username", "lamp");
		await watch.heard({ event: "message", topic: "nightlight/telemetry" });
		const stranger = run("watch", "--broker", `${ws}/mqtt`);
		await stranger.heard({ event: "link", state: "backoff", code: "bad-credentials" });
		await up.heard({ source: "broker", event: "rejected", code: "bad-credentials" });
	}, 30_000);

	it.each([
		{
			words: ["--tls-port", "0"],
			problem: /^nightlight: --tls-port and --wss-port want .*: --cert and --key\n$/,
		},
		{
			words: ["--cert", CERT, "--key", KEY],
			problem: /^nightlight: --ca, --cert and --key are for a port with TLS/,
		},
		{
			words: ["--tls-port", "0", "--cert", CERT, "--key", LAMP[3] as string],
			problem: /^nightlight: --key: [^\n]+\n$/,
		},
		{
			words: ["--users", join(folder, "none")],
			problem: /^nightlight: --users: cannot read .* \(ENOENT\)\n$/,
		},
		{
			words: ["--users", file("bad", "a:b\n")],
			problem: /^nightlight: --users: .*bad: line 1: the password is no hash/,
		},
		{ words: ["--max-packet", "127"], problem: /^nightlight: .*a whole number from 128 to 268435460/ },
		{ words: ["--ws-port", "65536"], problem: /^nightlight: .*a whole number from 0 to 65535/ },
	])("refuses $words in a line, with 2", async ({ words, problem }) => {
		const broker = run("broker", "--port", "0", ...words);
		expect(await broker.exited).toBe(2);
		expect(broker.errors).toMatch(problem);
		expect(broker.errors.trimEnd()).not.toContain("\n");
	});

	it.each([
		["--ws-port", "0"],
		["--users", USERS],
	])("`up` has no %s for another broker", async (...words) => {
		const up = run("up", "--broker", "mqtt://127.0.0.1:9", "--id", "lamp", ...words);
		expect(await up.exited).toBe(2);
		expect(up.errors).toMatch(/--host, --port, --ws-port, --users and --access are for a broker of its own/);
	});
});
