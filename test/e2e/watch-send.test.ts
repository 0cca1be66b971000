import { afterEach, describe, expect, it } from "vitest";
import { connected } from "../host-sim/broker/support.js";
import { answering, connack, rawServer, suback } from "../server/support.js";
import { freePort } from "../support/free-port.js";
import { Mosquitto } from "../support/mosquitto.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { describeWith, mosquitto } from "../support/requires.js";

const programs = new Programs();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	await programs.endAll();
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

const run = (...words: readonly string[]) => programs.add(new Nightlight(words));

async function broker(): Promise<string> {
	const started = run("broker", "--port", "0", "--json");
	const { port } = await started.heard({ event: "listening" });
	return `mqtt://127.0.0.1:${port}`;
}

describe("nightlight watch", () => {
	it("prints each message with QoS, flags, topic and payload", async () => {
		const url = await broker();
		const sender = await connected(url, "sender");
		await sender.publishAsync("kept", "old", { retain: true, qos: 1 });
		const json = run("watch", "--broker", url, "--json");
		const lines = run("watch", "--broker", url);
		await json.heard({ event: "link", state: "online" });
		await lines.until("online", () => lines.lines.includes("Link online"));
		await sender.publishAsync("lamp/telemetry", '{"light":3}', { qos: 0 });
		await sender.publishAsync("lamp/a", Buffer.from([0xff, 0]), { qos: 2 });
		await sender.publishAsync("lamp/b", "", { qos: 1 });
		await sender.publishAsync("lamp/c", "x".repeat(300));
		await sender.publishAsync("lamp/d", "\u001b[2J\n", { retain: true });
		await lines.until("the last", () => lines.lines.some((line) => line.includes("lamp/d")));
		expect(lines.lines.filter((line) => line.startsWith("PUBLISH")).sort()).toEqual([
			`PUBLISH QoS 0  lamp/c  ${"x".repeat(200)}…`,
			"PUBLISH QoS 0  lamp/d  \ufffd[2J\ufffd",
			'PUBLISH QoS 0  lamp/telemetry  {"light":3}',
			"PUBLISH QoS 1  lamp/b  (empty)",
			"PUBLISH QoS 1 retain  kept  old",
			"PUBLISH QoS 2  lamp/a  0xff00",
		]);
		const common = { source: "watch", event: "message", type: "publish", retain: false, dup: false };
		await json.heard({
			...common,
			topic: "lamp/telemetry",
			qos: 0,
			payload: '{"light":3}',
			encoding: "utf-8",
		});
		await json.heard({ ...common, topic: "lamp/a", qos: 2, payload: "ff00", encoding: "hex", bytes: 2 });
		await json.heard({ ...common, topic: "lamp/c", payload: "x".repeat(300), bytes: 300 });
		await json.heard({ event: "message", topic: "kept", retain: true });
		expect(await json.end("SIGINT")).toBe(0);
	}, 30_000);

	it("prints those of a filter only", async () => {
		const url = await broker();
		const watch = run("watch", "lamp/+", "--broker", url, "--json");
		await watch.heard({ event: "link", state: "online" });
		const sender = await connected(url, "sender");
		await sender.publishAsync("other/a", "1");
		await sender.publishAsync("lamp/a/b", "2");
		await sender.publishAsync("lamp/a", "3");
		await watch.heard({ event: "message", payload: "3" });
		expect(watch.events.filter(({ event }) => event === "message")).toHaveLength(1);
	}, 30_000);

	it.each(["", "a/#/b", "a#", "a+/b", "#/"])("refuses the filter %j", async (filter) => {
		const watch = run("watch", filter);
		expect(await watch.exited).toBe(2);
		expect(watch.errors).toMatch(/^nightlight: the filter must be a topic, [^\n]+\n$/);
	});
});

describe("nightlight send", () => {
	it("publishes a command, which a device obeys", async () => {
		const url = await broker();
		const device = run("device", "--broker", url, "--id", "lamp", "--json", "--light", "7");
		await device.heard({ event: "link", state: "online" });
		const send = run("send", "lamp", '{"led_on": true}', "--broker", url, "--json");
		expect(await send.exited).toBe(0);
		expect(send.events.at(-2)).toMatchObject({
			source: "send",
			event: "sent",
			device: "lamp",
			topic: "lamp/commands",
			payload: { led_on: true },
		});
		await device.heard({ event: "led", on: true });
		const plain = run("send", "lamp", '{"led_on":false}', "--broker", url);
		expect(await plain.exited).toBe(0);
		expect(plain.lines).toContain('Sending message: {"led_on":false}');
		const watch = run("watch", "lamp/commands", "--broker", url);
		await watch.until("online", () => watch.lines.includes("Link online"));
		// What is reported is what is sent.
		const text = '{ "led_on": true, "big": 12345678901234567890,\n\t"n": 1.0e2 }';
		const asGiven = run("send", "lamp", `\ufeff${text}`, "--broker", url);
		expect(await asGiven.exited).toBe(0);
		expect(asGiven.lines).toContain(`Sending message: ${text.replace("\n\t", " ")}`);
		await watch.until("the command", () =>
			watch.lines.some((line) => line.includes(text.replace("\n\t", "\ufffd\ufffd"))),
		);
		await device.heard({ event: "led", on: false });
	}, 30_000);

	it("ends with 1, saying why, when no broker is there", async () => {
		const port = await freePort();
		const send = run("send", "lamp", "{}", "--broker", `mqtt://127.0.0.1:${port}`, "--duration", "1");
		expect(await send.exited).toBe(1);
		expect(send.errors).toBe(`nightlight: not sent within 1 s: connection refused by 127.0.0.1:${port}\n`);
	});

	it("ends with 1 when the broker does not acknowledge", async () => {
		const raw = await rawServer(
			answering((packet) => {
				if (packet.cmd === "connect") return connack(0);
				return packet.cmd === "subscribe" ? suback(packet, 0) : undefined;
			}),
		);
		cleanups.push(raw.close);
		const send = run("send", "lamp", "{}", "--broker", raw.url, "--duration", "1");
		expect(await send.exited).toBe(1);
		expect(send.errors).toBe("nightlight: not sent within 1 s: no answer from the broker\n");
	});

	it("ends with 1 at a signal before it was sent", async () => {
		const raw = await rawServer(answering(() => undefined));
		cleanups.push(raw.close);
		const send = run("send", "lamp", "{}", "--broker", raw.url, "--json");
		await send.heard({ event: "link", state: "connecting" });
		expect(await send.end("SIGINT")).toBe(1);
		expect(send.errors).toBe("nightlight: stopped before it was sent\n");
	});

	it.each([
		{ words: ["a/b", "{}"], problem: /^nightlight: ID must be 1 to 64 of letters/ },
		{ words: ["lamp", "{led_on:true}"], problem: /^nightlight: JSON:1:2: a word without quotes; / },
		{ words: ["lamp", '{"led_on":tru}'], problem: /^nightlight: JSON:1:11: a word without quotes; / },
		{
			words: ["lamp", '{"led_on":\nTrue}'],
			problem: /^nightlight: JSON:2:1: JSON writes true, false and null; /,
		},
		{ words: ["lamp", "{'led_on':true}"], problem: /^nightlight: JSON:1:2: another quote; JSON wants "; / },
		{ words: ["lamp", '\ufeff{"a":}'], problem: /^nightlight: JSON:1:6: wants a value; / },
		{
			words: ["lamp", '{"a":1}/* */'],
			problem: /^nightlight: JSON:1:8: a comment, which JSON does not have; /,
		},
		{ words: ["lamp", '{"a":1,}'], problem: /^nightlight: JSON:1:8: wants a key in "quotes"; / },
		{ words: ["lamp", "[1]"], problem: /^nightlight: JSON:1:1: wants a JSON object; for example '/ },
		{
			words: ["lamp", '{"a":1,"a":2}'],
			problem: /^nightlight: JSON:1:8: a: is there twice, first on line 1$/m,
		},
		{ words: ["lamp", '{"a":[1e999]}'], problem: /^nightlight: JSON:1:7: the number is too large$/m },
		{ words: ["lamp"], problem: /^nightlight: missing required argument 'json'/ },
	])("refuses $words", async ({ words, problem }) => {
		const send = run("send", ...words);
		expect(await send.exited).toBe(2);
		expect(send.errors).toMatch(problem);
		expect(send.errors.trimEnd()).not.toContain("\n");
	});

	it.each(["watch", "send", "broker", "server"])("%s has help with examples", async (command) => {
		const help = run(command, "--help");
		expect(await help.exited).toBe(0);
		expect(help.lines.join("\n")).toContain(`Examples:\n  nightlight ${command}`);
	});
});

describeWith([mosquitto], "watch and send on Mosquitto with a login", () => {
	it("work, and the login comes from options", async () => {
		const started = await Mosquitto.start(programs, { user: "me", password: "secret" });
		const env = { NIGHTLIGHT_PASSWORD: "secret" };
		const login = ["--broker", started.url, "--username", "me", "--json"];
		const watch = programs.add(new Nightlight(["watch", ...login], { env }));
		await watch.heard({ event: "link", state: "online" });
		const send = programs.add(new Nightlight(["send", "lamp", '{"led_on":true}', ...login], { env }));
		expect(await send.exited).toBe(0);
		await watch.heard({ event: "message", topic: "lamp/commands", qos: 1, payload: '{"led_on":true}' });
		const stranger = run("send", "lamp", "{}", "--broker", started.url, "--duration", "1");
		expect(await stranger.exited).toBe(1);
		expect(stranger.errors).toMatch(/not sent within 1 s: .*\(CONNACK 5\)\n$/);
	}, 30_000);
});
