import { setTimeout as sleep } from "node:timers/promises";
import { type Config, parseConfig } from "../../../firmware/config.js";
import type { DeviceEvent } from "../../../firmware/events.js";
import type { ArmImage } from "../../../host-sim/engines/arm/build.js";
import { type ArmDevice, startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { createHost } from "../../../host-sim/provider.js";
import type { Random } from "../../../host-sim/simulation/random.js";
import { Life } from "../../../host-sim/trouble/life.js";
import { readFlash } from "../../soak/flash-reader.js";
import { VirtualClock } from "../../support/virtual/clock.js";
import { type Operation, TearingFlash } from "./tearing-flash.js";

/** Whose answer ends the waiting. */
export type Delivery = Config["outbox"]["delivery"];

/** Sensors that make readings long, so that a record of them takes most of a block. */
const FILLERS = ["one", "two", "three", "four"].map((name) => `${name}_of_them`.padEnd(32, "_"));
const MOST = 1_000_000;
/** Milliseconds that pass for the device while about one passes here, as long as it does nothing. */
const HASTE = 25;
/** When its clock showed 0, in milliseconds since 1970. */
const START = Date.UTC(2026, 0, 1);

/** A power cut. */
export interface Torn {
	readonly operation: Operation;
	/** The highest number that was measured before. */
	readonly measured: number;
}

/** What a lamp is made of. */
export interface LampOptions {
	readonly image: ArmImage;
	readonly folder: string;
	readonly port: number;
	readonly delivery: Delivery;
	readonly random: Random;
}

/**
 * A device on the ARM image whose readings are the numbers from 1 on. Its flash memory is a file, which outlives its
 * power; its sockets are real; its clock stands while it works, so that it keeps up on a busy machine.
 */
export class Lamp {
	readonly #options: LampOptions;
	#device: ArmDevice | undefined;
	#life = new Life();
	#clock = new VirtualClock();
	/** The last number that was measured, and how far it may go. */
	measured = 0;
	limit = 0;
	/** Readings that wait, as the device last told. */
	pending = 0;
	/** Numbers in records that were whole when the power went. */
	readonly accepted = new Set<number>();
	readonly cuts: Torn[] = [];
	/** Readings that gave way in lives before, and in this one. */
	#droppedBefore = 0;
	#dropped = 0;
	/** What should not happen. */
	readonly trouble: string[] = [];
	/** The changes of the flash memory in the present life. */
	operations: readonly Operation[] = [];
	/** Whether its power was cut since it was switched on. */
	isCut = false;
	/** Resolves when that happens. */
	#cut: Promise<void> = Promise.resolve();
	#onCut: () => void = () => {};

	constructor(options: LampOptions) {
		this.#options = options;
	}

	/** Switches it on. @param cutAt in which change of its flash memory the power goes; 0: in none */
	async start(cutAt = 0): Promise<void> {
		const { image, folder, port, delivery, random } = this.#options;
		const life = new Life();
		this.#life = life;
		this.pending = 0;
		this.#droppedBefore += this.#dropped;
		this.#dropped = 0;
		this.isCut = false;
		this.#cut = new Promise((resolve) => {
			this.#onCut = resolve;
		});
		const flash = new TearingFlash(folder, {
			...{ at: cutAt, random },
			before: () => this.#witness(),
			power: (operation) => this.#powerGoes(operation),
		});
		this.operations = flash.operations;
		const inputs = {
			light: { minimum: 0, maximum: MOST, read: () => (this.measured += this.measured < this.limit ? 1 : 0) },
			dark: { minimum: 0, maximum: MOST, read: () => MOST },
		};
		const report = (event: DeviceEvent) => this.#hear(event);
		const base = createHost({ inputs, storage: folder, report, restart: () => {}, life });
		const clock = new VirtualClock(this.#clock.now());
		this.#clock = clock;
		const date = () => START + clock.now();
		const host = { ...base, timer: clock, now: () => clock.now(), date, device: { ...base.device, flash } };
		const onFailure = (reason: string) => this.trouble.push(reason);
		const device = await startOnArm(host, configOf(port, delivery), {
			image,
			onFailure,
			log: () => {},
		}).catch((error: Error) => {
			// The power may go within its first turn.
			if (!life.isOver) throw error;
			return undefined;
		});
		this.#device = device;
		if (life.isOver) device?.close();
		else void this.#pass(device as ArmDevice, life, clock);
	}

	/** How many readings it told that it dropped. */
	get dropped(): number {
		return this.#droppedBefore + this.#dropped;
	}

	/** Takes it off line; what waits is stored, in which the power may go, too. */
	async stop(): Promise<void> {
		await Promise.race([this.#device?.stop(), this.#cut]);
		this.#life.end();
	}

	/** Lets time pass until the life is over. */
	async #pass(device: ArmDevice, life: Life, clock: VirtualClock): Promise<void> {
		while (!life.isOver && this.trouble.length === 0) {
			await clock.advanceWith(() => device.settled(), HASTE);
			await sleep(1);
		}
	}

	#powerGoes(operation: Operation): void {
		this.isCut = true;
		this.#onCut();
		this.cuts.push({ operation, measured: this.measured });
		this.#life.end();
		this.#device?.close();
	}

	#witness(): void {
		const { readings } = readFlash(TearingFlash.fileOf(this.#options.folder, "outbox"));
		for (const { payload } of readings) this.accepted.add((JSON.parse(payload) as { light: number }).light);
	}

	#hear(event: DeviceEvent): void {
		if (event.event === "outbox") {
			this.pending = event.pending;
			// What a tear has spoiled is no room any more: the oldest readings give way, which is told.
			this.#dropped = event.dropped;
			if (event.setAside + event.lost === 0) return;
		} else if (event.event !== "storage" && event.event !== "refused") return;
		this.trouble.push(JSON.stringify(event));
	}
}

function configOf(port: number, delivery: Delivery): Config {
	const parsed = parseConfig({
		id: "lamp",
		broker: { host: "127.0.0.1", port },
		mqtt: { responseTimeout: 60_000, inFlight: 16 },
		reconnect: { initial: 200, maximum: 500, timeout: 60_000 },
		telemetry: {
			...{ interval: 250, qos: 1, maximumInterval: 86_400_000 },
			sensors: [
				{ name: "light", pin: "light", minimum: 0, maximum: MOST, deadband: 1 },
				...FILLERS.map((name) => ({ name, pin: "dark", minimum: 0, maximum: MOST, deadband: 1 })),
			],
		},
		outbox: { policy: "keep", delivery, drainInterval: 0, ackTimeout: 10_000 },
	});
	if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.problems));
	return parsed.config;
}
