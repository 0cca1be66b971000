import type { Config } from "../../../firmware/config.js";
import type { Message } from "../../../server/action.js";
import type { ServerEvent } from "../../../server/events.js";
import type { Rule } from "../../../server/rule.js";
import { NOBODY, SOMEBODY } from "../stranger.js";
import { textOf } from "../text.js";
import { type DeviceTopics, topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import { type Invariant, Violation, type WorldView } from "./invariant.js";
import { type Expected, Numbers } from "./numbers.js";
import { readSaid } from "./said-reading.js";

/** What becomes of what is no reading. */
const REFUSED: readonly ServerEvent["event"][] = ["refused"];

/**
 * What becomes of every message that the server reads is told before it reads on, and counted. Nothing that
 * comes on nobody's topics is a reading, and all else is; one that the broker kept is an old one. The answer
 * goes to the device whose reading it is, and says what the rule says.
 */
export class Answered implements Invariant {
	readonly name = "the server answers every reading, and refuses all else";
	#messages = 0;
	#refused = 0;
	#commands = 0;
	readonly #numbers = new Numbers();
	/** What it read last. */
	#message: Message | undefined;
	/** What it is to tell of that, and how much of it was told. */
	#wanted: readonly ServerEvent["event"][] = [];
	#told = 0;
	/** By the topic of a reading, the one on which it is answered; and the topics of nobody. */
	readonly #answers = new Map<string, string>();
	readonly #nobodys: readonly (string | undefined)[];
	/** The light of the reading that it answers. */
	#light = 0;
	readonly #rule: Rule;
	/** The topics of devices that were last told to be on. */
	readonly #lit = new Set<string>();

	/** @param configs of the devices */
	constructor(configs: readonly Config[], rule: Rule) {
		this.#rule = rule;
		const [first] = configs;
		for (const config of configs) this.#add(topicsOf(config));
		if (first !== undefined) this.#add(topicsOf(first, SOMEBODY));
		this.#nobodys = first === undefined ? [] : [topicsOf(first, NOBODY).telemetry];
	}

	onServerRead(message: Message): void {
		this.#settle();
		if (!this.#isReading(message.topic)) return;
		const isRefused = message.retain || this.#nobodys.includes(message.topic);
		this.#messages++;
		if (isRefused) this.#refused++;
		this.#message = message;
		this.#wanted = isRefused ? REFUSED : this.#expected(message);
		if (this.#wanted.includes("sent")) this.#commands++;
		this.#told = 0;
	}

	onStored(): void {
		this.#numbers.stored();
	}

	onEvent(_time: number, event: WorldEvent): void {
		const isCrash = event.source === "fault" && event.fault === "serverCrash" && event.phase === "begin";
		if (!isCrash) return;
		this.#numbers.crashed();
		this.#lit.clear();
	}

	onServerTold(told: ServerEvent): void {
		const { event } = told;
		// What is acknowledged or fails to be is told when it is to be stored.
		if (event === "link" || event === "acknowledged" || event === "store" || event === "order") return;
		if (event === "refused" && !this.#isReading(told.topic)) return;
		const wanted = this.#wanted[this.#told++];
		if (event !== wanted) this.#fail(event, wanted);
		if (event === "received") this.#light = Number(told.payload.light);
		if (event === "sent") this.#compare(told.topic, told.payload.led_on);
	}

	check({ serverCounts: { messages, refused, commands } }: WorldView): void {
		this.#settle();
		const isRight = messages === this.#messages && refused === this.#refused && commands === this.#commands;
		if (isRight) return;
		throw new Violation(
			this.name,
			`of ${this.#messages} messages, of which ${this.#refused} are no reading and ${this.#commands} want a command, it counts ${messages}, ${refused} refused, ${commands} answered`,
		);
	}

	/** Whether messages on a topic are to be readings: there are orders, too. */
	#isReading(topic: string): boolean {
		return this.#answers.has(topic) || this.#nobodys.includes(topic);
	}

	#expected({ topic, payload }: Message): Expected["told"] {
		return this.#numbers.take(topic, readSaid(textOf(payload)) ?? {}).told;
	}

	#compare(topic: string, isOn: boolean): void {
		const from = this.#message?.topic ?? "";
		const { threshold, hysteresis } = this.#rule;
		const limit = this.#lit.has(from) ? threshold + hysteresis : threshold;
		if (isOn) this.#lit.add(from);
		else this.#lit.delete(from);
		if (topic === this.#answers.get(from) && isOn === this.#light < limit) return;
		throw new Violation(
			this.name,
			`it answered a light of ${this.#light} on ${from} with ${isOn ? "on" : "off"} on ${topic}`,
		);
	}

	#add({ telemetry, commands }: DeviceTopics): void {
		if (telemetry !== undefined && commands !== undefined) this.#answers.set(telemetry, commands);
	}

	#settle(): void {
		const wanted = this.#wanted[this.#told];
		if (wanted !== undefined) this.#fail("nothing", wanted);
	}

	#fail(told: string, wanted = "nothing"): never {
		const message = this.#message === undefined ? "no message" : `a message on ${this.#message.topic}`;
		throw new Violation(this.name, `it told "${told}" of ${message}, not "${wanted}"`);
	}
}
