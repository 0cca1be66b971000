import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Mosquitto } from "../support/mosquitto.js";
import { Nightlight, STOP_LIMIT } from "../support/nightlight.js";
import { type Program, Programs } from "../support/processes.js";
import { describeWith, mosquitto } from "../support/requires.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const nightlight = (...words: string[]) => programs.add(new Nightlight([...words, "--json"]));

describeWith([mosquitto], "device and server on Mosquitto", () => {
	let broker: Mosquitto;
	beforeEach(async () => {
		broker = await Mosquitto.start(programs);
	});

	const device = (...words: string[]) =>
		nightlight("device", "--broker", broker.url, "--id", "lamp", "--interval", "100", ...words);
	const server = (...words: string[]) => nightlight("server", "--broker", broker.url, ...words);
	const subscribe = (...topics: string[]) => broker.subscribe(...topics);
	const publish = (topic: string, ...words: string[]) => broker.publish(topic, ...words);
	const says = (program: Program, line: string) =>
		program.until(line, () => program.lines.includes(line) || undefined);

	it("publishes exactly the lesson's bytes on <id>/telemetry, QoS 0, not retained", async () => {
		const sub = await subscribe("lamp/telemetry");
		device("--light", "100");
		await says(sub, 'lamp/telemetry q0 r0 {"light":100}');
	});

	it.each([
		["with the lesson's space", '{"led_on": true}'],
		["without a space", '{"led_on":true}'],
		["with fields it does not know", '{"colour":"red","led_on":true,"n":[1,{}]}'],
	])("obeys a command %s from any client", async (_, command) => {
		const lamp = device();
		await broker.subscribed("lampnightlight_client");
		await publish("lamp/commands", "-m", command);
		await lamp.heard({ event: "command", payload: { led_on: true } });
		await lamp.heard({ event: "led", on: true });
	});

	it("goes on after commands that are none", async () => {
		const lamp = device();
		await broker.subscribed("lampnightlight_client");
		await publish("lamp/commands", "-n");
		await lamp.heard({ event: "refused", topic: "lamp/commands", reason: "empty" });
		await publish("lamp/commands", "-m", "{led_on: true}");
		await lamp.heard({ event: "refused", reason: "not JSON", payload: "{led_on: true}" });
		await publish("lamp/commands", "-m", '{"led_on": 1}');
		await lamp.heard({ event: "refused", reason: "led_on wants true or false" });
		await publish("lamp/commands", "-m", "[]");
		await lamp.heard({ event: "refused", reason: "not a JSON object" });
		const flood = programs.start("mosquitto_pub", ["-p", `${broker.port}`, "-t", "lamp/commands", "-s"]);
		flood.child.stdin?.end("x".repeat(1_000_000));
		expect(await flood.exited).toBe(0);
		await lamp.heard({ event: "refused", payload: "" });
		await publish("lamp/commands", "-m", '{"led_on": true}');
		await lamp.heard({ event: "led", on: true });
		expect(lamp.events.filter(({ event, state }) => event === "link" && state === "backoff")).toEqual([]);
	});

	it("says retained whether it is there, and what its LED does", async () => {
		const sub = await subscribe("lamp/status", "lamp/state");
		const lamp = device();
		await says(sub, "lamp/status q0 r0 online");
		await says(sub, 'lamp/state q0 r0 {"led_on":false}');
		await publish("lamp/commands", "-m", '{"led_on":true}');
		await says(sub, 'lamp/state q0 r0 {"led_on":true,"decided_by":"server"}');
		const late = await subscribe("lamp/status", "lamp/state");
		await says(late, "lamp/status q0 r1 online");
		await says(late, 'lamp/state q0 r1 {"led_on":true,"decided_by":"server"}');
		const asked = performance.now();
		expect(await lamp.end("SIGINT")).toBe(0);
		expect(performance.now() - asked).toBeLessThan(STOP_LIMIT);
		await says(sub, "lamp/status q0 r0 offline");
	});

	it("suspects another client with its id when the broker closes one connection after the other", async () => {
		const cwd = mkdtempSync(join(tmpdir(), "nightlight-"));
		writeFileSync(join(cwd, "hasty.json"), JSON.stringify({ reconnect: { initial: 100, maximum: 100 } }));
		const [first, second] = [
			device("--config", join(cwd, "hasty.json")),
			device("--config", join(cwd, "hasty.json")),
		];
		const code = "closed-by-broker";
		const suspicion = await Promise.race(
			[first, second].map((one) =>
				one.until("the suspicion", () =>
					one.events.find(({ reason }) => `${reason}`.includes("another client")),
				),
			),
		);
		expect(suspicion).toMatchObject({ event: "link", state: "backoff", code });
	});

	it("is declared offline by its will when it is killed", async () => {
		const sub = await subscribe("lamp/status");
		const lamp = device();
		await says(sub, "lamp/status q0 r0 online");
		await lamp.end("SIGKILL");
		await says(sub, "lamp/status q0 r0 offline");
	});

	it("applies a retained wanted state once, and not again after a reconnect", async () => {
		await publish("lamp/commands", "-r", "-m", '{"led_on": true}');
		const lamp = device();
		await lamp.heard({ event: "led", on: true });
		await publish("lamp/commands", "-m", '{"led_on": false}');
		await lamp.heard({ event: "led", on: false });
		const before = lamp.events.length;
		// Another client under the same name takes the connection over for a moment.
		const name = "lampnightlight_client";
		const words = ["-p", `${broker.port}`, "-i", name, "-t", "none", "-W", "1"];
		const rival = programs.start("mosquitto_sub", words);
		await lamp.heard({ event: "link", state: "backoff" }, before);
		await rival.exited;
		await lamp.heard({ event: "refused", reason: "retained, and applied before" }, before);
		expect(lamp.events.slice(before).filter(({ event }) => event === "led")).toEqual([]);
	});

	it("has the server answer each message of any device with a command", async () => {
		const sub = await subscribe("+/commands");
		const all = server("--id", "+", "--threshold", "500");
		await all.heard({ event: "link", state: "online" });
		await publish("attic/telemetry", "-m", '{"light":499}');
		await says(sub, 'attic/commands q0 r0 {"led_on":true}');
		await publish("hall/telemetry", "-m", '{"light": 500}');
		await says(sub, 'hall/commands q0 r0 {"led_on":false}');
		await publish("hall/telemetry", "-m", "nonsense");
		await all.heard({ event: "refused", topic: "hall/telemetry" });
	});

	it("finds its way back, device and server, when the broker was killed", async () => {
		const one = server("--id", "lamp");
		const lamp = device("--light", "100");
		await lamp.heard({ event: "led", on: true });
		const before = lamp.events.length;
		const beforeServer = one.events.length;
		await broker.kill();
		await lamp.heard({ event: "link", state: "backoff" }, before);
		await broker.up();
		await lamp.heard({ event: "link", state: "online" }, before);
		await lamp.heard({ event: "command" }, before);
		await one.heard({ event: "sent" }, beforeServer);
	});

	it("may have any id that the contract allows", async () => {
		const sub = await subscribe("#");
		nightlight("device", "--broker", broker.url, "--id", "a-B_9.z", "--light", "5");
		await says(sub, 'a-B_9.z/telemetry q0 r0 {"light":5}');
	});
});

describeWith([mosquitto], "device and server on Mosquitto with passwords", () => {
	const login = { user: "lamp", password: "s3cret: with spaces" };
	const LOGIN = ["--username", login.user];
	const start = async (command: string, password: string) => {
		const broker = await Mosquitto.start(programs, login);
		return programs.add(
			new Nightlight([command, "--broker", broker.url, "--id", "lamp", ...LOGIN, "--json"], {
				env: { NIGHTLIGHT_PASSWORD: password },
			}),
		);
	};

	it.each(["device", "server"])("lets the %s in with the right password", async (command) => {
		const program = await start(command, login.password);
		await program.heard({ event: "link", state: "online" });
	});

	it.each(["device", "server"])("has the %s try again, and say why, with a wrong one", async (command) => {
		const program = await start(command, "wrong");
		const first = await program.heard({ event: "link", state: "backoff" });
		expect(first.reason).toMatch(/not authorized \(CONNACK 5\)|bad user name or password \(CONNACK 4\)/);
		await program.heard({ event: "link", state: "connecting" }, program.events.indexOf(first));
		expect(program.lines.join()).not.toContain('wrong"');
	});
});
