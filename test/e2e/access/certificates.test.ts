import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CertificateAuthority } from "../../../host-sim/certificates/authority.js";
import { Authority } from "../../support/certificates.js";
import { runHere } from "../../support/command-line.js";
import { freePort } from "../../support/free-port.js";
import { Nightlight } from "../../support/nightlight.js";
import { Programs } from "../../support/processes.js";
import { describeWith, mosquitto } from "../../support/requires.js";
import { Access, type Kind, letIn, type RunningBroker } from "./support.js";

describeWith([mosquitto], "certificates at Mosquitto", () => tests("Mosquitto"));
describe("certificates at the embedded broker", () => tests("the embedded broker"));

function tests(kind: Kind): void {
	const programs = new Programs();
	let access: Access;
	let broker: RunningBroker;
	beforeEach(async () => {
		access = await Access.make({ lamp: ["garden"], other: [] });
		broker = await access.start(kind, programs);
	});
	afterEach(() => programs.endAll());

	/** Issues a certificate of the folder's CA that the folder does not know. */
	const issue = async (commonName: string, days: number) => {
		const authority = await CertificateAuthority.from(access.pair("ca"));
		return authority.issue({ commonName, days, keys: "p256" });
	};
	const run = (...words: readonly string[]) =>
		programs.add(new Nightlight([...words, "--json"], { cwd: mkdtempSync(join(tmpdir(), "nightlight-")) }));
	const device = (...words: readonly string[]) =>
		run("device", "--config", access.pathOf("lamp.json"), "--interval", "100", "--light", "100", ...words);
	const server = () => run("server", "--id", "+", "--config", access.pathOf("server.json"));

	it("the nightlight works with the files as they are", async () => {
		const [one, lamp] = [server(), device()];
		await one.heard({ event: "received", device: "lamp" });
		await lamp.heard({ event: "led", on: true });
		const words = ["lamp", '{"led_on":false}', "--wait", "--config", access.pathOf("operator.json")];
		const order = run("command", ...words);
		expect(await order.exited).toBe(0);
		expect(order.events).toContainEqual(expect.objectContaining({ event: "answer", status: 200 }));
		await lamp.heard({ event: "led", on: false });
		expect(await lamp.end()).toBe(0);
	});

	it("a page has a certificate of its own, and operators too: nobody takes over from another", async () => {
		await access.change({ lamp: ["garden"] }, { operators: ["anna"] });
		await broker.renew();
		const words = ["--page", "--page-config", access.pathOf("page.json")];
		const one = run("server", "--id", "+", "--config", access.pathOf("server.json"), ...words);
		await one.heard({ event: "link", state: "online" });
		const watch = run("watch", "+/telemetry", "--config", access.pathOf("operator.json"));
		await watch.heard({ event: "link", state: "online" });
		await device().heard({ event: "led", on: true });
		const order = run("command", "lamp", '{"led_on":true}', "--wait", "--config", access.pathOf("anna.json"));
		expect(await order.exited).toBe(0);
		await watch.heard({ event: "message", topic: "lamp/telemetry" });
		expect(broker.said()).not.toMatch(/taken-over|already connected/);
		for (const { events } of [one, watch]) expect(JSON.stringify(events)).not.toContain("backoff");
	});

	it("a group is told at once by an operator, and ordered by the server", async () => {
		const rules = join(mkdtempSync(join(tmpdir(), "rules-")), "rules.yaml");
		writeFileSync(rules, "groups:\n  garden: [lamp]\nrules: {}\n");
		const words = ["--id", "+", "--rule", rules, "--config", access.pathOf("server.json")];
		const one = run("server", ...words);
		await one.heard({ event: "link", state: "online" });
		const lamp = run(
			"device",
			"--config",
			access.pathOf("lamp.json"),
			"--interval",
			"60000",
			"--light",
			"900",
		);
		await one.heard({ event: "received", device: "lamp" });
		const operator = ["--config", access.pathOf("operator.json")];
		const told = run("command", "--group", "garden", '{"led_on":true}', ...operator);
		expect(await told.exited).toBe(0);
		await lamp.heard({ event: "led", on: true });
		const policy = ["--policy", "newest", "--wait"];
		const ordered = run("command", "--group", "garden", '{"led_on":false}', ...policy, ...operator);
		expect(await ordered.exited).toBe(0);
		await lamp.heard({ event: "led", on: false });
		expect(broker.said()).not.toMatch(/Denied|"denied"/);
	});

	it.runIf(kind === "the embedded broker")(
		"over WebSocket a client is who its certificate says, too",
		async () => {
			await broker.program.end();
			const wssPort = await freePort();
			const words = ["broker", "--access", access.path, "--wss-port", `${wssPort}`, "--json"];
			const both = programs.add(new Nightlight(words));
			await both.heard({ event: "listening", protocol: "mqtts" });
			await both.heard({ event: "listening", protocol: "wss" });
			const url = `wss://127.0.0.1:${wssPort}/mqtt`;
			const lamp = await letIn(access.client("lamp", { url }));
			await lamp.publishAsync("other/telemetry", "1", { qos: 1 });
			await both.heard({ event: "connected", client: "lamp" });
			await both.heard({ event: "denied", client: "lamp", action: "publish", topic: "other/telemetry" });
			const pair = new Authority("Nightlight CA").issue({ names: ["lamp"] });
			await expect(letIn(access.client("lamp", { url, pair }))).rejects.toThrow();
		},
	);

	it("one without a certificate is not let in", async () => {
		await expect(letIn(access.client("lamp", { pair: { cert: "", key: "" } }))).rejects.toThrow();
	});

	it("one of another CA is not let in, whatever its name", async () => {
		const pair = new Authority("Nightlight CA").issue({ names: ["server"] });
		await expect(letIn(access.client("server", { pair }))).rejects.toThrow();
	});

	it("one that has expired is not let in", async () => {
		const pair = await issue("lamp", -0.01);
		await expect(letIn(access.client("lamp", { pair }))).rejects.toThrow();
		// The same but for its end.
		await letIn(access.client("lamp", { pair: await issue("lamp", 1) }));
	});

	it("one that is revoked is not let in, once the broker has read the list again", async () => {
		const pair = access.pair("lamp");
		const connected = await letIn(access.client("lamp"));
		const closed = new Promise<void>((resolve) => connected.once("close", () => resolve()));
		await access.change({}, { revoked: ["lamp"] });
		await broker.renew();
		// Mosquitto leaves a connection that is there, and lets it do nothing any more.
		if (kind === "Mosquitto") {
			await connected.publishAsync("lamp/telemetry", "1", { qos: 1 });
			await expect.poll(() => broker.said()).toMatch(/Denied PUBLISH from lamp .*'lamp\/telemetry'/);
		} else await closed;
		await expect(letIn(access.client("lamp", { pair }))).rejects.toThrow();
		await letIn(access.client("other"));
	});

	if (kind !== "Mosquitto")
		it("of a device whose certificate is revoked others learn by its will that it is gone", async () => {
			const operator = await letIn(access.client("operator"));
			const said: string[] = [];
			operator.on("message", (topic, payload) => said.push(`${topic} ${payload}`));
			await operator.subscribeAsync(["+/status", "+/state"]);
			const will = { topic: "lamp/status", payload: Buffer.from("offline") };
			// That of the second is not its own.
			const [lamp, other] = [access.client("lamp", { will }), access.client("other", { will })];
			await Promise.all([letIn(lamp), letIn(other)]);
			const closed = [lamp, other].map(
				(one) => new Promise<void>((resolve) => one.once("close", () => resolve())),
			);
			await access.change({}, { revoked: ["lamp", "other"] });
			await broker.renew();
			await Promise.all(closed);
			await expect.poll(() => said).toEqual(["lamp/status offline"]);
		});

	it("who gives an order with one that is revoked is told of the certificate", async () => {
		await access.change({}, { operators: ["anna"] });
		const kept = { pem: access.read("anna.pem"), key: access.read("anna.key") };
		await access.change({}, { revoked: ["anna"] });
		for (const [kind, text] of Object.entries(kept)) writeFileSync(access.pathOf(`anna.${kind}`), text);
		await broker.renew();
		const words = [
			"command",
			"lamp",
			'{"led_on":true}',
			"--config",
			access.pathOf("anna.json"),
			"--duration",
			"1",
		];
		const { code, errors } = await runHere(words);
		expect({ code, errors }).toEqual({
			code: 1,
			errors: expect.stringMatching(/our client certificate .*revoked/),
		});
	});

	it("a new one after a revocation is let in, and the old one is not", async () => {
		const old = access.pair("lamp");
		await access.change({ lamp: ["garden"] }, { revoked: ["lamp"] });
		await broker.renew();
		await letIn(access.client("lamp"));
		await expect(letIn(access.client("lamp", { pair: old }))).rejects.toThrow();
	});

	it("one of a name without access does nothing", async () => {
		const pair = await issue("stranger", 1);
		const client = access.client("stranger", { pair });
		if (kind === "the embedded broker") return expect(letIn(client)).rejects.toThrow("Not authorized");
		await letIn(client);
		await client.publishAsync("stranger/telemetry", "1", { qos: 1 });
		await expect.poll(() => broker.said()).toMatch(/Denied PUBLISH from stranger .*'stranger\/telemetry'/);
	});

	it("a device that is provisioned later is let in, without a restart", async () => {
		await access.change({ late: [] });
		await broker.renew();
		const client = await letIn(access.client("late"));
		await client.publishAsync("late/telemetry", "1", { qos: 1 });
		expect(broker.said()).not.toMatch(/Denied PUBLISH from late|"denied"/);
	});

	it("a device that leaves a group hears no more of it, though it has subscribed", async () => {
		const [lamp, operator] = [await letIn(access.client("lamp")), await letIn(access.client("operator"))];
		const got: string[] = [];
		lamp.on("message", (_topic, payload) => got.push(String(payload)));
		await lamp.subscribeAsync(["groups/garden/commands", "lamp/commands"]);
		const commands = (text: string) => operator.publishAsync("groups/garden/commands", text, { qos: 1 });
		await commands("1");
		await expect.poll(() => got).toEqual(["1"]);
		await access.change({ lamp: [] });
		await broker.renew();
		await commands("2");
		const server = await letIn(access.client("server"));
		await server.publishAsync("lamp/commands", "3", { qos: 1 });
		await expect.poll(() => got).toEqual(["1", "3"]);
	});

	it("with another device's certificate a device is that other one, and may not speak for itself", async () => {
		const one = server();
		await one.heard({ event: "link", state: "online" });
		const thief = device("--cert", access.pathOf("other.pem"), "--key", access.pathOf("other.key"));
		await thief.heard({ event: "telemetry" });
		await programs.add(device()).heard({ event: "led" });
		const denied =
			kind === "Mosquitto"
				? /Denied PUBLISH from other .*'lamp\/telemetry'/
				: /"denied","client":"other","action":"publish","topic":"lamp\/telemetry"/;
		await expect.poll(() => broker.said(), { timeout: 5000 }).toMatch(denied);
		await thief.heard({ event: "refused", code: "subscription-refused" }).catch((error) => {
			if (kind !== "Mosquitto") throw error;
		});
	}, 40_000);

	it("of two with one certificate the second takes over, and the broker says so", async () => {
		const first = await letIn(access.client("lamp", { clientId: "one" }));
		const closed = new Promise<void>((resolve) => first.once("close", () => resolve()));
		await letIn(access.client("lamp", { clientId: "two" }));
		await closed;
		await expect
			.poll(() => broker.said())
			.toMatch(
				kind === "Mosquitto" ? /Client lamp already connected/ : /"client":"lamp","code":"taken-over"/,
			);
	});

	it("no version of TLS before 1.2 is spoken", async () => {
		const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" };
		await expect(letIn(access.client("lamp", old as object))).rejects.toThrow();
	});

	it("what expires soon is said at the start, by device and server", async () => {
		const path = mkdtempSync(join(tmpdir(), "expiring-"));
		const { cert, key } = await issue("lamp", 1);
		const words = ["--cert", join(path, "lamp.pem"), "--key", join(path, "lamp.key")];
		writeFileSync(join(path, "lamp.pem"), cert);
		writeFileSync(join(path, "lamp.key"), key);
		const expires = expect.stringMatching(/^20/);
		for (const program of [
			device(...words),
			run("server", "--config", access.pathOf("lamp.json"), ...words),
		]) {
			await program.heard({ event: "certificate" });
			expect(program.events).toContainEqual(
				expect.objectContaining({ event: "certificate", certificate: "own", expires }),
			);
		}
		expect(readFileSync(access.pathOf("lamp.pem"), "utf8")).not.toBe(cert);
	});
}
