import type { PacketView } from "./describe-packet.js";
import type { Lane, Rung } from "./protocol.js";

/** Rungs that are kept of a device at most and at least, and of all devices together. */
const KEPT = Object.freeze({ most: 400, least: 100, together: 40_000 });

/** How many rungs are kept of each of so many devices. */
export const keptOf = (devices: number): number =>
	Math.max(KEPT.least, Math.min(KEPT.most, Math.floor(KEPT.together / devices)));

/** So many times as many are there before the oldest are dropped: an array that loses its first element is copied. */
const SLACK = 1.25;

type PacketRung = Extract<Rung, { kind: "packet" }>;
type NoteRung = Extract<Rung, { kind: "note" }>;

/** The last packets and notes of one device, in order. */
export class Ladder {
	readonly #now: () => number;
	readonly #onRung: (rung: Rung) => void;
	readonly #kept: () => number;
	#rungs: Rung[] = [];
	#last = 0;

	/**
	 * @param now milliseconds since 1970
	 * @param onRung hears of each rung, and again of one that has changed
	 * @param kept how many rungs are kept
	 */
	constructor(now: () => number, onRung: (rung: Rung) => void, kept: () => number) {
		this.#now = now;
		this.#onRung = onRung;
		this.#kept = kept;
	}

	/** Oldest first. */
	get rungs(): readonly Rung[] {
		return this.#rungs.slice(-this.#kept());
	}

	packet(from: Lane, to: Lane, view: PacketView): void {
		this.#add({ n: ++this.#last, t: this.#now(), kind: "packet", from, to, ...view });
	}

	note(lane: Lane, text: string, tone: NoteRung["tone"]): void {
		this.#add({ n: ++this.#last, t: this.#now(), kind: "note", lane, text, tone });
	}

	/**
	 * Says of the last packet that fits why it is refused; of none, if there is no such packet among the
	 * last ones. Returns whether there was one.
	 */
	refuse(fits: (packet: PacketRung) => boolean, reason: string): boolean {
		for (let index = this.#rungs.length - 1; index >= 0; index--) {
			const rung = this.#rungs[index] as Rung;
			if (rung.kind !== "packet" || rung.refused !== undefined || !fits(rung)) continue;
			const refused = { ...rung, refused: reason };
			this.#rungs[index] = refused;
			this.#onRung(refused);
			return true;
		}
		return false;
	}

	#add(rung: Rung): void {
		this.#rungs.push(rung);
		const kept = this.#kept();
		if (this.#rungs.length > kept * SLACK) this.#rungs = this.#rungs.slice(-kept);
		this.#onRung(rung);
	}
}
