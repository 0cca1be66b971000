import { type Bench, bad, good, pause, type Result } from "./bench.js";

/** Milliseconds: of the timer; how early and how late it may be; how far the two clocks may be apart. */
const WAIT = 1000;
const EARLY = 10;
const LATE = 200;
const APART = 20;

/** Whether a timer takes as long as it should, by both of the clocks that the firmware reads. */
export async function checkClock(bench: Bench): Promise<Result> {
	const ticks = bench.ticks();
	const date = bench.date();
	await pause(bench, WAIT);
	// Ticks wrap at 32 bits.
	const byTicks = (bench.ticks() - ticks) | 0;
	const byDate = Math.round(bench.date() - date);
	const text = `a timer of ${WAIT} ms took ${byTicks} ms by ticks, ${byDate} ms by Date`;
	if (byTicks === 0) return bad("0", text);
	if (Math.abs(byTicks - byDate) > APART) return bad("D", text);
	if (byTicks < WAIT - EARLY) return bad("F", text);
	return byTicks > WAIT + LATE ? bad("S", text) : good("1", text);
}

/** How many numbers are drawn. */
const DRAWN = 100;

/** Whether random numbers are in range and differ; its first one should be another at each start. */
export function checkRandom(bench: Bench): Result {
	const drawn: number[] = [];
	for (let count = 0; count < DRAWN; count++) drawn.push(bench.random());
	const [first = Number.NaN] = drawn;
	const outside = drawn.find((number) => !(number >= 0 && number < 1));
	if (outside !== undefined) return bad("X", `${outside} is not from 0 to 1`);
	const different = new Set(drawn).size;
	const text = `${different} of ${DRAWN} differ, the first is ${first.toFixed(6)}`;
	if (different === DRAWN) return good("1", text);
	return bad(different === 1 ? "0" : "D", text);
}
