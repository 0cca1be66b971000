import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type MqttClient } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { Mosquitto } from "../support/mosquitto.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { describeWith, mosquitto } from "../support/requires.js";

const programs = new Programs();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
	await programs.endAll();
});

const run = (...words: readonly string[]) => programs.add(new Nightlight(words));
const database = () => join(mkdtempSync(join(tmpdir(), "nightlight-")), "lamp.db");

async function embedded(): Promise<string> {
	const broker = run("broker", "--port", "0", "--json");
	const { port } = await broker.heard({ event: "listening" });
	return `mqtt://127.0.0.1:${port}`;
}

async function server(url: string, ...words: string[]) {
	const started = run("server", "--broker", url, "--id", "lamp", "--json", ...words);
	await started.heard({ event: "link", state: "online" });
	return started;
}

async function client(url: string): Promise<MqttClient> {
	const connected = connect(url);
	cleanups.push(() => connected.endAsync(true));
	await new Promise<void>((resolve) => connected.once("connect", () => resolve()));
	return connected;
}

/** A device that keeps what it is sent, and answers when it is told to. */
class Device {
	readonly commands: { id?: string; seq?: number; stream?: string; n?: number }[] = [];
	readonly #client: MqttClient;

	private constructor(connected: MqttClient) {
		this.#client = connected;
		connected.on("message", (_, payload) => this.commands.push(JSON.parse(String(payload))));
	}

	static async start(url: string): Promise<Device> {
		const connected = await client(url);
		await connected.subscribeAsync("lamp/commands", { qos: 1 });
		const device = new Device(connected);
		await device.say("online");
		return device;
	}

	async say(status: "online" | "offline"): Promise<void> {
		await this.#client.publishAsync("lamp/status", status, { retain: true, qos: 1 });
	}

	async answer(id: string | undefined, status = 200, payload?: object): Promise<void> {
		await this.#client.publishAsync("lamp/responses", JSON.stringify({ id, status, payload }), { qos: 1 });
	}

	/** Waits until it has so many commands; the last one. */
	async has(count: number) {
		await expect.poll(() => this.commands.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
		return this.commands[count - 1];
	}
}

describe("nightlight command", () => {
	it("has the device obey, and prints its answer", async () => {
		const url = await embedded();
		await server(url);
		const device = run("device", "--broker", url, "--id", "lamp", "--light", "400", "--json");
		await device.heard({ event: "link", state: "online" });
		const command = run("command", "lamp", '{"sample":true}', "--broker", url, "--wait");
		expect(await command.exited).toBe(0);
		expect(command.lines.filter((line) => !line.startsWith("Link "))).toEqual([
			expect.stringMatching(
				/^Sending order: \{"id":"[0-9a-f]{16}","policy":"ordered","command":\{"sample":true\}\}$/,
			),
			expect.stringMatching(/^Order [0-9a-f]{16} accepted by nightlight$/),
			'200 {"light":400}',
		]);
		const wrong = run("command", "lamp", '{"led_on":7}', "--broker", url, "--wait", "--json");
		expect(await wrong.exited).toBe(1);
		const answer = await wrong.heard({ source: "command", event: "answer", status: 400 });
		expect(answer.by).toBeUndefined();
		expect(wrong.errors).toBe("");
	}, 30_000);

	it("ends when a server keeps the order, though the device is away", async () => {
		const url = await embedded();
		await server(url, "--name", "upstairs");
		const more = ["--policy", "newest", "--expires", "60", "--json"];
		const command = run("command", "lamp", '{"led_on":true}', "--broker", url, ...more);
		expect(await command.exited).toBe(0);
		const { id } = await command.heard({ event: "accepted", device: "lamp", by: "upstairs" });
		const payload = { id, policy: "newest", expires: 60, command: { led_on: true } };
		await command.heard({ event: "sent", topic: "lamp/orders", payload });
		expect(command.events.filter(({ event }) => event === "answer")).toEqual([]);
	}, 30_000);

	it("prints what becomes of an order that the device does not answer, and ends with 1", async () => {
		const url = await embedded();
		const running = await server(url);
		const expires = run("command", "lamp", '{"a":1}', "--broker", url, "--expires", "1", "--wait", "--json");
		expect(await expires.exited).toBe(1);
		await expires.heard({ event: "answer", status: 408, payload: { reason: "expired" }, by: "nightlight" });
		const first = run("command", "lamp", '{"a":1}', "--broker", url, "--policy", "newest", "--wait");
		await first.until("accepted", () => first.lines.some((line) => line.includes("accepted")));
		const second = run("command", "lamp", '{"a":2}', "--broker", url, "--policy", "newest");
		expect(await second.exited).toBe(0);
		expect(await first.exited).toBe(1);
		expect(first.lines.at(-2)).toMatch(/^409 \{"reason":"replaced by [0-9a-f]{16}"\}$/);
		await running.heard({ event: "order", state: "replaced", status: 409 });
		const given = run("command", "lamp", '{"a":3}', "--broker", url, "--wait", "--duration", "1");
		expect(await given.exited).toBe(1);
		expect(given.errors).toMatch(
			/^nightlight: no answer within 1 s; the server goes on with order [0-9a-f]{16}\n$/,
		);
	}, 30_000);

	it("ends with 1 and one line when no server answers", async () => {
		const url = await embedded();
		const command = run("command", "lamp", '{"led_on":true}', "--broker", url);
		expect(await command.exited).toBe(1);
		expect(command.errors).toBe(
			"nightlight: no server answered within 5 s; start one (nightlight server --id lamp), or go without (nightlight send)\n",
		);
	}, 30_000);

	it.each([
		{ words: ["a/b", "{}"], problem: /^nightlight: ID must be 1 to 64 of letters/ },
		{ words: ["lamp", "{led_on:true}"], problem: /^nightlight: JSON:1:2: a word without quotes; / },
		{ words: ["lamp", "{}"], problem: /^nightlight: JSON: command is not a JSON object with a member$/m },
		{ words: ["lamp", '{"seq":1}'], problem: /^nightlight: JSON: command has a member "seq", which the server adds$/m }, // biome-ignore format: a row
		{
			words: ["lamp", '{"a":1}', "--policy", "latest"],
			problem: /Allowed choices are newest, ordered; see /,
		},
		{ words: ["lamp", '{"a":1}', "--expires", "0"], problem: /It must be a number above 0, at most 31536000; see / }, // biome-ignore format: a row
	])("refuses $words", async ({ words, problem }) => {
		const command = run("command", ...words);
		expect(await command.exited).toBe(2);
		expect(command.errors).toMatch(problem);
		expect(command.errors.trimEnd()).not.toContain("\n");
	});

	it("has help with examples", async () => {
		const help = run("command", "--help");
		expect(await help.exited).toBe(0);
		expect(help.lines.join("\n")).toContain("Examples:\n  nightlight command");
	});
});

describeWith([mosquitto], "a server with a database that is killed", () => {
	it("between an order and its answer: sends it again with its number, and the others after it", async () => {
		const { url } = await Mosquitto.start(programs);
		const file = database();
		const device = await Device.start(url);
		const first = await server(url, "--database", file);
		const waiting = run("command", "lamp", '{"n":1}', "--broker", url, "--wait", "--json");
		const { id } = await waiting.heard({ event: "accepted" });
		const others = [2, 3].map(async (n) => {
			if (n === 3) await first.heard({ event: "order", state: "accepted" });
			const other = run("command", "lamp", `{"n":${n}}`, "--broker", url, "--json");
			expect(await other.exited).toBe(0);
		});
		await device.has(1);
		await Promise.all(others);
		expect(device.commands).toMatchObject([{ n: 1, id, seq: 1 }]);
		await first.end("SIGKILL");

		const second = await server(url, "--database", file);
		const again = await device.has(2);
		expect(again).toEqual(device.commands[0]);
		await second.end("SIGKILL");
		// It is answered while no server is there: the broker keeps the answer.
		await device.answer(String(id), 200, { light: 4 });
		expect(await waiting.exited).toBe(0);
		await waiting.heard({ event: "answer", id, status: 200, payload: { light: 4 } });

		const third = await server(url, "--database", file);
		await third.heard({ event: "order", id, state: "answered", status: 200 });
		const next = await device.has(3);
		expect(next).toMatchObject({ seq: 2, stream: device.commands[0]?.stream });
		await device.answer(next?.id);
		const last = await device.has(4);
		expect(last).toMatchObject({ seq: 3 });
		expect([next?.n, last?.n].sort()).toEqual([2, 3]);
		await device.answer(last?.id, 500, { reason: "broken" });
		await third.heard({ event: "order", id: last?.id, state: "answered", status: 500 });
		expect(await third.end()).toBe(0);
		expect(device.commands.filter(({ id: one }) => one !== undefined)).toHaveLength(4);

		// What came of an order is known for good.
		await server(url, "--database", file);
		const asker = await client(url);
		const said: unknown[] = [];
		asker.on("message", (_, payload) => said.push(JSON.parse(String(payload))));
		await asker.subscribeAsync("lamp/responses");
		const order = { id, policy: "ordered", command: { n: 1 } };
		await asker.publishAsync("lamp/orders", JSON.stringify(order), { qos: 1 });
		await expect.poll(() => said).toEqual([{ id, status: 200, payload: { light: 4 }, by: "nightlight" }]);
	}, 60_000);

	it("before it has taken an order that the broker keeps: takes it when it is back", async () => {
		const { url } = await Mosquitto.start(programs);
		const file = database();
		const first = await server(url, "--database", file);
		await first.end("SIGKILL");
		const asker = await client(url);
		const order = { id: "k1", policy: "ordered", command: { n: 1 } };
		await asker.publishAsync("lamp/orders", JSON.stringify(order), { qos: 1 });
		const device = await Device.start(url);
		const second = await server(url, "--database", file);
		await second.heard({ event: "order", id: "k1", state: "accepted" });
		expect(await device.has(1)).toMatchObject({ n: 1, id: "k1", seq: 1 });
		await device.answer("k1");
		await second.heard({ event: "order", id: "k1", state: "answered" });
	}, 30_000);

	it("holds orders for a device that is offline until it is back", async () => {
		const { url } = await Mosquitto.start(programs);
		const device = await Device.start(url);
		await device.say("offline");
		const running = await server(url, "--database", database());
		for (const n of [1, 2]) {
			const command = run("command", "lamp", `{"n":${n}}`, "--broker", url, "--policy", "newest", "--json");
			expect(await command.exited).toBe(0);
		}
		await running.heard({ event: "order", state: "replaced" });
		expect(device.commands).toEqual([]);
		await device.say("online");
		expect(await device.has(1)).toMatchObject({ n: 2, seq: 1 });
	}, 30_000);
});

describe("nightlight command --group", () => {
	const folder = () => {
		const made = mkdtempSync(join(tmpdir(), "nightlight-"));
		writeFileSync(join(made, "groups.yaml"), "groups: {lamps: [lamp-1..2]}");
		writeFileSync(join(made, "lamp.json"), '{"groups": ["lamps"], "telemetry": {"interval": 60000}}');
		return made;
	};

	async function two() {
		const url = await embedded();
		const made = folder();
		const group = run("server", "--broker", url, "--id", "+", "--rule", join(made, "groups.yaml"), "--json");
		await group.heard({ event: "link", state: "online" });
		const words = ["--broker", url, "--config", join(made, "lamp.json"), "--light", "400", "--json"];
		const lamps = ["lamp-1", "lamp-2"].map((id) => run("device", ...words, "--id", id));
		for (const lamp of lamps) await lamp.heard({ event: "link", state: "online" });
		return { url, lamps };
	}

	it("is heard once by each device of the group", async () => {
		const { url, lamps } = await two();
		const command = run("command", "--group", "lamps", '{"led_on":true}', "--broker", url);
		expect(await command.exited).toBe(0);
		expect(command.lines).toContain('Sending message: {"led_on":true}');
		for (const lamp of lamps) await lamp.heard({ event: "led", on: true });
	});

	it("with a policy is an order for each device of the rule file's group, whose answers are waited for", async () => {
		const { url } = await two();
		const words = ["--group", "lamps", '{"sample":true}', "--policy", "newest", "--wait", "--broker", url];
		const command = run("command", ...words);
		expect(await command.exited).toBe(0);
		expect(command.lines).toEqual(
			expect.arrayContaining([
				expect.stringMatching(/^Order .* accepted by nightlight for 2 devices$/),
				'lamp-1: 200 {"light":400}',
				'lamp-2: 200 {"light":400}',
			]),
		);
		const other = run(
			"command",
			"--group",
			"masts",
			'{"sample":true}',
			"--policy",
			"newest",
			"--broker",
			url,
		);
		expect(await other.exited).toBe(1);
		expect(other.lines).toContain('404 {"reason":"no such group in the rule file"}');
	});
});
