import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNightlight } from "../../../firmware/app.js";
import { withRadio } from "../../../firmware/boards/wio-terminal/with-radio.js";
import { type Config, parseConfig } from "../../../firmware/config.js";
import type { SerialConstructor } from "../../../firmware/ecma-419.js";
import type { DeviceEvent } from "../../../firmware/events.js";
import type { Host } from "../../../firmware/host.js";
import { withSimulatedRadio } from "../../../host-sim/co-processor/board.js";
import { drawFault } from "../../../host-sim/co-processor/draw-fault.js";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { createHost } from "../../../host-sim/provider.js";
import { Life } from "../../../host-sim/trouble/life.js";
import { Mosquitto } from "../../support/mosquitto.js";
import { Nightlight } from "../../support/nightlight.js";
import type { Programs } from "../../support/processes.js";
import { seededRandom } from "../../support/virtual/random.js";

/** What a story is told with. */
export interface StoryOptions {
	readonly engine: "node" | "arm";
	/** Real seconds of trouble. */
	readonly seconds: number;
	readonly seed: number;
	readonly programs: Programs;
}

/** What it came to. */
export interface Story {
	/** What went wrong, in order. */
	readonly troubles: readonly string[];
	/** Readings with a number that the device has ever sent, and those of them that the server never had. */
	readonly sent: number;
	readonly missing: readonly number[];
	/** What the device itself gave up. */
	readonly dropped: number;
	readonly lost: number;
	/** How often the link came up. */
	readonly onlines: number;
	/** Bytes of RAM that the image never used; `undefined` on Node. */
	readonly unusedArena: number | undefined;
}

const HOME = {
	...{ ssid: "home", password: "password", rssi: -50, channel: 6 },
	dhcp: { address: "192.0.2.50", mask: "255.255.255.0", gateway: "192.0.2.1" },
};
const TIME_SERVER = "time.test";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function configFor(port: number): Config {
	const parsed = parseConfig({
		...{ id: "lamp", broker: { host: "127.0.0.1", port }, wifi: { ssid: "home", password: "password" } },
		...{ telemetry: { interval: 500, qos: 1 }, mqtt: { cleanSession: false, responseTimeout: 3000 } },
		...{
			outbox: { policy: "keep", delivery: "server", ackTimeout: 1000, messages: 1000, bytes: 64_000 },
			reconnect: { initial: 100, maximum: 1000 },
		},
		...{ wifi: { ssid: "home", password: "password", timeServer: TIME_SERVER } },
	});
	if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.problems));
	return parsed.config;
}

/** Starts the firmware on a host with a radio; what it returns stops it. */
async function start(
	engine: StoryOptions["engine"],
	host: Host,
	config: Config,
	onArena: (unused: number) => void,
) {
	if (engine === "node") {
		const stop = startNightlight(withRadio(host, host.device.io.Serial as SerialConstructor, config), config);
		return () => new Promise<void>((resolve) => stop(resolve));
	}
	const device = await startOnArm(host, config, {
		log: () => {},
		onMeter: (_, { unusedArena }) => onArena(unusedArena),
		onFailure: (reason) => {
			throw new Error(reason);
		},
	});
	return () => device.stop();
}

/**
 * A device at a real Mosquitto and the server through a simulated radio, while radio and broker fail as the seed draws
 * it; then all is well, and everything must arrive.
 */
export async function tellStory({ engine, seconds, seed, programs }: StoryOptions): Promise<Story> {
	const random = seededRandom(seed);
	const broker = await Mosquitto.start(programs);
	const words = ["server", "--broker", broker.url, "--id", "lamp", "--json"];
	const server = programs.add(new Nightlight(words, { cwd: mkdtempSync(join(tmpdir(), "nightlight-")) }));
	await server.heard({ event: "link", state: "online" });

	const events: DeviceEvent[] = [];
	const life = new Life();
	const own = createHost({
		inputs: { light: { minimum: 0, maximum: 1023, read: () => 400 } },
		storage: mkdtempSync(join(tmpdir(), "nightlight-")),
		...{ life, restart: () => {}, report: (event) => events.push(event) },
	});
	const { host, chip } = withSimulatedRadio(own, { accessPoints: [HOME], timeServer: TIME_SERVER });
	let unusedArena: number | undefined;
	const stop = await start(engine, host, configFor(broker.port), (unused) => {
		unusedArena = Math.min(unused, unusedArena ?? unused);
	});

	const troubles: string[] = [];
	for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
		await pause(500 + random() * 2500);
		if (random() < 0.15) {
			troubles.push("broker killed");
			await broker.kill();
			await pause(random() * 1500);
			await broker.up();
		} else troubles.push(drawFault(chip, random, ["home"]));
		await pause(random() * 1500);
		if (random() < 0.7) chip.faults.clear();
	}
	chip.faults.clear();
	const outbox = () =>
		events.filter((event) => event.event === "outbox").at(-1) as
			| Extract<DeviceEvent, { event: "outbox" }>
			| undefined;
	const isDrained = () => events.at(-1) !== undefined && (outbox()?.pending ?? 0) <= 1;
	for (let waited = 0; waited < 60_000 && !isDrained(); waited += 100) await pause(100);
	await stop();
	// What it sent last has reached the server, or never will.
	await pause(500);
	life.end();

	const numbers = new Set(
		events.flatMap((event) => (event.event === "telemetry" ? [event.payload.seq as number] : [])),
	);
	const had = new Set(
		server.events
			.filter(({ event }) => event === "received" || event === "duplicate")
			.map(({ payload, seq }) => (payload as { seq?: number } | undefined)?.seq ?? (seq as number)),
	);
	return {
		...{ troubles, sent: numbers.size, missing: [...numbers].filter((number) => !had.has(number)) },
		...{ dropped: outbox()?.dropped ?? 0, lost: outbox()?.lost ?? 0, unusedArena },
		onlines: events.filter((event) => event.event === "link" && event.state === "online").length,
	};
}
