import { startNightlight } from "../../../firmware/app.js";
import type { Config } from "../../../firmware/config.js";
import type { DeviceEvent, LinkState } from "../../../firmware/events.js";
import type { Host } from "../../../firmware/host.js";
import type { RecordedDevice, Recorder } from "../../recording/recorder.js";
import type { Clock } from "../clock.js";
import type { ReadMessage } from "../network/message-reader.js";
import { Access, type Network } from "../network/network.js";
import type { Random } from "../random.js";
import { Board, type Surroundings } from "./board.js";
import { hostOf } from "./host.js";
import { Power } from "./power.js";
import { SimulatedStorage } from "./storage.js";
import { Timers } from "./timers.js";

export interface DeviceOptions {
	/** The configuration of its first start. */
	readonly config: Config;
	/** What its `outbox` is at each start in turn; that of the first one if left out. */
	readonly outboxes?: readonly Config["outbox"][] | undefined;
	readonly clock: Clock;
	readonly network: Network;
	/** Whether its board has key-value storage; else it keeps its values in flash memory. */
	readonly hasKeyValue: boolean;
	/** The device's own source of chance. */
	readonly random: Random;
	/** What the tick counter shows when the world begins. */
	readonly ticks: number;
	/** What the wall clock shows when the world begins, in milliseconds since 1970; `undefined`: it is never set. */
	readonly date: number | undefined;
	/** Hears what the device tells. */
	readonly report: (event: DeviceEvent) => void;
	/** Hears the messages that the device has read from its connection, and what its wall clock shows then. */
	readonly onRead: (messages: readonly ReadMessage[], date: number | undefined) => void;
	/** The firmware wants to be started again: has the power cut and switched on, not at once. */
	readonly onRestart: () => void;
	/** Hears what a sensor shows when the device reads it for a report, and what its wall clock shows then. */
	readonly onMeasured: (sensor: string, value: number, date: number | undefined) => void;
	/** Hears the bytes that the device writes to its connection; without bytes: a connection begins. */
	readonly onWritten?: ((bytes: Uint8Array | undefined) => void) | undefined;
	/** Records what crosses between the firmware and its host. */
	readonly recorder: Recorder | undefined;
}

/** A device of a world: the firmware on a board whose sensor, network and power are the world's. */
export class SimulatedDevice implements Surroundings {
	readonly id: string;
	readonly access = new Access();
	readonly storage: SimulatedStorage;
	readonly #options: DeviceOptions;
	readonly #board: Board;
	/** What each sensor measures, by name: an integer in its range, the middle of it at first. */
	readonly readings: Map<string, number>;
	/** Milliseconds that the wall clock is ahead of the world's. */
	clockError = 0;
	/** The configuration of each start in turn. */
	readonly #configs: readonly Config[];
	#starts = 0;
	#power: Power | undefined;
	#recorded: RecordedDevice | undefined;
	#timers: Timers | undefined;
	#led: boolean | undefined;
	/** A command has it take a reading that is no report. */
	#isSampling = false;
	#link: LinkState = "offline";

	constructor(options: DeviceOptions) {
		this.#options = options;
		this.id = options.config.id;
		this.storage = new SimulatedStorage(options.random);
		const { sensors } = options.config.telemetry;
		this.readings = new Map(
			sensors.map(({ name, minimum, maximum }) => [name, Math.round((minimum + maximum) / 2)]),
		);
		this.#board = new Board(sensors, this);
		const { config, outboxes = [config.outbox] } = options;
		this.#configs = outboxes.map((outbox) => ({ ...config, outbox }));
	}

	/** The configuration of its present start, or of the next one while it has no power. */
	get config(): Config {
		const starts = this.hasPower ? this.#starts - 1 : this.#starts;
		return this.#configs[starts % this.#configs.length] as Config;
	}

	/** Whether each start has the configuration of the first one. */
	get isConstant(): boolean {
		return this.#configs.length === 1;
	}

	readingOf(sensor: string): number {
		return this.readings.get(sensor) as number;
	}

	/** The device reads a sensor. */
	measure(sensor: string): number {
		const value = this.readingOf(sensor);
		if (this.#isSampling && sensor === "light") this.#isSampling = false;
		else if (this.hasPower) this.#options.onMeasured(sensor, value, this.#date());
		return value;
	}

	/** Whether the LED is lit. */
	get led(): boolean {
		return this.#led === true;
	}

	get link(): LinkState {
		return this.#link;
	}

	get hasPower(): boolean {
		return this.#power !== undefined;
	}

	/** How many of its timers are running. */
	get timers(): number {
		return this.#timers?.count ?? 0;
	}

	/** Switches the device on. Nothing happens when it is on. */
	switchOn(): void {
		if (this.#power !== undefined) return;
		const { clock, network, random, ticks, report, onRead, onWritten, onRestart, hasKeyValue } =
			this.#options;
		const power = new Power(() => this.storage.settle());
		const timers = new Timers(clock, power);
		this.#starts++;
		this.#power = power;
		const { config } = this;
		this.#timers = timers;
		this.storage.hasPower = true;
		this.#isSampling = false;
		const host = hostOf({
			...{ clock, network, access: this.access, storage: this.storage, random, power, timers, ticks },
			onRead: (messages) => onRead(messages, this.#date()),
			...{ hasKeyValue, onWritten, receiveBuffer: config.mqtt.receiveBuffer },
			hasTls: config.broker.protocol === "mqtts",
			board: this.#board,
			date: () => this.#date(),
			restart: () => {
				// Before a chip resets itself, what it stores is stored.
				this.storage.settle();
				onRestart();
			},
			report: (event) => {
				if (event.event === "link") this.#link = event.state;
				if (event.event === "command") this.#isSampling = event.payload.sample === true;
				report(event);
			},
		});
		const start = (on: Host) => startNightlight(on, config);
		const recorded = this.#options.recorder?.device(host, config);
		this.#recorded = recorded;
		power.turn(() => (recorded === undefined ? start(host) : recorded.start(start)));
	}

	/** The power goes. */
	cutPower(): void {
		if (this.#power === undefined) return;
		this.#power.isOn = false;
		this.#power = undefined;
		this.#recorded?.powerOff();
		this.#recorded = undefined;
		this.#timers = undefined;
		this.#led = undefined;
		this.#link = "offline";
		this.storage.hasPower = false;
		for (const connection of [...this.access.connections]) connection.vanish();
	}

	/** What its wall clock shows, in milliseconds since 1970; `undefined` while it is not set. */
	#date(): number | undefined {
		const { date, clock } = this.#options;
		return date === undefined ? undefined : date + clock.elapsed + this.clockError;
	}

	setLed(on: boolean | undefined): void {
		// Firmware may end its turn after the power has gone in it.
		if (this.hasPower) this.#led = on;
	}
}
