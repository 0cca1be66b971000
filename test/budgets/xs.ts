import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { xsWorker } from "../../host-sim/engines/xs/build-worker.js";
import { XsWorker } from "../../host-sim/engines/xs/worker.js";

/** What a step costs on XS: steps of the interpreter, and slots allocated. Exact, on every machine. */
export interface Cost {
	readonly compute: number;
	readonly slots: number;
}

export interface XsBudgets {
	/** From the start of the device to the first telemetry message. */
	readonly boot: Cost;
	readonly telemetryQos0: Cost;
	/** With its acknowledgement. */
	readonly telemetryQos1: Cost;
	/** A command that switches the LED, and the state that is published then. */
	readonly command: Cost;
	/** Slots in use when connected, above the loaded modules without a device. */
	readonly live: number;
	/** Slots more in use after 10,000 telemetry and command cycles. */
	readonly growth: number;
	/** Slots more in use after 500 commands with names that were never seen before. */
	readonly growthOfStrangers: number;
}

/** Runs the firmware through its steps in XS. */
export async function measureXs(): Promise<XsBudgets> {
	const [qos0, qos1] = [await measure(0), await measure(1)];
	return {
		boot: qos0.boot,
		telemetryQos0: qos0.telemetry,
		telemetryQos1: qos1.telemetry,
		command: qos0.command,
		live: qos0.live,
		growth: Math.max(qos0.growth, qos1.growth),
		growthOfStrangers: qos0.growthOfStrangers,
	};
}

async function measure(qos: number) {
	const script = await bundle();
	const worker = new XsWorker(
		await xsWorker(() => {}),
		() => Uint8Array.of(0),
		(reason) => {
			throw new Error(reason);
		},
	);
	const run = (step: string) => worker.evaluate(`budget.${step}`);
	const heap = async () => (await worker.evaluate("gc()")).currentHeapCount;
	const heapAfter = async (step: string, times: number) => {
		// A turn must not take so long that it looks like a loop without end.
		for (let turn = 0; turn < times; turn++) await run(step);
		return heap();
	};
	/** Slots more in use after a step, `times` done, less what evaluating any script leaves behind. */
	const kept = async (step: string, times = 1) => {
		const before = await heap();
		const between = await heapAfter("nothing()", times);
		return (await heapAfter(step, times)) - between - (between - before);
	};
	/** The cost of a step less that of an empty one. */
	const cost = async (step: string): Promise<Cost> => {
		const before = await run("nothing()");
		const empty = await run("nothing()");
		const after = await run(step);
		return {
			compute: after.compute - empty.compute,
			slots:
				after.currentHeapCount - empty.currentHeapCount - (empty.currentHeapCount - before.currentHeapCount),
		};
	};
	try {
		await worker.evaluate(script);
		await run("nothing()");
		const live = await kept(`connected(${qos})`);
		const boot = await cost(`boot(${qos})`);
		await run(`settle(${qos})`);
		// Once, for what is made on first use.
		await run("cycles(2)");
		const telemetry = await cost("telemetry()");
		const command = await cost("command()");
		const growth = await kept("cycles(1000)", 10);
		await run("check(20000)");
		await run("strangers(1)");
		const growthOfStrangers = await kept("strangers(100)", 5);
		return { boot, telemetry, command, live, growth, growthOfStrangers };
	} finally {
		worker.close();
	}
}

async function bundle(): Promise<string> {
	const { outputFiles } = await build({
		entryPoints: [fileURLToPath(new URL("./guest.ts", import.meta.url))],
		bundle: true,
		write: false,
		format: "iife",
		target: "es2022",
		logLevel: "silent",
	});
	return (outputFiles[0] as { text: string }).text;
}
