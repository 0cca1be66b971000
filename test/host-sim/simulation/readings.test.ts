import { describe, expect, it } from "vitest";
import { Protocol } from "../../../host-sim/simulation/invariants/protocol.js";
import { Readings } from "../../../host-sim/simulation/invariants/readings.js";
import { Wills } from "../../../host-sim/simulation/invariants/wills.js";
import type { WorldEvent } from "../../../host-sim/simulation/trace.js";
import { configOf } from "../../../host-sim/simulation/variety.js";
import { viewOf } from "./view.js";

const CONFIG = configOf("d1", { telemetry: { interval: 2000 } });

/** What becomes of it: "well", or what does not hold. */
function outcomeOf(play: () => void): string {
	try {
		play();
		return "well";
	} catch (error) {
		return (error as Error).message;
	}
}

describe("readings", () => {
	const NOW = 1_000_000;

	it.each([
		{ name: "come and are answered", read: NOW - 3000, command: NOW - 3000, says: "well" },
		{ name: "come in time", read: NOW - 3001, command: NOW, says: "no reading of d1 since 996999 ms" },
		{ name: "are answered", read: NOW, command: NOW - 3001, says: "no command to d1 since 996999 ms" },
		{ name: "come at all", read: undefined, command: NOW, says: "no reading of d1 since 0 ms" },
		{
			name: "are not waited for while something is wrong",
			read: undefined,
			command: undefined,
			calmSince: undefined,
			says: "well",
		},
	])("$name: $says", ({ read, command, says, ...device }) => {
		const readings = new Readings([CONFIG]);
		const message = { topic: "d1/telemetry", payload: "", qos: 0, retain: false } as const;
		if (read !== undefined) readings.onTaken(read, message);
		if (command !== undefined) {
			readings.onEvent(command, { source: "device", device: "d1", event: "command", payload: {} });
		}
		const view = viewOf({ config: CONFIG, ...device }, { time: NOW });
		expect(outcomeOf(() => readings.check(view))).toBe(says);
	});

	it.each([
		{ name: "the interval", telemetry: { interval: 5000 }, within: 5000 },
		{ name: "whole samples", telemetry: { interval: 5000, sample: 3000 }, within: 6000 },
		{ name: "the minimum interval", telemetry: { minimumInterval: 9000 }, within: 10_000 },
		{
			name: "the maximum interval, where all have a deadband",
			telemetry: { sensors: [{ name: "light", pin: "light", deadband: 5 }] },
			within: 60_000,
		},
		{
			name: "the interval, where one has none",
			telemetry: {
				sensors: [
					{ name: "light", pin: "light", deadband: 5 },
					{ name: "b", pin: "b" },
				],
			},
			within: 2000,
		},
	])("come within $name", ({ telemetry, within }) => {
		const config = configOf("d1", { telemetry });
		const outcomeAt = (read: number) => {
			const readings = new Readings([CONFIG]);
			readings.onTaken(read, { topic: "d1/telemetry", payload: "", qos: 0, retain: false });
			readings.onEvent(read, { source: "device", device: "d1", event: "command", payload: {} });
			return outcomeOf(() => readings.check(viewOf({ config }, { time: NOW })));
		};
		expect(outcomeAt(NOW - 1000 - within)).toBe("well");
		expect(outcomeAt(NOW - 1001 - within)).toContain("no reading of d1");
	});

	it("are what each sensor shows", () => {
		const readings = new Readings([CONFIG]);
		readings.onEvent(1, { source: "sensor", device: "d1", sensor: "humidity", value: 60 });
		const told = (humidity: number): WorldEvent => {
			const payload = { light: 7, humidity, time: 5 };
			return { source: "device", device: "d1", event: "telemetry", payload };
		};
		expect(outcomeOf(() => readings.onEvent(2, told(60)))).toBe("well");
		expect(outcomeOf(() => readings.onEvent(2, told(61)))).toBe("d1 reads 61 at a humidity of 60");
	});

	it.each([
		{ device: "d1", light: 7, says: "well" },
		{ device: "d1", light: 8, says: "d1 reads 8 at a light of 7" },
		{ device: "d2", light: 8, says: "well" },
	])("are what the sensor shows: $says", ({ device, light, says }) => {
		const readings = new Readings([CONFIG]);
		readings.onEvent(1, { source: "light", device: "d1", light: 7 });
		const told: WorldEvent = { source: "device", device, event: "telemetry", payload: { light } };
		expect(outcomeOf(() => readings.onEvent(2, told))).toBe(says);
	});
});

describe("a will", () => {
	it.each([
		{ client: "d1nightlight_client", reason: "lost", will: true, says: "well" },
		{
			client: "d1nightlight_client",
			reason: "lost",
			will: false,
			says: "d1nightlight_client is gone (lost), and left no will",
		},
		{
			client: "d1nightlight_client",
			reason: "keep-alive",
			will: false,
			says: "d1nightlight_client is gone (keep-alive), and left no will",
		},
		{ client: "d1nightlight_client", reason: "crash", will: false, says: "well" },
		{ client: "d1nightlight_client", reason: "disconnect", will: false, says: "well" },
		{ client: "stranger", reason: "lost", will: false, says: "well" },
	] as const)("of $client, $reason, $will: $says", ({ client, reason, will, says }) => {
		const event: WorldEvent = { source: "broker", event: "disconnected", client, reason, will };
		expect(outcomeOf(() => new Wills([CONFIG]).onEvent(1, event))).toBe(says);
	});

	it.each([
		{ topic: "d1/status", payload: "offline", at: 5, says: "well" },
		{
			topic: "d1/status",
			payload: "online",
			at: 5,
			says: "d1/status was not said to be offline when its will came, at 5 ms",
		},
		{ topic: "d1/gone", payload: "offline", at: 5, says: "d1/status was not said to be offline" },
		{ topic: "d2/status", payload: "offline", at: 5, says: "d1/status was not said to be offline" },
		{ topic: "d1/status", payload: "offline", at: 4, says: "d1/status was not said to be offline" },
	])("says $payload on $topic at $at ms: $says", ({ topic, payload, at, says }) => {
		const wills = new Wills([CONFIG, configOf("d2")]);
		const client = "d1nightlight_client";
		const told = { source: "broker", event: "disconnected", client, reason: "lost", will: true } as const;
		const take = () => wills.onTaken(at, { topic, payload, qos: 0, retain: true });
		const check = (time: number) => wills.check(viewOf({}, { time }));
		// Aedes publishes the will first.
		for (const play of at < 5 ? [take, () => wills.onEvent(5, told)] : [() => wills.onEvent(5, told), take])
			play();
		check(5);
		expect(outcomeOf(() => check(6))).toContain(says);
	});

	it.each([
		{ topic: "d1/status", retain: true, says: "well" },
		{ topic: "d1/status", retain: false, says: "d1/status is x for those only who are there" },
		{ topic: "d1/state", retain: false, says: "d1/state is x for those only who are there" },
		{ topic: "d1/telemetry", retain: false, says: "well" },
		{ topic: "d2/status", retain: false, says: "well" },
	])("and what is kept with it: $topic, $retain", ({ topic, retain, says }) => {
		const take = () => new Wills([CONFIG]).onTaken(1, { topic, payload: "x", qos: 0, retain });
		expect(outcomeOf(take)).toContain(says);
	});
});

describe("a device's connection ends for", () => {
	it.each([
		{ code: "connection-lost", says: "well" },
		{ code: "name-not-resolved", says: "well" },
		{ code: "timeout-connecting", says: "well" },
		{ code: "no-puback", says: "well" },
		{ code: "no-pingresp", says: "well" },
		{ code: "protocol-violation", says: "d1: in words" },
		{ code: "client-id-refused", says: "d1: in words" },
		{ code: undefined, says: "d1: in words" },
	] as const)("$code: $says", ({ code, says }) => {
		const event: WorldEvent = {
			...{ source: "device", device: "d1", event: "link", state: "backoff", delay: 1, reason: "in words" },
			...(code !== undefined && { code }),
		};
		expect(outcomeOf(() => new Protocol().onEvent(1, event))).toBe(says);
	});
});
