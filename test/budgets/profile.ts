import { Bench, type QosLevel } from "./arm.js";

/** Where the image tells that a turn is over: what comes before it is the turn's. */
const TURN_OVER = "halTurnOver";
/** Waiting for bytes from outside, and looking how much of the stack was in use: no work of the firmware's. */
const LEFT_OUT = new Set(["uartRead", "sleep", "uartWork", "unusedCStack"]);
/** How often each step is taken. */
const TIMES = 12;
/** Functions that are shown of a step. */
const SHOWN = 25;

/** Counts instructions by function in what QEMU logs before each instruction. */
export class InstructionLog {
	#counts = new Map<string, number>();
	#turns = 0;
	#last = "";
	#rest = "";

	/** @param text lines `Trace 0: HOST [BASE/ADDRESS/FLAGS/MODE] FUNCTION` among others, cut anywhere */
	push(text: string): void {
		const lines = (this.#rest + text).split("\n");
		this.#rest = lines.pop() as string;
		for (const line of lines) {
			if (!line.startsWith("Trace ")) continue;
			const name = line.slice(line.lastIndexOf(" ") + 1) || "?";
			if (name === TURN_OVER && this.#last !== name) this.#turns++;
			this.#last = name;
			if (!LEFT_OUT.has(name)) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
		}
	}

	/** Turns that are over. */
	get turns(): number {
		return this.#turns;
	}

	/** Instructions by function since it was last asked, most first. */
	take(): [name: string, count: number][] {
		const counts = [...this.#counts].sort(([, one], [, other]) => other - one);
		this.#counts = new Map();
		return counts;
	}
}

/** A step's functions as lines for people: instructions of one time, their share, the name. */
export function profileLines(title: string, counts: readonly [string, number][], times: number): string[] {
	const total = counts.reduce((sum, [, count]) => sum + count, 0);
	const rows = counts.slice(0, SHOWN).map(([name, count]) => {
		const share = `${((100 * count) / total).toFixed(1)} %`;
		return `  ${String(Math.round(count / times)).padStart(9)} ${share.padStart(7)}  ${name}`;
	});
	return [`${title}: ${Math.round(total / times)} instructions`, ...rows];
}

/**
 * Shows by which functions of the engine and the board the instructions are taken: of a start, a reading and a command.
 * QEMU logs every instruction for it: it takes about a minute.
 */
export async function showProfile(): Promise<void> {
	for (const qos of [0, 1] as const) await profile(qos);
}

async function profile(qos: QosLevel): Promise<void> {
	const log = new InstructionLog();
	const bench = await Bench.start(qos, { countsInstructions: true, onTrace: (text) => log.push(text) });
	const show = async (step: string, times: number): Promise<void> => {
		await quiet(log);
		process.stdout.write(`${profileLines(`${step}, QoS ${qos}`, log.take(), times).join("\n")}\n`);
	};
	await bench.boot();
	await show("start to the first telemetry", 1);
	await bench.settle();
	await bench.device.collect();
	await quiet(log);
	log.take();
	for (let time = 0; time < TIMES; time++) await bench.telemetry();
	await show("telemetry", TIMES);
	for (let time = 0; time < TIMES; time++) await bench.command();
	await show("command", TIMES);
	await bench.stop();
}

/** The log comes behind what it tells of: waits until no turn comes any more. */
async function quiet(log: InstructionLog): Promise<void> {
	for (let before = -1; before !== log.turns; ) {
		before = log.turns;
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
}
