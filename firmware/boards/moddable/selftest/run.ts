import { type Bench, bad, type Check, pause, type Result, reasonOf } from "./bench.js";
import { checkClock, checkRandom } from "./check-clock.js";
import { checkEngine, checkHeap, checkMemory } from "./check-engine.js";
import { checkFlash } from "./check-flash.js";
import { checkLed, checkLight } from "./check-pins.js";
import { checkNetworks, checkRadio } from "./check-radio.js";
import { checkStorage } from "./check-storage.js";
import { writeCode } from "./code.js";
import { Stages } from "./stages.js";

/** The form of the code: the Moddable SDK's self-test, its first version. */
const FORM = "MS1";

const entry = (name: string, check: Check): { readonly name: string; readonly check: Check } =>
	Object.freeze({ name, check });

/** In the order of the code's characters. */
const PLAN = Object.freeze([
	entry("engine", checkEngine),
	entry("heap", checkHeap),
	entry("memory", checkMemory),
	entry("clock", checkClock),
	entry("light", checkLight),
	entry("LED", checkLed),
	entry("storage", checkStorage),
	entry("flash", checkFlash),
	entry("radio", checkRadio),
	entry("networks", checkNetworks),
	entry("random", checkRandom),
]);

/** Milliseconds: that a check may take; between two rounds. */
const LIMIT = 30_000;
const INTERVAL = 10_000;

const VERDICTS = Object.freeze({ good: "good", bad: "BAD ", none: "none" });

/** Makes a check; resolves with its result, whatever happens in it, within the limit. */
const make = (bench: Bench, check: Check): Promise<Result> =>
	new Promise((resolve) => {
		let hasEnded = false;
		const end = (result: Result): void => {
			if (hasEnded) return;
			hasEnded = true;
			resolve(result);
		};
		const deadline = bench.timer.set(() => end(bad("H", `it did not end within ${LIMIT / 1000} s`)), LIMIT);
		Promise.resolve()
			.then(() => check(bench))
			.catch((error: unknown) => bad("X", reasonOf(error)))
			.then((result) => {
				if (!hasEnded) bench.timer.clear(deadline);
				end(result);
			});
	});

/** Makes all checks, one after the other, each with a line in the log, and says the code. */
async function makeRound(bench: Bench, stages: Stages): Promise<void> {
	bench.say(`Self-test ${bench.version}`);
	let code = "";
	let failure: string | undefined;
	for (const [index, { name, check }] of PLAN.entries()) {
		let result = bad("H", "left out: the program ended in it twice");
		if (!stages.isLeftOut(index)) {
			stages.begin(index);
			result = await make(bench, check);
		}
		const label = `${String(index + 1).padStart(2)} ${name.padEnd(8)}`;
		bench.say(`${label} ${VERDICTS[result.verdict]}  ${result.text}`);
		code += result.code;
		if (result.verdict === "bad") failure ??= `${index + 1} ${name}`;
	}
	stages.complete();
	bench.say(writeCode(FORM, code));
	bench.say(failure === undefined ? "All is good" : `First failure: ${failure}`);
}

/** Makes all checks again and again, so that whoever opens the log late sees them too; never resolves. */
export async function runSelftest(bench: Bench): Promise<never> {
	const stages = new Stages(bench.keyValue);
	for (;;) {
		await makeRound(bench, stages);
		await pause(bench, INTERVAL);
	}
}
