import { afterEach, expect, it } from "vitest";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { startOnXs } from "../../../host-sim/engines/xs/engine.js";
import { armTools, compiler, describeWith } from "../../support/requires.js";
import { ScriptedBroker } from "../../support/virtual/broker.js";
import { configOf } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";
import type { Device, StartDevice } from "./trace.js";

const failures: string[] = [];
const options = { log: () => {}, onFailure: (reason: string) => failures.push(reason) };
const ENGINES: readonly [string, StartDevice][] = [
	["XS", (host, config) => startOnXs(host, config, options)],
	["the ARM image", (host, config) => startOnArm(host, config, options)],
];

/** Commands at once. */
const BURST = 4;

describeWith([compiler, armTools], "events that wait while the firmware is busy", () => {
	let device: Device | undefined;
	let host: VirtualHost;
	afterEach(async () => {
		const stopped = device?.stop();
		for (let step = 0; step < 20; step++) await advance(100);
		await stopped;
		device = undefined;
		failures.length = 0;
	});

	/** The clock goes on while the firmware takes nothing, and everything that happens has to wait. */
	const advance = async (milliseconds: number, meanwhile = () => {}) => {
		host.clock.advance(milliseconds);
		meanwhile();
		await device?.settled();
	};

	it.each(ENGINES.flatMap(([name, start]) => [20, 64].map((room) => ({ name, start, room }))))(
		"do not make $name write more than a socket of $room bytes takes",
		async ({ start, room }) => {
			host = new VirtualHost();
			host.network.writable = room;
			host.analog.light = 321;
			const broker = new ScriptedBroker(host.network);
			device = await start(host, configOf({ telemetry: { interval: 100, qos: 1 }, commands: { qos: 1 } }));
			for (let turn = 0; host.links.at(-1) !== "online" && turn < 100; turn++) await advance(10);
			for (let turn = 0; turn < 100; turn++) {
				await advance(10, () => {
					// They arrive together with the news that there is room again.
					for (let count = 0; turn % 20 === 0 && count < BURST; count++) {
						broker.publish("d1/commands", `{"led_on":${count % 2 === 0}}`, { qos: 1 });
					}
				});
			}
			for (let turn = 0; turn < 20; turn++) await advance(10);
			expect(failures).toEqual([]);
			expect(host.eventsOf("link").filter(({ state }) => state === "backoff")).toEqual([]);
			expect(host.eventsOf("command")).toHaveLength(5 * BURST);
			expect(broker.heard.filter((line) => line.startsWith("puback"))).toHaveLength(5 * BURST);
		},
	);

	it.each(ENGINES)("do not make %s give another reason for a failure than the socket's", async (_, start) => {
		host = new VirtualHost();
		host.analog.light = 321;
		const broker = new ScriptedBroker(host.network);
		device = await start(
			host,
			configOf({ telemetry: { interval: 50 }, reconnect: { initial: 10, maximum: 10 } }),
		);
		// A reading is due just before the connection breaks, some of the times.
		host.network.latency = 15;
		for (let kills = 0; kills < 20; kills++) {
			for (let turn = 0; turn < 40; turn++) await advance(7);
			await advance(5 * kills);
			expect(host.links.at(-1)).toBe("online");
			broker.kill();
			await advance(50);
		}
		const reasons = host.eventsOf("link").flatMap(({ reason }) => reason ?? []);
		expect(reasons).toEqual(Array.from({ length: 20 }, () => "connection reset"));
	});
});
