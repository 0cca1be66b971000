import { expect } from "vitest";
import type { Verdict } from "../features.js";
import { eventually, pause } from "../rig/eventually.js";
import type { Stage } from "../rig/stage.js";
import type { Scenario } from "../scenario.js";

/** The programs as users run them: dark, and the LED goes on; bright, and it goes off. */
async function loop(stage: Stage, url: string): Promise<Verdict> {
	const server = stage.nightlight("server", url);
	const device = stage.nightlight("device", url, "--light", "-", "--interval", "100");
	device.child.stdin?.write("100\n");
	await device.heard({ event: "link" });
	const first = await device.until("online or backoff", () =>
		device.events.find(({ state }) => state === "online" || state === "backoff"),
	);
	if (first.state === "backoff") {
		expect(first.reason).toMatch(/\S/);
		return "no";
	}
	await server.heard({ event: "link", state: "online" });
	await device.heard({ event: "led", on: true });
	device.child.stdin?.write("900\n");
	await device.heard({ event: "led", on: false });
	device.child.stdin?.write("100\n");
	await device.heard({ event: "led", on: true }, device.events.length);
	for (const program of [device, server]) {
		expect(program.events.filter(({ state }) => state === "backoff")).toEqual([]);
		expect(await program.end("SIGINT")).toBe(0);
	}
	return "yes";
}

async function oversize(stage: Stage): Promise<Verdict> {
	const gate = await stage.gate();
	const settings = { mqtt: { cleanSession: false, receiveBuffer: 1024 }, commands: { qos: 1 } } as const;
	const device = stage.device(settings, gate.port);
	await device.link("online");
	const observer = await stage.observer();
	const topic = stage.topic("commands");
	// SUBACK is not told of: the first command that comes says that it was there.
	const subscribed = setInterval(() => void observer.publish(topic, "first"), 50);
	await device.heard("first").finally(() => clearInterval(subscribed));
	await observer.publish(topic, "x".repeat(100_000));
	await observer.publish(topic, "next");
	await device.heard("next");
	// What is acknowledged is on its way for a whole turn more.
	await observer.publish(topic, "and another");
	await device.heard("and another");
	gate.shut();
	await device.link("backoff");
	gate.open();
	await device.link("online", 2);
	await observer.publish(topic, "last");
	await device.heard("last");
	// Acknowledged: the broker has not sent it again.
	expect(device.refusals).toEqual(["100000 bytes, too many for the receive buffer of 1024"]);
	return "yes";
}

/** A device that has nothing to say asks for a ping, and neither side takes the other for dead. */
async function keepAlive(stage: Stage): Promise<Verdict> {
	const device = stage.device({ mqtt: { keepAlive: 1000 } });
	await device.link("online");
	await pause(3000);
	return device.count("backoff") === 0 ? "yes" : "no";
}

/** The device gets in with the right password, and says why it does not with a wrong one. */
async function login(stage: Stage): Promise<Verdict> {
	const { username, password } = stage.broker.login;
	const welcome = stage.device({ mqtt: { username, password } });
	await welcome.link("online");
	await welcome.stop();
	const stranger = stage.device({ mqtt: { username, password: "wrong" } });
	await eventually("an answer", () => stranger.count("backoff") + stranger.count("online") > 0);
	if (stranger.count("online") > 0) return "taken";
	const { code } = stranger.links.find(({ state }) => state === "backoff") ?? {};
	expect(code).toMatch(/^(bad-credentials|not-authorized)$/);
	return code === "bad-credentials" ? "CONNACK 4" : "CONNACK 5";
}

/** Long enough for six waits of two devices, each twice the last one less a part. */
const RIVALRY = 3000;

async function takeOver(stage: Stage): Promise<Verdict> {
	const settings = { reconnect: { initial: 100, maximum: 60_000 } };
	const devices = [stage.device(settings)];
	await devices[0]?.link("online");
	devices.push(stage.device(settings));
	await pause(RIVALRY);
	const connections = devices.map((device) => device.count("online"));
	const waits = devices.map((device) => device.links.flatMap(({ delay }) => delay ?? []));
	if (waits.flat().length === 0) return "no";
	for (const delays of waits) {
		delays.forEach((delay, attempt) => {
			expect(delay).toBeGreaterThanOrEqual(50 * 2 ** attempt);
		});
	}
	expect(Math.max(...connections)).toBeLessThanOrEqual(8);
	return "yes";
}

const ATTEMPTS = 3;

/** One message at a time: the next is taken when the one before has come to its end. */
const QOS2 = { telemetry: { qos: 2 }, mqtt: { inFlight: 1, attempts: ATTEMPTS } } as const;

/** A device that is set to QoS 2: with a session it delivers, or says that it gives up and goes on. */
async function persistentQos2(stage: Stage): Promise<Verdict> {
	const observer = await stage.observer();
	await observer.subscribe(stage.topic("telemetry"), 2);
	const device = stage.device({ ...QOS2, mqtt: { ...QOS2.mqtt, cleanSession: false } });
	await device.link("online");
	expect(device.publish("exactly once")).toBe(true);
	await eventually("its end", () => device.publish("after it", 1));
	// Messages of another QoS may overtake it.
	await observer.heard("after it");
	if (device.count("backoff") === 0) await observer.heard("exactly once");
	const times = observer.payloads.filter((payload) => payload === "exactly once").length;
	if (device.count("backoff") === 0) {
		expect(times).toBe(1);
		expect(device.refusals).toEqual([]);
		return "yes";
	}
	expect(device.refusals).toEqual([expect.stringMatching(/^given up/)]);
	expect(device.count("backoff")).toBe(ATTEMPTS);
	expect([0, ATTEMPTS]).toContain(times);
	return times === 0 ? "given up" : "given up, yet came each time";
}

/** Without a session it loses what was under way, and tells with each connection why it ended. */
async function cleanQos2(stage: Stage): Promise<Verdict> {
	const observer = await stage.observer();
	await observer.subscribe(stage.topic("telemetry"), 2);
	const device = stage.device(QOS2);
	for (let connection = 1; connection <= ATTEMPTS; connection++) {
		await device.link("online", connection);
		expect(device.publish(`${connection}`)).toBe(true);
		const hasFailed = () => device.count("backoff") === connection;
		await eventually("its end", () => hasFailed() || device.publish("after it", 1));
		if (!hasFailed()) return "yes";
	}
	for (const { state, reason } of device.links) if (state === "backoff") expect(reason).toMatch(/\S/);
	return observer.payloads.length === 0 ? "tried for ever" : "tried for ever, yet comes each time";
}

/** Whole devices. */
export const devices: readonly Scenario[] = [
	{ features: ["loop"], run: async (stage) => ({ loop: await loop(stage, stage.broker.url) }) },
	{
		features: ["webSocket"],
		run: async (stage) => ({ webSocket: await loop(stage, stage.broker.webSocket) }),
	},
	{ features: ["oversize"], run: async (stage) => ({ oversize: await oversize(stage) }) },
	{ features: ["login"], run: async (stage) => ({ login: await login(stage) }) },
	{ features: ["keepAlive"], run: async (stage) => ({ keepAlive: await keepAlive(stage) }) },
	{ features: ["takeOver"], run: async (stage) => ({ takeOver: await takeOver(stage) }) },
	{
		features: ["persistentQos2"],
		run: async (stage) => ({ persistentQos2: await persistentQos2(stage) }),
	},
	{ features: ["cleanQos2"], run: async (stage) => ({ cleanQos2: await cleanQos2(stage) }) },
];
