import type { Config } from "../../../firmware/config.js";
import type { DeviceEvent } from "../../../firmware/events.js";
import { topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import {
	deviceOf,
	type Invariant,
	isGivenUp,
	ON_ITS_WAY,
	type TakenMessage,
	Violation,
	type WorldView,
} from "./invariant.js";
import { hasOutbox } from "./outboxes.js";
import { StorageHealth } from "./storage-health.js";

/** A telemetry message that a device handed over for sending. */
interface Promised {
	readonly payload: string;
	readonly time: number;
	/** The storage failed before the message was delivered: without power it may be lost. */
	isAtRisk: boolean;
	/** The broker left answers out meanwhile: it releases messages with QoS 2 in the order of its PUBRECs. */
	isUnordered: boolean;
	/**
	 * It may be missing: the power went before it was safe, it was given up, or the storage could not be read when
	 * the power came, and it waits for the next time.
	 */
	isExcused: boolean;
	/** How many connections there had been. */
	readonly connections: number;
}

/** At least so many of the payloads taken are remembered: many times what a session has under way. */
const REMEMBERED = 1000;

/** One device's messages. */
class Ledger {
	readonly #name: string;
	readonly #id: string;
	readonly #qos: 0 | 1 | 2;
	/** Connections after which a message is given up. */
	readonly #attempts: number;
	/** Whether messages are kept until they arrive; if not, each comes once at most. */
	readonly #isKept: boolean;
	/** Those not yet taken, oldest first; a payload has the time of measurement, so none is like another. */
	#open: Promised[] = [];
	/** The last payloads taken, each with when it was promised, for those taken twice. */
	#taken = new Map<string, number>();
	#takenBefore: ReadonlyMap<string, number> = new Map();
	readonly #storage = new StorageHealth();
	#storageHasFailed = false;
	/** For so many reasons the broker leaves answers out. */
	#answersFail = 0;
	/** In the turn in which the power went, a message may have been stored and not told. */
	#hasLostPower = false;
	#isMistaken = false;
	/** A broker that forgot, or a storage that failed, may have what was promised until then sent twice with QoS 2. */
	#repeatsUntil = -1;
	/** Connections so far. */
	#connections = 0;

	constructor(name: string, { id, telemetry, mqtt }: Config) {
		this.#name = name;
		this.#id = id;
		this.#qos = telemetry.qos;
		this.#attempts = mqtt.attempts;
		this.#isKept = telemetry.qos > 0 && !mqtt.cleanSession;
	}

	connected(): void {
		this.#connections++;
	}

	/** The device tells of itself. */
	tell(time: number, event: DeviceEvent): void {
		if (event.event === "telemetry") this.promise(time, JSON.stringify(event.payload));
		if (event.event === "storage") this.storageFailed(time);
		if (event.event === "refused" && isGivenUp(event.code)) this.givenUp(event.payload);
	}

	promise(time: number, payload: string): void {
		this.#open.push({
			payload,
			time,
			isAtRisk: this.#storage.isUnsafe,
			isUnordered: this.#answersFail > 0,
			isExcused: !this.#isKept && this.#qos !== 1,
			connections: this.#connections,
		});
	}

	storageFailed(time: number): void {
		this.#storageHasFailed = true;
		this.#repeatsUntil = time;
		if (this.#storage.failed(time)) this.#cannotRead();
		for (const message of this.#open) message.isAtRisk = true;
	}

	/** The storage could not be read when the power came. */
	#cannotRead(): void {
		this.#mayBeMistaken(this.#open.length > 0);
		for (const message of this.#open) message.isExcused = true;
	}

	/** With QoS 2 the broker may keep the id of a message that nobody knows of, and take a later one for it. */
	#mayBeMistaken(isForgotten: boolean): void {
		this.#isMistaken ||= this.#qos === 2 && isForgotten;
	}

	powerCame(time: number): void {
		this.#storage.powerCame(time);
	}

	storageWorks(): void {
		this.#storage.works();
	}

	/** The broker begins to leave answers out, or does not any more for this reason. */
	answersFailed(fail: boolean): void {
		this.#answersFail += fail ? 1 : -1;
		for (const message of this.#open) message.isUnordered = true;
	}

	/** The power went: what was promised in this very turn was not safe yet. */
	powerLost(time: number): void {
		this.#hasLostPower = true;
		this.#mayBeMistaken(this.#open.some(({ isAtRisk }) => isAtRisk));
		for (const message of this.#open) {
			if (message.isAtRisk || message.time === time || !this.#isKept) message.isExcused = true;
		}
	}

	/** The broker took a message for an old one: rightly, if the device forgot that one with its power. */
	mistook(payload: string): void {
		if (!this.#storageHasFailed || !this.#hasLostPower) return;
		for (const message of this.#open) if (message.payload === payload) message.isExcused = true;
	}

	/** The broker forgot: with QoS 2 also what it had acknowledged and not released. */
	brokerForgot(time: number): void {
		this.#repeatsUntil = time;
		if (this.#qos === 2) for (const message of this.#open) message.isExcused = true;
	}

	/** A message was given up, and told so. */
	givenUp(payload: string): void {
		for (const message of this.#open) {
			if (!message.payload.startsWith(payload)) continue;
			const tries = this.#connections - message.connections;
			if (this.#isKept && tries < this.#attempts)
				this.#fail(`${payload} was given up after ${tries} connections`);
			message.isExcused = true;
		}
	}

	take(time: number, payload: string): void {
		if (this.#isMistaken) return;
		const at = this.#open.findIndex((message) => message.payload === payload);
		if (at < 0) {
			const promised = this.#taken.get(payload) ?? this.#takenBefore.get(payload);
			if (promised !== undefined) {
				this.#repeated(time, payload, promised);
			} else if (this.#hasLostPower) {
				this.#remember(payload, time);
			} else {
				this.#fail(`${payload} came, which was never promised`);
			}
			return;
		}
		const older = at > 0 ? this.#open.slice(0, at) : [];
		const skipped = older.find(({ isExcused, isUnordered }) => !isExcused && !isUnordered);
		if (skipped !== undefined) this.#fail(`${payload} came before ${skipped.payload}, which is older`);
		// What was excused and older will not come any more, or comes out of order rightly.
		const [taken] = this.#open.splice(at, 1);
		this.#remember(payload, (taken as Promised).time);
		if (!this.#isKept) this.#drop(older);
	}

	/** What is older than a message that has come will not come any more, when nothing is kept. */
	#drop(older: readonly Promised[]): void {
		for (const { payload, time, isUnordered } of older) if (!isUnordered) this.#remember(payload, time);
		this.#open = this.#open.filter((message) => message.isUnordered || !older.includes(message));
	}

	/** A message came that had come before, or before which a later one had come. @param promised when it was promised */
	#repeated(time: number, payload: string, promised: number): void {
		if (!this.#isKept) this.#fail(`${payload} came twice or too late (${time} ms)`);
		if (this.#qos < 2 || promised <= this.#repeatsUntil) return;
		this.#fail(`${payload} came twice with QoS 2 (${time} ms)`);
	}

	#remember(payload: string, promised: number): void {
		if (this.#taken.size >= REMEMBERED) {
			this.#takenBefore = this.#taken;
			this.#taken = new Map();
		}
		this.#taken.set(payload, promised);
	}

	/** All that was promised until then must have come. */
	settle(until: number): void {
		if (this.#isMistaken) return;
		const lost = this.#open.find(({ isExcused, time }) => !isExcused && time <= until);
		if (lost !== undefined) this.#fail(`${lost.payload}, promised at ${lost.time} ms, never came`);
	}

	#fail(message: string): never {
		throw new Violation(this.#name, `${this.#id}: ${message}`);
	}
}

/**
 * What a device hands over with QoS 1 or 2 in a persistent session arrives: in order, with QoS 2 once. All else
 * arrives in order, once at most; with QoS 1 the device says of which it does not know.
 */
export class Delivery implements Invariant {
	readonly name = "what was promised is neither lost nor doubled nor out of order";
	readonly #ledgers = new Map<string, Ledger>();
	readonly #byTopic = new Map<string, Ledger>();

	/**
	 * Devices with an outbox are not looked at (`kept.ts`).
	 * @param configs of the devices
	 * @param changing those whose outbox is another one from start to start
	 */
	constructor(configs: readonly Config[], changing: readonly string[] = []) {
		for (const config of configs) {
			if (config.telemetry.time === "none") continue;
			if (hasOutbox(config.outbox) || changing.includes(config.id)) continue;
			const ledger = new Ledger(this.name, config);
			this.#ledgers.set(config.id, ledger);
			this.#byTopic.set(topicsOf(config).telemetry ?? "", ledger);
		}
	}

	onEvent(time: number, event: WorldEvent): void {
		switch (event.source) {
			case "device":
				return this.#ledgers.get(event.device)?.tell(time, event);
			case "power":
				if (event.isOn) this.#ledgers.get(event.device)?.powerCame(time);
				else this.#ledgers.get(event.device)?.powerLost(time);
				return;
			case "broker":
				if (event.event === "exception" && event.excuses === "promise") {
					this.#ledgers.get(event.device)?.mistook(event.payload);
				}
				if (event.event === "connected") this.#ledgers.get(deviceOf(event.client) ?? "")?.connected();
				return;
			case "fault":
				return this.#onFault(time, event);
			default:
		}
	}

	#onFault(time: number, { fault, phase, target }: Extract<WorldEvent, { source: "fault" }>): void {
		if (fault === "storage" && phase === "end") this.#ledgers.get(target)?.storageWorks();
		if (fault === "lostAnswer") {
			for (const ledger of this.#ledgers.values()) ledger.answersFailed(phase === "begin");
		}
		if (fault === "amnesia" && phase === "begin")
			for (const ledger of this.#ledgers.values()) ledger.brokerForgot(time);
	}

	onTaken(time: number, message: TakenMessage): void {
		this.#byTopic.get(message.topic)?.take(time, message.payload);
	}

	end(world: WorldView): void {
		for (const ledger of this.#ledgers.values()) ledger.settle(world.time - ON_ITS_WAY);
	}
}
