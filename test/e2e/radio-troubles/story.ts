import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNightlight } from "../../../firmware/app.js";
import { withRadio } from "../../../firmware/boards/wio-terminal/with-radio.js";
import { type Config, parseConfig } from "../../../firmware/config.js";
import type { SerialConstructor } from "../../../firmware/ecma-419.js";
import type { DeviceEvent } from "../../../firmware/events.js";
import type { Host } from "../../../firmware/host.js";
import { pageOf } from "../../../host-sim/cli/run-pack.js";
import { withSimulatedRadio } from "../../../host-sim/co-processor/board.js";
import type { CoProcessor } from "../../../host-sim/co-processor/chip.js";
import { drawFault } from "../../../host-sim/co-processor/draw-fault.js";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { startOnWio } from "../../../host-sim/engines/wio/engine.js";
import { createHost } from "../../../host-sim/provider.js";
import { Life } from "../../../host-sim/trouble/life.js";
import { Mosquitto } from "../../support/mosquitto.js";
import { Nightlight } from "../../support/nightlight.js";
import type { Programs } from "../../support/processes.js";
import { seededRandom } from "../../support/virtual/random.js";

/** What a story is told with. */
export interface StoryOptions {
	readonly engine: "node" | "arm" | "wio";
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
	/** Bytes of RAM in a row that the image never used; `undefined` on Node. */
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

/** What all engines start with. */
interface Start {
	/** With the network that is behind the radio. */
	readonly own: Host;
	readonly config: Config;
	readonly onArena: (unused: number) => void;
}

/** A device that runs. */
interface Started {
	readonly chip: CoProcessor;
	stop(): Promise<void>;
}

const fail = (reason: string) => {
	throw new Error(reason);
};

const ENGINES: Readonly<Record<StoryOptions["engine"], (start: Start) => Promise<Started>>> = {
	node: async ({ own, config }) => {
		const { host, chip } = withSimulatedRadio(own, { accessPoints: [HOME], timeServer: TIME_SERVER });
		const stop = startNightlight(withRadio(host, host.device.io.Serial as SerialConstructor, config), config);
		return { chip, stop: () => new Promise<void>((resolve) => stop(resolve)) };
	},
	arm: async ({ own, config, onArena }) => {
		const { host, chip } = withSimulatedRadio(own, { accessPoints: [HOME], timeServer: TIME_SERVER });
		const device = await startOnArm(host, config, {
			...{ log: () => {}, onFailure: fail },
			onMeter: (_, { unusedArena }) => onArena(unusedArena),
		});
		return { chip, stop: () => device.stop() };
	},
	wio: async ({ own, config, onArena }) => {
		const options = { accessPoint: HOME, page: pageOf(config), log: () => {}, onFailure: fail };
		const { terminal, stop } = await startOnWio(own, config, options);
		const before = await terminal.readMemory(RAM.address, RAM.size);
		return {
			chip: terminal.radio,
			stop: async () => {
				onArena(longestUnchanged(before, await terminal.readMemory(RAM.address, RAM.size)));
				await stop();
			},
		};
	},
};

const RAM = { address: 0x2000_0000, size: 0x3_0000 };

/** The most bytes in a row that are what they were. */
function longestUnchanged(before: Uint8Array, after: Uint8Array): number {
	let [longest, length] = [0, 0];
	for (const [index, byte] of after.entries()) {
		length = byte === before[index] ? length + 1 : 0;
		longest = Math.max(longest, length);
	}
	return longest;
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
	let unusedArena: number | undefined;
	const onArena = (unused: number) => {
		unusedArena = Math.min(unused, unusedArena ?? unused);
	};
	const { chip, stop } = await ENGINES[engine]({ own, config: configFor(broker.port), onArena });

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
	// A board is switched off without a word: what it is sending then may be lost, and nothing before.
	const numbers = new Set(
		events.flatMap((event) => (event.event === "telemetry" ? [event.payload.seq as number] : [])),
	);
	await pause(2000);
	await stop();
	await pause(500);
	life.end();

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
