import type { Config } from "../../../firmware/config.js";
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
import { StorageHealth } from "./storage-health.js";

/**
 * How a message begins that can be told from all others: no device knows such a command, so each refuses it
 * and shows it, and a number follows that no other message has.
 */
export const UNKNOWN = '{"unknown":';

/** A message to a device. */
interface Sent {
	readonly payload: string;
	readonly time: number;
	/** With which it is delivered. */
	readonly qos: 1 | 2;
	/** When it was told last. */
	toldAt: number | undefined;
	/** It was told while the storage failed: without power the device may not know that it came. */
	isDoubtful: boolean;
	/** It may be missing. */
	isExcused: boolean;
}

/** One device's messages with QoS 1 or 2 in a persistent session. */
class Inbox {
	readonly #name: string;
	readonly #id: string;
	readonly #qos: 0 | 1 | 2;
	/** By payload, all there were. */
	readonly #sent = new Map<string, Sent>();
	/** Those not told yet, oldest first. */
	#open: Sent[] = [];
	/** Whether the broker has a session of the device. */
	#hasSession = false;
	/** Whether the broker has its subscription: the device has told of a message in this session. */
	#isSubscribed = false;
	readonly #storage = new StorageHealth();
	/** The storage may have kept ids that should have been removed. */
	#keepsIds = false;
	/** The broker has forgotten since, and begins with its ids anew. */
	#idsComeAgain = false;
	/** The power went since: a message with such an id is taken for the old one. */
	#isMistaken = false;

	constructor(name: string, { id, commands }: Config) {
		this.#name = name;
		this.#id = id;
		this.#qos = commands.qos;
	}

	taken(time: number, { payload, qos, retain }: TakenMessage): void {
		// What is retained comes again with each subscription.
		if (retain || qos === 0 || !payload.startsWith(UNKNOWN)) return;
		const isExcused = !this.#isSubscribed;
		const delivered = Math.min(qos, this.#qos) as 1 | 2;
		const sent: Sent = { payload, time, qos: delivered, toldAt: undefined, isDoubtful: false, isExcused };
		this.#sent.set(payload, sent);
		this.#open.push(sent);
	}

	/** The device told of a message. @param payload what it refused */
	told(time: number, payload: string): void {
		// What comes when the broker has forgotten was on its way before.
		this.#isSubscribed = this.#hasSession;
		const sent = this.#sent.get(payload);
		if (sent === undefined) return;
		if (sent.toldAt !== undefined && sent.qos === 2) this.#fail(`${payload} came twice with QoS 2`);
		sent.toldAt = time;
		sent.isDoubtful ||= this.#storage.isUnsafe;
		const at = this.#open.indexOf(sent);
		if (at < 0) return;
		for (let index = 0; index < at; index++) {
			const earlier = this.#open[index] as Sent;
			if (this.#mayBeMissing(earlier) || earlier.qos !== sent.qos) continue;
			this.#fail(`${payload} came before ${earlier.payload}, which is older`);
		}
		this.#open.splice(at, 1);
	}

	/** The broker had no room for the last message. */
	dropped(): void {
		const last = this.#open.at(-1);
		if (last !== undefined) last.isExcused = true;
	}

	/** The broker begins a session, which it may have had to forget before. */
	begun(): void {
		this.#hasSession = true;
		this.#isSubscribed = false;
	}

	brokerForgot(): void {
		this.#hasSession = false;
		this.#isSubscribed = false;
		this.#idsComeAgain = this.#keepsIds;
		for (const sent of this.#open) sent.isExcused = true;
	}

	storageFailed(time: number): void {
		this.#keepsIds = true;
		for (const sent of this.#sent.values()) if (sent.toldAt === time) sent.isDoubtful = true;
		if (!this.#storage.failed(time)) return;
		for (const sent of this.#sent.values()) sent.toldAt = undefined;
	}

	storageWorks(): void {
		this.#storage.works();
	}

	powerCame(time: number): void {
		this.#storage.powerCame(time);
	}

	/** The power went: what was told in this very turn is not known to have come. */
	powerLost(time: number): void {
		this.#isMistaken ||= this.#idsComeAgain;
		for (const sent of this.#sent.values()) {
			if (sent.toldAt === time || sent.isDoubtful) sent.toldAt = undefined;
		}
	}

	/** All that was sent until then must have come. */
	settle(until: number): void {
		for (const sent of this.#open) {
			const { payload, time, qos } = sent;
			if (time > until || this.#mayBeMissing(sent)) continue;
			this.#fail(`${payload}, sent with QoS ${qos} at ${time} ms, never came`);
		}
	}

	#mayBeMissing({ isExcused, qos }: Sent): boolean {
		return isExcused || (qos === 2 && this.#isMistaken);
	}

	#fail(message: string): never {
		throw new Violation(this.#name, `${this.#id}: ${message}`);
	}
}

/** What is sent to a device with QoS 1 or 2 in a persistent session arrives: in order, with QoS 2 once. */
export class CommandsArrive implements Invariant {
	readonly name = "what is sent to a device is neither lost nor doubled nor out of order";
	readonly #inboxes = new Map<string, Inbox>();
	readonly #byTopic = new Map<string, Inbox>();

	/** @param configs of the devices */
	constructor(configs: readonly Config[]) {
		for (const config of configs) {
			if (config.commands.qos === 0 || config.mqtt.cleanSession) continue;
			const inbox = new Inbox(this.name, config);
			this.#inboxes.set(config.id, inbox);
			this.#byTopic.set(topicsOf(config).commands ?? "", inbox);
		}
	}

	onEvent(time: number, event: WorldEvent): void {
		if (event.source === "device") {
			const inbox = this.#inboxes.get(event.device);
			if (event.event === "command") inbox?.told(time, "");
			if (event.event === "refused" && !isGivenUp(event.code)) inbox?.told(time, event.payload);
			if (event.event === "storage") inbox?.storageFailed(time);
		} else if (event.source === "power") {
			const inbox = this.#inboxes.get(event.device);
			if (event.isOn) inbox?.powerCame(time);
			else inbox?.powerLost(time);
		} else if (event.source === "fault" && event.fault === "storage" && event.phase === "end") {
			this.#inboxes.get(event.target)?.storageWorks();
		} else if (event.source === "fault" && event.fault === "amnesia" && event.phase === "begin") {
			for (const inbox of this.#inboxes.values()) inbox.brokerForgot();
		} else if (event.source === "broker") {
			if (event.event === "connected" && !event.sessionPresent) this.#inboxOf(event.client)?.begun();
			if (event.event === "dropped") this.#inboxOf(event.client)?.dropped();
		}
	}

	onTaken(time: number, message: TakenMessage): void {
		this.#byTopic.get(message.topic)?.taken(time, message);
	}

	end(world: WorldView): void {
		for (const inbox of this.#inboxes.values()) inbox.settle(world.time - ON_ITS_WAY);
	}

	#inboxOf(client: string): Inbox | undefined {
		return this.#inboxes.get(deviceOf(client) ?? "");
	}
}
