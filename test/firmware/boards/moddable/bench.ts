import type {
	AccessPoint,
	Bench,
	Check,
	Radio,
} from "../../../../firmware/boards/moddable/selftest/bench.js";
import { createAnalog } from "../../../../host-sim/io/analog.js";
import { createDigital } from "../../../../host-sim/io/digital.js";
import { createFlash } from "../../../../host-sim/io/flash.js";
import { PinBoard } from "../../../../host-sim/io/pins.js";
import { VirtualClock } from "../../../support/virtual/clock.js";
import { seededRandom } from "../../../support/virtual/random.js";
import { VirtualStorage } from "../../../support/virtual/storage.js";

const LED = 2;
const LIGHT = 34;

/** What a radio is like. */
export interface RadioTraits {
	readonly MAC?: string | undefined;
	/** What a scan finds, in dBm; `refused` throws, `endless` never completes. */
	readonly scan?: readonly number[] | "refused" | "endless";
}

/** A radio that answers a scan a second later. */
export const radioOf = ({ MAC, scan = [] }: RadioTraits, clock: VirtualClock, open: Set<object>) =>
	class implements Radio {
		readonly connection = 200;
		readonly MAC = MAC;

		constructor() {
			open.add(this);
		}

		connect(): void {}
		disconnect(): void {}

		scan({ onFound, onComplete }: { onFound: (found: AccessPoint) => void; onComplete: () => void }): void {
			if (scan === "refused") throw new Error("scan failed");
			if (scan === "endless") return;
			clock.post(() => {
				for (const RSSI of scan) onFound({ RSSI });
				onComplete();
			}, 1000);
		}

		close(): void {
			open.delete(this);
		}
	};

/** An ESP32 in virtual time, over the simulator's IO. */
export class TestBench {
	readonly clock = new VirtualClock(2 ** 32 - 500);
	readonly storage = new VirtualStorage();
	readonly pins = new PinBoard([LED]);
	/** Radios in use. */
	readonly radios = new Set<object>();
	readonly lines: string[] = [];
	/** The levels of the LED's pin, each with its time. */
	readonly levels: [time: number, level: number][] = [];
	readonly bench: Bench;

	/** @param light as a fraction of the range */
	constructor(changes: Partial<Bench> = {}, light = 0.45) {
		this.pins.analog(LIGHT, () => light);
		this.pins.onDigital(LED, (level) => this.levels.push([this.clock.elapsed, level]));
		this.bench = {
			board: "esp32",
			version: "1.2.3",
			sdk: "8.2.3",
			Analog: createAnalog(this.pins, { resolution: 12 }),
			Digital: createDigital(this.pins),
			pin: { led: LED, light: LIGHT },
			keyValue: this.storage,
			flash: createFlash(),
			WiFi: this.radio({ MAC: "24:6f:28:01:02:03", scan: [-70, -48] }),
			timer: this.clock,
			// As the chip's: signed.
			ticks: () => this.clock.now() | 0,
			date: () => this.clock.elapsed,
			random: seededRandom(1),
			instrument: (name) => (name === "System Free Memory" ? 180_000 : 4096),
			say: (line) => this.lines.push(line),
			...changes,
		};
	}

	radio(traits: RadioTraits): NonNullable<Bench["WiFi"]> {
		return radioOf(traits, this.clock, this.radios);
	}

	/** Lets time go by for what waits for it with promises. */
	advance(milliseconds: number): Promise<void> {
		return this.clock.advanceWith(() => new Promise(setImmediate), milliseconds);
	}
}

/** What a check finds within 20 s of virtual time: its character, verdict and words. */
export async function find(check: Check, board: TestBench, changes: Partial<Bench> = {}): Promise<string> {
	const result = Promise.resolve(check({ ...board.bench, ...changes }));
	// Awaited below, when time has gone by.
	result.catch(() => {});
	await board.advance(20_000);
	const { code, verdict, text } = await result;
	return `${code} ${verdict} ${text}`;
}
