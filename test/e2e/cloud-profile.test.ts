import { mkdtempSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aedes, type AedesOptions, type Client } from "aedes";
import { afterEach, expect, it } from "vitest";
import { Connection } from "../../firmware/connectivity/connection.js";
import type { DeviceEvent } from "../../firmware/events.js";
import { createHost } from "../../host-sim/provider.js";
import { CloudProfile, LIFETIME } from "../support/cloud-profile.js";
import { configOf } from "../support/virtual/config.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

const soon = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(what: string, holds: () => boolean, within = 10_000): Promise<void> {
	const end = performance.now() + within;
	while (!holds()) {
		if (performance.now() > end) throw new Error(`still not: ${what}`);
		await soon(10);
	}
}

/** A broker on a free port. */
async function broker(options: Partial<AedesOptions> = {}): Promise<{ aedes: Aedes; port: number }> {
	const aedes = await Aedes.createBroker(options);
	const server: Server = createServer({ noDelay: true }, (socket) => void aedes.handle(socket));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	closing.push(async () => {
		await new Promise<void>((resolve) => aedes.close(() => resolve()));
		await new Promise((resolve) => server.close(resolve));
	});
	return { aedes, port: (server.address() as AddressInfo).port };
}

/** A hub, which believes a password until it expires, and then closes the connection. */
function hub(): Promise<{ aedes: Aedes; port: number }> {
	const authenticate: AedesOptions["authenticate"] = (client: Client, _user, password, done) => {
		const left = Number(/^until (\d+)$/.exec(`${password}`)?.[1] ?? 0) - Date.now();
		if (left <= 0 || left > LIFETIME + 100) return done(null, false);
		const end = setTimeout(() => client.close(), left);
		client.conn.once("close", () => clearTimeout(end));
		done(null, true);
	};
	return broker({ authenticate });
}

it("registers, goes on to its hub, renews its password again and again, and loses no message", async () => {
	const register = await broker();
	const own = await hub();
	let asked = 0;
	register.aedes.on("publish", ({ topic }, client) => {
		if (client === null || topic !== "register/lamp/ask") return;
		const payload = ++asked < 3 ? "wait" : `hub ${own.port}`;
		register.aedes.publish(
			{ cmd: "publish", topic: "register/lamp/answer", payload, qos: 1, retain: false, dup: false },
			() => {},
		);
	});
	const readings: number[] = [];
	const others: string[] = [];
	own.aedes.on("publish", ({ topic, payload }, client) => {
		if (client === null) return;
		if (topic === "lamp/readings") readings.push(JSON.parse(payload.toString()).light);
		else others.push(`${topic} ${payload}`);
	});

	const events: DeviceEvent[] = [];
	const host = createHost({
		restart: () => {},
		inputs: {},
		storage: mkdtempSync(join(tmpdir(), "nightlight-")),
		report: (event) => events.push(event),
	});
	const config = configOf({
		id: "lamp",
		broker: { host: "127.0.0.1", port: register.port },
		mqtt: { cleanSession: false, inFlight: 16 },
	});
	const obeyed: string[] = [];
	const profile = new CloudProfile(config, host, (text = "") => {
		obeyed.push(text);
		return text === "no" ? { code: "unknown-command", reason: "not here" } : undefined;
	});
	let onlines = 0;
	let atFirst: unknown;
	const connection = new Connection(host, config, profile, {
		onOnline: () => {
			if (onlines++ === 0) atFirst = [asked, [...profile.asked]];
		},
		onOffline: () => {},
	});
	connection.start();
	await until("online", () => onlines > 0);
	expect(atFirst).toEqual([3, ["register", "hub"]]);

	let taken = 0;
	const sending = setInterval(() => {
		if (connection.publish(profile.telemetry({ light: taken }))) taken++;
	}, 7);
	await until("the fifth password", () => onlines >= 5, 20_000);
	const command = {
		cmd: "publish",
		topic: "lamp/do/7",
		payload: "go",
		qos: 1,
		retain: false,
		dup: false,
	} as const;
	own.aedes.publish(command, () => {});
	own.aedes.publish({ ...command, topic: "lamp/do/8", payload: "no" }, () => {});
	await until("the answers", () => others.filter((line) => line.includes("/done/")).length === 2);
	clearInterval(sending);
	await new Promise<void>((resolve) => connection.stop(resolve));
	await until("the last reading", () => new Set(readings).size === taken);

	// With QoS 1 one may come twice, but none is missing or out of order.
	const first = readings.filter((light, index) => readings.indexOf(light) === index);
	expect(first).toEqual(Array.from({ length: taken }, (_, index) => index));
	expect(taken).toBeGreaterThan(200);
	expect([obeyed, others.filter((line) => line.includes("/done/"))]).toEqual([
		["go", "no"],
		["lamp/done/7 yes", "lamp/done/8 not here"],
	]);
	const states = events.flatMap((event) => (event.event === "link" ? [event.state] : []));
	expect(states.includes("backoff")).toBe(false);
	expect(states.filter((state) => state === "online").length).toBe(onlines);
	expect(events.filter(({ event }) => event === "storage")).toEqual([]);
}, 40_000);
