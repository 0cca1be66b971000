import type { PacketView } from "./describe-packet.js";
import type { Lane, Rung } from "./protocol.js";

/** Rungs that are kept. */
const KEPT = 400;

/** So many more are dropped together: an array that loses its first element is copied. */
const SLACK = 100;

type PacketRung = Extract<Rung, { kind: "packet" }>;
type NoteRung = Extract<Rung, { kind: "note" }>;

/** The last packets and notes of one device, in order. */
export class Ladder {
	readonly #now: () => number;
	readonly #onRung: (rung: Rung) => void;
	#rungs: Rung[] = [];
	#last = 0;

	/**
	 * @param now milliseconds since 1970
	 * @param onRung hears of each rung, and again of one that has changed
	 */
	constructor(now: () => number, onRung: (rung: Rung) => void) {
		this.#now = now;
		this.#onRung = onRung;
	}

	/** Oldest first. */
	get rungs(): readonly Rung[] {
		return this.#rungs.slice(-KEPT);
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
		if (this.#rungs.length > KEPT + SLACK) this.#rungs = this.#rungs.slice(-KEPT);
		this.#onRung(rung);
	}
}
