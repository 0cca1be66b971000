import { join } from "node:path";
import { armImage } from "../../host-sim/engines/arm/build.js";
import { type ArmDevice, startOnArm } from "../../host-sim/engines/arm/engine.js";
import type { ImageSizes } from "../../host-sim/engines/arm/heap-image.js";
import { firmwareFiles, ROOT, readManifest } from "../../host-sim/engines/arm/modules.js";
import type { ArmMeter } from "../../host-sim/engines/arm/protocol.js";
import type { QemuOptions } from "../../host-sim/engines/arm/qemu.js";
import { chipToolchain } from "../../host-sim/engines/arm/toolchain.js";
import { ScriptedBroker } from "../support/virtual/broker.js";
import { configOf } from "../support/virtual/config.js";
import { VirtualHost } from "../support/virtual/host.js";

/** Slots of 16 bytes, and bytes of chunks. */
export interface Memory {
	readonly slots: number;
	readonly chunkBytes: number;
}

/** Instructions, collections included. Those of the way out of the image count, waiting for answers does not. */
export interface Instructions {
	/** From the reset to the first telemetry message. */
	readonly boot: number;
	/** The mean of a hundred cycles, to the nearest whole number; as `XsBudgets` has them. */
	readonly telemetryQos0: number;
	readonly telemetryQos1: number;
	readonly command: number;
	/** An event that only calls out and back: what the bridge itself costs. */
	readonly emptyCall: number;
}

/** What depends on the compiler. */
export interface CompiledBudgets {
	/** The compiler and the C library; with others the figures differ. */
	readonly toolchain: string;
	/** Bytes of flash. */
	readonly image: ImageSizes & {
		/** Flash of an image that has `firmware/websocket/` as well. */
		readonly withWebSocket: number;
	};
	/** Bytes of RAM that were never used, over all cycles of `growth`. */
	readonly unused: { readonly arena: number; readonly heap: number; readonly stack: number };
	readonly instructions: Instructions;
}

/** What the firmware takes as an ARM image: the same in each run. */
export interface ArmBudgets {
	/** In use when connected, above the loaded modules without a device; the larger of QoS 0 and 1. */
	readonly live: Memory;
	/** More in use after telemetry and command cycles, QoS 0 or 1; at its largest. */
	readonly growth: Memory;
	readonly compiled: CompiledBudgets;
}

const QOS = [0, 1] as const;
export type QosLevel = (typeof QOS)[number];

/** Milliseconds between telemetry messages. */
const INTERVAL = 1000;
/** Milliseconds in which all that a message leads to has happened. */
const SOON = 10;
/** Milliseconds in which it has connected. */
const LATEST = 1000;

const largest = (memories: readonly Memory[]): Memory => ({
	slots: Math.max(...memories.map(({ slots }) => slots)),
	chunkBytes: Math.max(...memories.map(({ chunkBytes }) => chunkBytes)),
});

const difference = (after: Memory, before: Memory): Memory => ({
	slots: after.slots - before.slots,
	chunkBytes: after.chunkBytes - before.chunkBytes,
});

/** A nightlight in the image, and the world around it. */
export class Bench {
	readonly device: ArmDevice;
	readonly #host: VirtualHost;
	readonly #broker: ScriptedBroker;
	readonly #qos: QosLevel;
	/** What the turns took since they were last summed up. */
	readonly #meters: ArmMeter[];
	readonly #failures: readonly string[];
	#commands = 0;

	private constructor(
		device: ArmDevice,
		host: VirtualHost,
		broker: ScriptedBroker,
		qos: QosLevel,
		meters: ArmMeter[],
		failures: readonly string[],
	) {
		this.device = device;
		this.#host = host;
		this.#broker = broker;
		this.#qos = qos;
		this.#meters = meters;
		this.#failures = failures;
	}

	static async start(qos: QosLevel, options: QemuOptions): Promise<Bench> {
		const host = new VirtualHost();
		const broker = new ScriptedBroker(host.network);
		host.analog.light = 321;
		const meters: ArmMeter[] = [];
		const failures: string[] = [];
		const config = configOf({ telemetry: { qos, interval: INTERVAL }, commands: { qos } });
		const device = await startOnArm(host, config, {
			...options,
			onMeter: (_, meter) => meters.push(meter),
			onFailure: (reason) => failures.push(reason),
			log: () => {},
		});
		return new Bench(device, host, broker, qos, meters, failures);
	}

	/** Runs until the first telemetry message has gone; returns the instructions that took. */
	async boot(): Promise<number> {
		while (this.#telemetries === 0) {
			if (this.#host.clock.elapsed > LATEST) throw new Error("no telemetry was sent");
			await this.#advance(1);
		}
		return this.device.baseline.work + this.#instructions();
	}

	/** Lets the answers come, to the middle between two telemetry messages. */
	settle(): Promise<void> {
		return this.#advance(INTERVAL / 2);
	}

	/** A telemetry message, acknowledged. */
	async telemetry(): Promise<void> {
		await this.#advance(INTERVAL);
	}

	/** A command that switches the LED, and the state that is published then. */
	async command(): Promise<void> {
		const on = this.#commands++ % 2 === 0;
		this.#broker.publish("d1/commands", `{"led_on":${on}}`, { qos: this.#qos });
		await this.#advance(SOON);
		if (this.#host.digital.led !== Number(on)) throw new Error("a command was not obeyed");
	}

	async cycles(count: number): Promise<void> {
		const before = this.#telemetries;
		for (let index = 0; index < count; index++) {
			await this.#advance(INTERVAL - SOON);
			await this.command();
		}
		const sent = this.#telemetries - before;
		if (sent !== count) throw new Error(`${sent} telemetry messages in ${count} cycles`);
		// Ten thousand of them would fill this process.
		this.#host.events.length = 0;
		for (const client of this.#broker.clients) {
			client.packets.length = 0;
			client.received = Buffer.alloc(0);
		}
	}

	/** The mean of a hundred times, beginning with everything collected. */
	async mean(step: () => Promise<void>): Promise<number> {
		const times = 100;
		await this.device.collect();
		this.#meters.length = 0;
		for (let time = 0; time < times; time++) await step();
		return Math.round(this.#instructions() / times);
	}

	async stop(): Promise<void> {
		const stopped = this.device.stop();
		await this.#advance(INTERVAL);
		await stopped;
	}

	/** Messages that were sent. */
	get #telemetries(): number {
		return this.#host.eventsOf("telemetry").length;
	}

	#instructions(): number {
		return this.#meters.splice(0).reduce((sum, meter) => sum + meter.work, 0);
	}

	/** Lets virtual time go by, event by event. */
	async #advance(milliseconds: number): Promise<void> {
		await this.#host.clock.advanceWith(() => this.device.settled(), milliseconds);
		if (this.#failures.length > 0) throw new Error(this.#failures[0]);
	}
}

async function onBench<T>(
	qos: QosLevel,
	countsInstructions: boolean,
	work: (bench: Bench) => Promise<T>,
): Promise<T> {
	const bench = await Bench.start(qos, { countsInstructions });
	try {
		return await work(bench);
	} finally {
		await bench.stop();
	}
}

const countInstructions = (qos: QosLevel) =>
	onBench(qos, true, async (bench) => {
		const boot = await bench.boot();
		await bench.settle();
		const telemetry = await bench.mean(() => bench.telemetry());
		const command = await bench.mean(() => bench.command());
		// So that no collection falls into it.
		await bench.device.collect();
		const emptyCall = (await bench.device.nothing()).work;
		return { boot, telemetry, command, emptyCall };
	});

/** How often memory is looked at on the way. */
const LOOKS = 10;

const watchMemory = (qos: QosLevel, cycles: number) =>
	onBench(qos, false, async (bench) => {
		await bench.boot();
		await bench.settle();
		// What was sent last is kept: a state, at every look.
		await bench.cycles(2);
		const connected = await bench.device.collect();
		let last = connected;
		const growths: Memory[] = [];
		for (let look = 0; look < LOOKS; look++) {
			await bench.cycles(cycles / LOOKS);
			last = await bench.device.collect();
			growths.push(difference(last, connected));
		}
		return { live: difference(connected, bench.device.baseline), growth: largest(growths), last };
	});

/** Bytes of flash of an image with the firmware's own WebSocket, which is below the seam here. */
async function sizeWithWebSocket(): Promise<number> {
	const manifest = readManifest();
	const names = ["base64", "decode", "frame", "handshake", "websocket"].map(
		(name) => `firmware/websocket/${name}`,
	);
	const user = "test/budgets/websocket";
	const more = [...names, user].map((name): [string, string] => [name, join(ROOT, `${name}.ts`)]);
	const files = new Map([...firmwareFiles(manifest), ...more]);
	const preload = [...(manifest.preload ?? []), ...names, user];
	return (await armImage({ log: () => {}, files, preload })).sizes.total;
}

/**
 * Runs the nightlight as an ARM image in QEMU, over a virtual host.
 * @param cycles how many of telemetry and a command, for `growth`, with each QoS; a multiple of 10
 */
export async function measureArm(cycles: number): Promise<ArmBudgets> {
	const { sizes } = await armImage({ log: () => {} });
	const withWebSocket = await sizeWithWebSocket();
	const memory = await Promise.all(QOS.map((qos) => watchMemory(qos, cycles)));
	const [qos0, qos1] = [await countInstructions(0), await countInstructions(1)];
	const unused = (name: "unusedArena" | "unusedHeap" | "unusedStack") =>
		Math.min(...memory.map(({ last }) => last[name]));
	return {
		live: largest(memory.map(({ live }) => live)),
		growth: largest(memory.map(({ growth }) => growth)),
		compiled: {
			toolchain: await chipToolchain(),
			image: { ...sizes, withWebSocket },
			unused: { arena: unused("unusedArena"), heap: unused("unusedHeap"), stack: unused("unusedStack") },
			instructions: {
				boot: qos0.boot,
				telemetryQos0: qos0.telemetry,
				telemetryQos1: qos1.telemetry,
				command: qos0.command,
				emptyCall: qos0.emptyCall,
			},
		},
	};
}
