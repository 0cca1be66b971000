import type { Config } from "../../../firmware/config.js";
import { topicsOf } from "../topics.js";
import type { WorldEvent } from "../trace.js";
import { type Invariant, type TakenMessage, Violation, type WorldView } from "./invariant.js";
import { Quiet } from "./quiet.js";
import type { OpenReading, Shelf } from "./shelf.js";

/** Milliseconds in which the first reading comes, and what a reading takes beside `drainInterval`. */
const AT_ONCE = 1000;
const EACH = 100;
/** Milliseconds in which a device tells what it dropped, and for answers that are waited for once. */
const SLACK = 3000;

/** In which server and device find out that their connection is dead, and a device tries its storage again. */
const RECOVERS = 60_000;
const STORAGE_RECOVERS = 20_000;

/** The wait for the server's answer becomes so many times as long. */
const MOST_PATIENCE = 16;

/** As many times as long a wait for the server takes, and one that is twice as long. */
const AGAIN = 3;

/**
 * With QoS 2 the broker takes the first message over at its PUBREL, behind the rest of the window: when these bytes
 * arrive in pieces, each message of it takes so many milliseconds longer.
 */
const IN_PIECES = EACH;

/** What waited as an outage ended. */
interface Drain {
	readonly since: number;
	readonly readings: readonly OpenReading[];
	/** By when the first one comes, if one must, and all have. */
	startBy: number;
	readonly endBy: number;
}

/** After an outage what waits is sent at once, and goes as fast as answers and `drainInterval` allow. */
export class Drained implements Invariant {
	readonly name = "what waited is sent at once, and as fast as it may be";
	readonly #shelves: ReadonlyMap<string, Shelf>;
	readonly #byTopic: ReadonlyMap<string, string>;
	readonly #quiet = new Quiet();
	readonly #online = new Set<string>();
	/** By device, when its storage last began or ceased to fail. */
	readonly #storage = new Map<string, number>();
	/** By device with QoS 2, how many messages go before the first PUBREL at most. */
	readonly #windows: ReadonlyMap<string, number>;
	/** By device, for how many reasons its bytes arrive in pieces. */
	readonly #splits = new Map<string, number>();
	#isServerOnline = false;
	/** By device. */
	readonly #drains = new Map<string, Drain>();

	/**
	 * @param configs of the devices
	 * @param shelves what each of them has to account for, kept by another invariant that hears of everything before
	 */
	constructor(configs: readonly Config[], shelves: ReadonlyMap<string, Shelf>) {
		this.#shelves = shelves;
		this.#byTopic = new Map(configs.map((config) => [topicsOf(config).telemetry ?? "", config.id]));
		const exact = configs.filter(({ telemetry }) => telemetry.qos === 2);
		this.#windows = new Map(exact.map(({ id, mqtt }) => [id, mqtt.inFlight]));
	}

	onTaken(time: number, { topic }: TakenMessage): void {
		const device = this.#byTopic.get(topic);
		const drain = device === undefined ? undefined : this.#drains.get(device);
		if (device === undefined || drain === undefined) return;
		this.#look(device, drain, time);
		drain.startBy = Number.POSITIVE_INFINITY;
	}

	onEvent(time: number, event: WorldEvent): void {
		const disturbed = this.#quiet.see(time, event);
		if (disturbed !== undefined) this.#interrupt(disturbed, time);
		if (event.source === "fault" && event.fault === "storage") this.#storage.set(event.target, time);
		if (event.source === "fault" && event.fault === "split")
			this.#split(event.target, event.phase === "begin");
		if (event.source === "power") {
			this.#online.delete(event.device);
			this.#interrupt(event.device, time);
		} else if (event.source === "device" && event.event === "link") {
			this.#interrupt(event.device, time);
			if (event.state !== "online") this.#online.delete(event.device);
			else if (!this.#online.has(event.device)) {
				this.#online.add(event.device);
				this.#begin(event.device, time, AT_ONCE);
			}
		} else if (event.source === "server" && event.event === "link") {
			this.#interrupt("server", time);
			this.#isServerOnline = event.state === "online";
			if (!this.#isServerOnline) return;
			for (const device of this.#online) {
				const { delivery, ackTimeout = 0 } = this.#shelves.get(device)?.outbox ?? {};
				if (delivery === "server") this.#begin(device, time, MOST_PATIENCE * ackTimeout + AT_ONCE, true);
			}
		}
	}

	check({ time }: WorldView): void {
		for (const [device, drain] of this.#drains) this.#look(device, drain, time);
	}

	/** The way is free: what waits is to be sent. */
	#begin(device: string, time: number, within: number, isServers = false): void {
		const shelf = this.#shelves.get(device);
		const outbox = shelf?.outbox;
		if (shelf === undefined || outbox === undefined) return;
		const { delivery, drainInterval, expires, ackTimeout } = outbox;
		// A device that was online before finds out as late as a server that its connection is dead.
		const finds = isServers ? RECOVERS : 0;
		if (!this.#quiet.isQuiet("broker", time) || !this.#quiet.isQuiet(device, time, finds)) return;
		if (time - (this.#storage.get(device) ?? Number.NEGATIVE_INFINITY) < STORAGE_RECOVERS) return;
		const recovers = isServers ? 0 : RECOVERS;
		if (delivery === "server" && !(this.#isServerOnline && this.#quiet.isQuiet("server", time, recovers)))
			return;
		const readings = [...shelf.open];
		if (readings.length <= shelf.dropped) return;
		const silent = shelf.isSilent ? ackTimeout : 0;
		const pieces = (this.#splits.get(device) ?? 0) > 0 ? this.#inPieces(device, readings.length) : 0;
		const startBy = expires === undefined ? time + within + silent + pieces : Number.POSITIVE_INFINITY;
		// What comes behind a gap is not taken, and is sent again when the answer does not come.
		const again = delivery === "server" ? AGAIN * ackTimeout : 0;
		const endBy = time + within + shelf.waiting * (drainInterval + EACH) + SLACK + again;
		this.#drains.set(device, { since: time, readings, startBy, endBy });
	}

	/** The bytes of a device begin, or cease, to arrive in pieces. */
	#split(device: string, isBegin: boolean): void {
		const splits = this.#splits.get(device) ?? 0;
		this.#splits.set(device, splits + (isBegin ? 1 : -1));
		const drain = this.#drains.get(device);
		if (isBegin && splits === 0 && drain !== undefined)
			drain.startBy += this.#inPieces(device, drain.readings.length);
	}

	/** Milliseconds by which the first message comes later when bytes arrive in pieces. */
	#inPieces(device: string, waiting: number): number {
		return Math.min(this.#windows.get(device) ?? 0, waiting) * IN_PIECES;
	}

	/** Something comes in between for somebody. */
	#interrupt(who: string, time: number): void {
		for (const [device, drain] of this.#drains) {
			const isServers = who === "server" && this.#shelves.get(device)?.outbox?.delivery === "server";
			if (who !== device && who !== "broker" && !isServers) continue;
			this.#look(device, drain, time);
			this.#drains.delete(device);
		}
	}

	#look(device: string, { since, readings, startBy, endBy }: Drain, time: number): void {
		if (time <= startBy && time <= endBy) return;
		const left =
			readings.filter(({ isSettled }) => !isSettled).length - (this.#shelves.get(device)?.dropped ?? 0);
		if (left <= 0) {
			this.#drains.delete(device);
			return;
		}
		const what = time > endBy ? `${left} of ${readings.length} readings still wait` : "nothing was sent";
		throw new Violation(
			this.name,
			`${device}: ${what} at ${time} ms, though nothing was wrong since ${since} ms`,
		);
	}
}
