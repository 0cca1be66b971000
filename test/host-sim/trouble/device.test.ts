import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startNightlight } from "../../../firmware/app.js";
import type { DeviceEvent } from "../../../firmware/events.js";
import { startBroker } from "../../../host-sim/broker/broker.js";
import type { BrokerEvent } from "../../../host-sim/broker/events.js";
import { switched } from "../../../host-sim/cli/power.js";
import { startOnXs } from "../../../host-sim/engines/xs/engine.js";
import { createHost } from "../../../host-sim/provider.js";
import { brokerDown } from "../../../host-sim/trouble/broker-down.js";
import { Life } from "../../../host-sim/trouble/life.js";
import { Trouble } from "../../../host-sim/trouble/trouble.js";
import type { FaultName } from "../../../host-sim/web/protocol.js";
import { isAll } from "../../support/lane.js";
import { compiler, describeWith } from "../../support/requires.js";
import { configOf } from "../../support/virtual/config.js";

/** Milliseconds each way. */
const LATENCY = 150;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Engine = "node" | "xs";

/** A device with little patience at an embedded broker, as the command line runs it. */
async function started(engine: Engine, protocol: "mqtt" | "ws" = "mqtt") {
	const brokerEvents: BrokerEvent[] = [];
	const broker = await startBroker({
		port: null,
		listeners: [{ protocol, port: 0 }],
		onEvent: (event) => brokerEvents.push(event),
	});
	cleanups.push(() => broker.stop());
	const trouble = new Trouble([brokerDown(broker, () => {})], LATENCY);
	const events: DeviceEvent[] = [];
	const storage = mkdtempSync(join(tmpdir(), "trouble-"));
	const config = configOf({
		id: "lamp",
		broker: { protocol, host: "localhost", port: broker.port },
		mqtt: { responseTimeout: 1000, keepAlive: 5000, cleanSession: false },
		reconnect: { initial: 50, maximum: 200, timeout: 1000 },
		telemetry: { interval: 100, qos: 1 },
	});
	const device = switched(trouble, (restart) => {
		const life = new Life(trouble);
		const host = createHost({
			inputs: { light: { minimum: 0, maximum: 1023, read: () => Math.round(Math.random() * 1023) } },
			...{ storage, life, restart, report: (event) => events.push(event) },
		});
		if (engine === "node") {
			const stop = startNightlight(host, config);
			return { stop: () => new Promise((resolve) => stop(resolve)), cut: () => life.end() };
		}
		const guest = startOnXs(host, config, {
			onFailure: (reason) => events.push(reason as never),
			log: () => {},
		});
		return {
			stop: async () => (await guest).stop(),
			cut: () => {
				life.end();
				void guest.then((running) => running.close());
			},
		};
	});
	cleanups.push(() => device.stop());
	const links = () => events.flatMap((event) => (event.event === "link" ? [event] : []));
	const online = () => expect.poll(() => links().at(-1)?.state, { interval: 5 }).toBe("online");
	const turn = (name: FaultName, isOn: boolean) => {
		events.length = 0;
		trouble.set(name, isOn);
	};
	// Once a reading was acknowledged, nothing of the start is under way.
	const readings = () => events.filter(({ event }) => event === "telemetry").length;
	await expect.poll(readings).toBeGreaterThan(3);
	return { broker, brokerEvents, trouble, events, links, online, turn };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const ENGINES: readonly Engine[] = isAll ? ["node", "xs"] : ["node"];

/** What a device says of each fault that breaks its link: the code of its first failure, and those that follow. */
const BREAKS: readonly (readonly [fault: FaultName, first: RegExp, then: RegExp])[] = [
	["wifi-off", /^no-network$/, /^no-network$/],
	["broker-down", /^(closed-by-broker|connection-lost)$/, /^connection-refused$/],
	["half-open", /^no-puback$/, /^no-connack$/],
];

describeWith(isAll ? [compiler] : [], "what a device does about trouble", () => {
	describe.each(ENGINES)("on %s", (engine) => {
		it.each(BREAKS)(
			"%s: the link breaks with its code, and is back afterwards",
			async (fault, first, then) => {
				const device = await started(engine);
				device.turn(fault, true);
				const codes = () => device.links().flatMap(({ code }) => code ?? []);
				await expect.poll(() => codes().length).toBeGreaterThan(1);
				expect(codes()[0]).toMatch(first);
				for (const code of codes().slice(1)) expect(code).toMatch(then);
				device.turn(fault, false);
				await device.online();
				await expect.poll(() => device.events.map(({ event }) => event)).toContain("telemetry");
			},
		);

		it("half-open: a WebSocket loses its handshake, too", async () => {
			const device = await started(engine, "ws");
			device.turn("half-open", true);
			const codes = () => device.links().flatMap(({ code }) => code ?? []);
			await expect.poll(codes).toEqual(["no-puback", "timeout-connecting"]);
			device.turn("half-open", false);
			await device.online();
		});

		it("latency: the link holds, and its start takes its time", async () => {
			const device = await started(engine);
			device.turn("latency", true);
			await pause(LATENCY * 6);
			expect(device.links()).toEqual([]);
			device.turn("power-cut", true);
			device.turn("power-cut", false);
			const begun = performance.now();
			await device.online();
			// TCP's round trip, and CONNECT's; the name's, too.
			expect(performance.now() - begun).toBeGreaterThan(6 * LATENCY - 50);
		});

		it("a full storage: told once, and the device goes on without it", async () => {
			const device = await started(engine);
			device.turn("storage-full", true);
			const storage = () => device.events.filter(({ event }) => event === "storage");
			await expect
				.poll(storage)
				.toMatchObject([
					{ code: "storage-unwritable", reason: expect.stringMatching(/no space left on device \(ENOSPC\)/) },
				]);
			await pause(500);
			expect(storage()).toHaveLength(1);
			expect(device.links()).toEqual([]);
			device.turn("storage-full", false);
			await pause(500);
			expect(storage()).toEqual([]);
			device.turn("storage-full", true);
			await expect.poll(storage).toHaveLength(1);
		});

		it("a power cut: silence at once, and a new start with the storage", async () => {
			const device = await started(engine);
			device.turn("power-cut", true);
			await pause(600);
			expect(device.events).toEqual([]);
			// A broker learns of it by the keep-alive only.
			expect(device.brokerEvents.filter(({ event }) => event === "disconnected")).toEqual([]);
			device.turn("power-cut", false);
			await device.online();
			expect(device.links().map(({ state }) => state)).toEqual([
				"resolving",
				"connecting",
				"handshaking",
				"online",
			]);
			await expect.poll(() => device.events.map(({ event }) => event)).toContain("telemetry");
		});

		it("a power cut with Wi-Fi off: each has to be back", async () => {
			const device = await started(engine);
			device.turn("wifi-off", true);
			device.turn("power-cut", true);
			device.turn("power-cut", false);
			await expect.poll(() => device.links().at(-1)).toMatchObject({ state: "backoff", code: "no-network" });
			device.turn("wifi-off", false);
			await device.online();
		});
	});
});
