import { connectAsync } from "mqtt";
import { afterEach, beforeEach, expect, it } from "vitest";
import { freePort } from "../support/free-port.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const programs = new Programs();
let url = "";
beforeEach(async () => {
	const port = await freePort();
	url = `mqtt://127.0.0.1:${port}`;
	await programs.add(new Nightlight(["broker", "--port", `${port}`, "--json"])).heard({ event: "listening" });
});
afterEach(() => programs.endAll());

/** What servers, and then devices, answer to an order for a group. */
type Answer = readonly [topic: string, body: object];
const NONE: Answer = ["groups/lamps/responses", { status: 404, by: "one" }];
const KEPT: Answer = ["groups/lamps/responses", { status: 202, payload: { members: 1 }, by: "two" }];
const DONE: Answer = ["lamp/responses", { status: 200 }];

it.each<[what: string, wait: readonly string[], answers: readonly Answer[], code: number]>([
	["kept by one, though another has no such group", [], [NONE, KEPT], 0],
	["obeyed, though another server has no such group", ["--wait"], [KEPT, NONE, DONE], 0],
	["kept by none", [], [NONE, NONE], 1],
])("of several servers an order for a group is %s", async (_what, wait, answers, code) => {
	const servers = await connectAsync(url);
	servers.on("message", async (_topic, order) => {
		const { id } = JSON.parse(order.toString());
		for (const [topic, body] of answers) await servers.publishAsync(topic, JSON.stringify({ id, ...body }));
	});
	await servers.subscribeAsync("groups/+/orders");
	const words = ["command", "--group", "lamps", '{"led_on":true}', "--policy", "newest", "--broker", url];
	const command = programs.add(new Nightlight([...words, ...wait]));
	expect(await command.exited).toBe(code);
	await servers.endAsync();
});
