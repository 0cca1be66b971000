import type { Config } from "../../../firmware/config.js";
import type { Message } from "../../../server/action.js";
import type { ServerEvent } from "../../../server/events.js";
import type { Row } from "../../../server/store/store.js";
import { textOf } from "../text.js";
import { topicsOf } from "../topics.js";
import { type Invariant, type Measured, type TakenMessage, Violation } from "./invariant.js";
import { readSaid, type SaidReading } from "./said-reading.js";

/** What is known of a stream. */
interface Stream {
	/** The number stored last. */
	last: number;
	/** Up to here a number is stored, or the device has said that it never comes. */
	answered: number;
	/** By number, what it names. */
	readonly names: Map<number, string>;
}

/** What tells a reading from all others of its device. */
const keyOf = ({ time, date = time, light }: SaidReading & { readonly date?: number }): string =>
	`${light} at ${date}`;

/**
 * Numbered readings are in the server's store in the order of their numbers, each once, and as the device measured them;
 * an answer comes when they are stored. Numbers of a stream grow with the readings, and each names one.
 */
export class StoredOnce implements Invariant {
	readonly name = "the server stores numbered readings once, in order and as they were measured";
	readonly #streams = new Map<string, Stream>();
	/** By topic, the device; by device, what it measured. */
	readonly #devices = new Map<string, string>();
	readonly #measured = new Map<string, Set<string>>();

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		for (const config of configs) {
			if (config.telemetry.time !== "unix") continue;
			this.#devices.set(topicsOf(config).telemetry ?? "", config.id);
			this.#measured.set(config.id, new Set());
		}
	}

	onMeasured(device: string, { light, date }: Measured): void {
		this.#measured.get(device)?.add(keyOf({ light, date }));
	}

	onTaken(_time: number, { topic, payload }: TakenMessage): void {
		const device = this.#devices.get(topic);
		const said = device === undefined ? undefined : readSaid(payload);
		if (device !== undefined && said?.seq !== undefined) this.#name(device, said);
	}

	onServerRead({ topic, payload }: Message): void {
		const device = this.#devices.get(topic);
		const said = device === undefined ? undefined : readSaid(textOf(payload));
		if (device === undefined || said?.base === undefined) return;
		const stream = this.#stream(device, said.stream);
		stream.answered = Math.max(stream.answered, said.base - 1);
	}

	onStored(rows: readonly Row[]): void {
		for (const { device, stream: name, seq, payload } of rows) {
			if (seq === undefined || !this.#measured.has(device)) continue;
			const stream = this.#stream(device, name);
			if (seq <= stream.last) this.#fail(device, `${seq} of ${name} was stored after ${stream.last}`);
			stream.last = seq;
			stream.answered = Math.max(stream.answered, seq);
			const said = readSaid(payload);
			if (said?.seq !== seq || said.stream !== name)
				this.#fail(device, `stored ${payload} as ${seq} of ${name}`);
			this.#name(device, said);
		}
	}

	onServerTold(event: ServerEvent): void {
		if (event.event !== "acknowledged" || !this.#measured.has(event.device)) return;
		const { device, stream, through } = event;
		const { answered } = this.#stream(device, stream);
		if (through > answered) this.#fail(device, `was told of ${through} of ${stream}, stored to ${answered}`);
	}

	/** A number names a reading. */
	#name(device: string, said: SaidReading): void {
		const { names } = this.#stream(device, said.stream);
		const seq = said.seq as number;
		const key = keyOf(said);
		const known = names.get(seq);
		if (known !== undefined && known !== key) this.#fail(device, `number ${seq} names ${known} and ${key}`);
		if (!this.#measured.get(device)?.has(key))
			this.#fail(device, `number ${seq} names ${key}, never measured`);
		names.set(seq, key);
	}

	#stream(device: string, name: string | undefined): Stream {
		const key = `${device} ${name}`;
		const stream = this.#streams.get(key) ?? { last: 0, answered: 0, names: new Map() };
		this.#streams.set(key, stream);
		return stream;
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}
