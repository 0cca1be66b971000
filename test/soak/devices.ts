/**
 * A process of several devices, each with the storage that an earlier one left. `devices.js JSON`, see `DevicesOptions`.
 * Every reading of a device is the next number from 1, and the sender's list has it before the firmware does. SIGTERM
 * stops the devices in order. What should not happen comes as a line of JSON on standard error.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { startNightlight } from "../../firmware/app.js";
import { parseConfig } from "../../firmware/config.js";
import type { DeviceEvent } from "../../firmware/events.js";
import { createHost } from "../../host-sim/provider.js";
import { countIn, NumberList } from "./number-list.js";

/** What a process of devices is started with. */
export interface DevicesOptions {
	readonly ids: readonly string[];
	readonly port: number;
	/** Has a list and a folder of storage for each id. */
	readonly folder: string;
	/** Numbers of each device in all. */
	readonly quota: number;
	readonly delivery: "server" | "broker";
}

/** Readings that may wait in the outbox, and from which on there are no new numbers. */
const [MOST, ENOUGH] = [1200, 800];

const options = JSON.parse(process.argv[2] as string) as DevicesOptions;
const stops = options.ids.map((id, index) => startDevice(id, index));
process.once("SIGTERM", async () => {
	await Promise.all(stops.map((stop) => new Promise<void>((resolve) => stop(resolve))));
	process.exit(0);
});

function configOf(id: string, index: number) {
	const parsed = parseConfig({
		id,
		broker: { host: "127.0.0.1", port: options.port },
		// Some with a session that the broker keeps.
		mqtt: { keepAlive: 4000, responseTimeout: 2000, inFlight: 16, cleanSession: index % 4 !== 0 },
		reconnect: { initial: 100, maximum: 1000, stable: 1000, timeout: 2000 },
		telemetry: {
			...{ interval: 10, qos: 1, maximumInterval: 86_400_000 },
			// What was not new is not reported.
			sensors: [{ name: "light", pin: "light", minimum: 0, maximum: 1_000_000, deadband: 1 }],
		},
		outbox: {
			...{ policy: "keep", delivery: options.delivery, full: "newest" },
			...{ messages: MOST, bytes: 1_000_000, drainInterval: 0, ackTimeout: 1000 },
		},
	});
	if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.problems));
	return parsed.config;
}

function startDevice(id: string, index: number): (done: () => void) => void {
	const path = join(options.folder, `${id}.list`);
	const list = new NumberList(path);
	let given = countIn(path);
	let waiting = 0;
	// A first reading is reported in any case: 0 is none.
	let reading = 0;
	const read = () => {
		if (waiting < ENOUGH && given < options.quota) {
			reading = ++given;
			list.add(given);
		}
		return reading;
	};
	const report = (event: DeviceEvent) => {
		if (event.event === "outbox") waiting = event.pending;
		if (isTrouble(event)) writeSync(2, `${JSON.stringify({ device: id, ...event })}\n`);
	};
	const inputs = { light: { minimum: 0, maximum: 1_000_000, read } };
	const host = createHost({ restart: () => {}, inputs, storage: join(options.folder, id), report });
	return startNightlight(host, configOf(id, index));
}

function isTrouble(event: DeviceEvent): boolean {
	if (event.event === "outbox") return event.dropped + event.setAside + event.lost > 0;
	return event.event === "storage" || event.event === "refused";
}
