import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BAD_BROKERS, BadBroker, QUICK } from "../support/bad-broker.js";
import { isAll } from "../support/lane.js";
import { Mosquitto } from "../support/mosquitto.js";
import { type EventLine, Nightlight, STOP_LIMIT } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { armTools, compiler, describeWith, mosquitto } from "../support/requires.js";

const ENGINES = ["node", "xs", "arm"] as const;
type Engine = (typeof ENGINES)[number];
/** `npm test` plays one story on the ARM image too, and leaves the rest of it to `engines/trace.test.ts` in virtual time. */
const PLAYED = isAll ? ENGINES : (["node", "xs"] as const);
const idOf = (engine: Engine) => `lamp-${engine}`;

const programs = new Programs();
let badBroker: BadBroker | undefined;
afterEach(async () => {
	await programs.endAll();
	badBroker?.close();
});

const cwd = mkdtempSync(join(tmpdir(), "nightlight-"));
const file = (name: string, content: unknown) => {
	writeFileSync(join(cwd, name), typeof content === "string" ? content : JSON.stringify(content));
	return name;
};

const device = (engine: Engine, ...words: readonly string[]) =>
	programs.add(
		new Nightlight(["device", "--engine", engine, "--id", idOf(engine), "--json", ...words], { cwd }),
	);

/** Does the same on each engine, at the same time, and finds that the same comes of it: returns this. */
async function onEach<T>(
	play: (engine: Engine) => Promise<T>,
	engines: readonly Engine[] = PLAYED,
): Promise<T> {
	const [node, ...others] = await Promise.all(engines.map(play));
	expect(others.length).toBeGreaterThan(0);
	for (const other of others) expect(other).toEqual(node);
	return node as T;
}

/** What a device told, each thing once, without what is by chance: time, backoff, its engine's name. */
function story(lamp: Nightlight, engine: Engine): EventLine[] {
	const lines = lamp.events.map(({ time, delay, ...rest }) => {
		expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
		return JSON.stringify(rest).replaceAll(idOf(engine), "lamp");
	});
	return [...new Set(lines)].map((line) => JSON.parse(line));
}

/** The story in the order of its kinds: what happens at once has no order. */
const sorted = (events: readonly EventLine[]) =>
	events.map((event) => JSON.stringify(event)).sort((one, other) => (one < other ? -1 : 1));

/** A killed broker's kernel closes a connection, or resets one that had bytes nobody had read yet. */
const withoutTheWayItEnded = ({ code, reason, ...rest }: EventLine): EventLine => {
	const isLost = code === "closed-by-broker" || code === "connection-lost";
	return { ...rest, ...(code !== undefined && (isLost ? { code: "lost" } : { code, reason })) } as EventLine;
};

const told = (event: string, fields: Record<string, unknown> = {}) => ({
	source: "device",
	event,
	...fields,
	device: "lamp",
});

describeWith([compiler, armTools, mosquitto], "nightlight device, on each engine alike,", () => {
	let broker: Mosquitto;
	beforeEach(async () => {
		broker = await Mosquitto.start(programs);
	});
	const online = async (engine: Engine, ...words: readonly string[]) => {
		const lamp = device(engine, "--broker", broker.url, ...words);
		await lamp.heard({ event: "link", state: "online" });
		await subscribed(engine);
		return lamp;
	};
	const subscribed = (engine: Engine) => broker.subscribed(`${idOf(engine)}nightlight_client`);
	const command = (engine: Engine, ...words: readonly string[]) =>
		broker.publish(`${idOf(engine)}/commands`, ...words);

	it.each(["SIGINT", "SIGTERM"] as const)("sends, obeys, refuses, and says goodbye at %s", async (signal) => {
		const oversize = file("oversize", "x".repeat(20_000));
		const events = await onEach(async (engine) => {
			const sub = await broker.subscribe(`${idOf(engine)}/status`);
			const lamp = await online(engine, "--light", "100", "--interval", "100");
			await lamp.heard({ event: "telemetry" });
			for (const payload of [
				"{led_on: true}",
				'{"led_on":"yes"}',
				"[]",
				"{}",
				'{"led_on":true,"x":{"é":"☃"}}',
			]) {
				await command(engine, "-m", payload);
			}
			await command(engine, "-n");
			await command(engine, "-f", join(cwd, oversize));
			await command(engine, "-m", '{"led_on": false}');
			await lamp.heard({ event: "led", on: false });
			const asked = performance.now();
			expect(await lamp.end(signal)).toBe(0);
			expect(performance.now() - asked).toBeLessThan(STOP_LIMIT);
			expect(lamp.errors).toBe("");
			const said = `${idOf(engine)}/status q0 r0`;
			await sub.until("goodbye", () => sub.lines.at(-1) === `${said} offline`);
			expect(sub.lines).toEqual([`${said} online`, `${said} offline`]);
			expect(broker.log).toMatch(new RegExp(`Received DISCONNECT from ${idOf(engine)}nightlight_client`));
			return story(lamp, engine);
		}, ENGINES);
		const refused = (code: string, reason: string, payload: string) => ({
			...{ topic: "lamp/commands", code, reason, payload },
		});
		expect(events).toEqual([
			...["resolving", "connecting", "handshaking", "online"].map((state) => told("link", { state })),
			told("telemetry", { payload: { light: 100 } }),
			told("refused", refused("not-json", "not JSON", "{led_on: true}")),
			told("refused", refused("wrong-argument", "led_on wants true or false", '{"led_on":"yes"}')),
			told("refused", refused("not-an-object", "not a JSON object", "[]")),
			told("refused", refused("unknown-command", "no command known here", "{}")),
			told("command", { payload: { led_on: true } }),
			told("led", { on: true }),
			told("refused", refused("empty", "empty", "")),
			told("refused", refused("too-large", "20000 bytes, too many for the receive buffer of 1024", "")),
			told("command", { payload: { led_on: false } }),
			told("led", { on: false }),
			told("link", { state: "offline" }),
		]);
	});

	it("takes its configuration from a file, and QoS 1 both ways", async () => {
		const config = file("config.json", {
			mqtt: { cleanSession: false },
			telemetry: { qos: 1, interval: 50, sensors: [{ name: "light", pin: "light", deadband: 10 }] },
			commands: { qos: 1 },
		});
		const light = file("room.csv", "time,light\n0,400\n1,180\n2,20\n");
		const events = await onEach(async (engine) => {
			const lamp = await online(engine, "--config", config, "--light", `csv:${light}`, "--speed", "4");
			for (const on of [true, false]) {
				await command(engine, "-q", "1", "-m", `{"led_on":${on}}`);
				await lamp.heard({ event: "led", on });
			}
			await lamp.heard({ event: "telemetry", payload: { light: 20 } });
			const client = `${idOf(engine)}nightlight_client`;
			const sent = new RegExp(
				`Received PUBLISH from ${client} \\(d0, q1, r0, m\\d+, '${idOf(engine)}/telemetry'`,
			);
			expect(broker.log).toMatch(sent);
			expect(broker.log).toContain(`Received PUBACK from ${client}`);
			expect(await lamp.end("SIGTERM")).toBe(0);
			return sorted(story(lamp, engine).filter(({ event }) => event !== "link"));
		});
		expect(events).toEqual(
			sorted([
				...[400, 180, 20].map((light) => told("telemetry", { payload: { light } })),
				...[true, false].map((led_on) => told("command", { payload: { led_on } })),
				...[true, false].map((on) => told("led", { on })),
			]),
		);
	});

	it("reads light from standard input, and logs bad lines on standard error", async () => {
		const words = ["--light", "-", "--light-scale", "0.5", "--interval", "50"];
		const events = await onEach(async (engine) => {
			const lamp = device(engine, "--broker", broker.url, ...words);
			lamp.child.stdin?.write("bright\n200\n");
			await lamp.heard({ event: "telemetry", payload: { light: 100 } });
			lamp.child.stdin?.end("9999");
			await lamp.heard({ event: "telemetry", payload: { light: 1023 } });
			expect(lamp.errors).toMatch(
				/^standard input, line 1: .*\nstandard input, line 3: .* is above 1023, .*\n$/,
			);
			return story(lamp, engine).filter(({ event, payload }) => event === "telemetry" && payload !== 0);
		});
		expect(events.at(-1)).toEqual(told("telemetry", { payload: { light: 1023 } }));
	});

	it("finds its way back when the broker was killed", async () => {
		const quick = file("quick.json", QUICK);
		const lamps = await Promise.all(
			PLAYED.map((engine) => online(engine, "--config", quick, "--light", "5", "--interval", "100")),
		);
		const before = lamps.map(({ events }) => events.length);
		await broker.kill();
		// Each has tried in vain once, so that the same comes of it.
		const refused = { event: "link", state: "backoff", code: "connection-refused" };
		await Promise.all(lamps.map((lamp, index) => lamp.heard(refused, before[index])));
		await broker.up();
		await onEach(async (engine) => {
			const index = PLAYED.indexOf(engine as never);
			const lamp = lamps[index] as Nightlight;
			await lamp.heard({ event: "link", state: "online" }, before[index]);
			await subscribed(engine);
			await command(engine, "-m", '{"led_on": true}');
			await lamp.heard({ event: "led", on: true });
			expect(await lamp.end()).toBe(0);
			return sorted(story(lamp, engine).map(withoutTheWayItEnded));
		});
	});

	it("says goodbye at a terminal's Ctrl-C, which every process of its group hears", async () => {
		await onEach(async (engine) => {
			const words = ["device", "--engine", engine, "--id", idOf(engine), "--broker", broker.url, "--json"];
			const lamp = programs.add(new Nightlight(words, { cwd, detached: true }));
			await lamp.heard({ event: "link", state: "online" });
			process.kill(-(lamp.child.pid as number), "SIGINT");
			expect(await lamp.exited).toBe(0);
			expect(lamp.events.at(-1)).toMatchObject({ event: "link", state: "offline" });
			// What the broker writes may come later than the device's end.
			await expect
				.poll(() => broker.log)
				.toContain(`Received DISCONNECT from ${idOf(engine)}nightlight_client`);
			return lamp.errors;
		});
	});
});

describeWith(
	[compiler, armTools, mosquitto],
	"nightlight device with a password file, on each engine alike,",
	() => {
		const login = { user: "lamp", password: "s3cret: with spaces" };

		it.each([
			[
				"gets in with the right password",
				login.password,
				["resolving", "connecting", "handshaking", "online"],
			],
			[
				"says why, and tries again, with a wrong one",
				"wrong",
				["resolving", "connecting", "handshaking", "backoff"],
			],
		])("%s", async (name, password, states) => {
			const broker = await Mosquitto.start(programs, login);
			const words = ["--username", login.user, "--password-file", file(`${name}.txt`, `${password}\n`)];
			const links = await onEach(async (engine) => {
				const lamp = device(engine, "--broker", broker.url, ...words);
				await lamp.heard({ event: "link", state: states.at(-1) });
				if (password === "wrong") await lamp.heard({ event: "link", state: "resolving" }, 4);
				expect(lamp.lines.join("\n") + lamp.errors).not.toContain(password);
				return story(lamp, engine).slice(0, 4);
			});
			expect(links.map(({ state }) => state)).toEqual(states);
			if (password === "wrong") expect(links.at(-1)?.reason).toMatch(/\(CONNACK [45]\)$/);
		});
	},
);

describeWith([compiler, armTools], "nightlight device at a broker that, on each engine alike,", () => {
	it.each(BAD_BROKERS)("%s", async (_, behave, reason) => {
		const quick = file("quick.json", QUICK);
		badBroker = await BadBroker.start(behave);
		const { url } = badBroker;
		const backoffs = await onEach(async (engine) => {
			const lamp = device(engine, "--broker", url, "--config", quick);
			const first = await lamp.heard({ event: "link", state: "backoff" });
			expect(first.reason).toMatch(reason);
			await lamp.heard({ event: "link", state: "backoff" }, lamp.events.indexOf(first) + 1);
			expect(await lamp.end("SIGINT")).toBe(0);
			expect(lamp.errors).toBe("");
			return lamp.events.map(({ state }) => state).slice(0, 5);
		});
		expect(backoffs).toContain("backoff");
	});

	it("is not there: 1 when time is up", async () => {
		const events = await onEach(async (engine) => {
			const lamp = device(engine, "--broker", "mqtt://127.0.0.1:1", "--duration", "1.5");
			expect(await lamp.exited).toBe(1);
			expect(lamp.errors).toBe("");
			return story(lamp, engine);
		});
		const refused = { code: "connection-refused", reason: "connection refused by 127.0.0.1:1" };
		expect(events).toContainEqual(told("link", { state: "backoff", ...refused }));
		expect(events.at(-1)).toEqual(told("link", { state: "offline" }));
	});

	it("was named wrongly: a line and 2", async () => {
		const errors = await onEach(async (engine) => {
			const lamp = device(engine, "--broker", "http://h");
			expect(await lamp.exited).toBe(2);
			return lamp.errors;
		});
		expect(errors).toMatch(/^nightlight: --broker: .*\n$/);
	});
});
