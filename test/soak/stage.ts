import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Mosquitto } from "../support/mosquitto.js";
import { Programs } from "../support/processes.js";
import { pythonWithPaho } from "../support/requires.js";
import { bundle } from "./bundle.js";
import type { DevicesOptions } from "./devices.js";
import type { SoakOptions } from "./options.js";
import { CuttingProxy } from "./proxy.js";
import { DeviceWitness, PeerWitness, type Witness } from "./witness.js";
import { Worker } from "./worker.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What Mosquitto is told beside its port. Each client may have as much under way as it can bear. */
const BROKER = [
	...["log_type error", "log_type warning", "log_type information", "log_type subscribe"],
	...["max_inflight_messages 1000", "max_queued_messages 0", "set_tcp_nodelay true"],
	...["persistence true", "autosave_interval 1"],
];

/** A process of senders. */
export interface Senders {
	readonly worker: Worker;
	readonly names: readonly string[];
	readonly witnesses: readonly Witness[];
}

/** Everything that takes part: started, and not in trouble. */
export interface Stage {
	readonly folder: string;
	readonly broker: Mosquitto;
	readonly proxy: CuttingProxy;
	readonly server: Worker;
	/** The server's database. */
	readonly database: string;
	readonly devices: readonly Senders[];
	/** Numbers of each device, and of each peer. */
	readonly quota: number;
	readonly peers: readonly Senders[];
	readonly subscriber: Worker | undefined;
	/** The subscriber's database. */
	readonly messages: string;
	/** Ends everything that still runs, and removes the folder if nothing is to be looked at. */
	clear(isKept: boolean): Promise<void>;
}

const node = (...words: readonly string[]): Worker => new Worker(process.execPath, ...words);

/** Starts it all. */
export async function openStage(options: SoakOptions): Promise<Stage> {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-soak-"));
	const programs = new Programs();
	mkdirSync(join(folder, "broker"));
	const scripts = await bundle();
	const persistence = `persistence_location ${folder}/broker/`;
	const broker = await Mosquitto.start(programs, undefined, undefined, [...BROKER, persistence]);
	const proxy = await CuttingProxy.start(broker.port);
	const port = proxy.port;
	const quota = Math.floor(options.messages / options.devices);
	const database = join(folder, "readings.db");
	const messages = join(folder, "messages.db");
	const config = join(folder, "server.json");
	writeFileSync(config, JSON.stringify({ mqtt: { keepAlive: 4000 } }));
	const url = `mqtt://127.0.0.1:${port}`;
	const words = ["--broker", url, "--id", "+", "--config", config, "--database", database];
	const server = node(join(ROOT, "host-sim/cli/nightlight.js"), "server", ...words);
	const devices = Array.from({ length: options.processes }, (_, index) => {
		const names = namesOf(options, index);
		const given: DevicesOptions = { ids: names, port, folder, quota, delivery: options.delivery };
		const worker = node(join(scripts, "devices.js"), JSON.stringify(given));
		return { worker, names, witnesses: names.map((id) => new DeviceWitness(folder, id)) };
	});
	const peer = (name: string, command: string, program: string): Senders => ({
		worker: new Worker(command, program, String(port), folder, name, String(quota)),
		names: [name],
		witnesses: [new PeerWitness(join(folder, name))],
	});
	const peers = options.peers
		? [
				peer("mqttjs", process.execPath, join(scripts, "mqttjs.js")),
				...(pythonWithPaho === undefined
					? []
					: [peer("paho", pythonWithPaho, join(ROOT, "test/soak/peers/sender.py"))]),
			]
		: [];
	const subscriber = options.peers ? node(join(scripts, "subscriber.js"), String(port), messages) : undefined;
	const receivers = [server, ...(subscriber === undefined ? [] : [subscriber])];
	const workers = [...receivers, ...[...devices, ...peers].map(({ worker }) => worker)];
	// What a broker acknowledges before anybody has subscribed is nobody's.
	for (const worker of receivers) worker.start();
	await broker.logs("+/telemetry");
	if (subscriber !== undefined) await broker.logs("peers/+");
	for (const worker of workers) if (!receivers.includes(worker)) worker.start();
	return {
		...{ folder, broker, proxy, server, database, devices, quota, peers, subscriber, messages },
		clear: async (isKept) => {
			for (const worker of workers) await worker.end("SIGKILL");
			proxy.close();
			await programs.endAll();
			rmSync(scripts, { recursive: true, force: true });
			if (!isKept) rmSync(folder, { recursive: true, force: true });
		},
	};
}

const namesOf = ({ devices, processes }: SoakOptions, process: number): string[] =>
	Array.from({ length: devices }, (_, index) => index)
		.filter((index) => index % processes === process)
		.map((index) => `lamp-${index}`);
