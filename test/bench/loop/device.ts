import { serve } from "../process.js";

/** What a device is told to do: connect, or go round so many times. */
export type LoopTask =
	| { readonly kind: "connect"; readonly port: number }
	| { readonly kind: "loop"; readonly count: number };

/** A device as the benchmark drives it. */
export interface LoopDevice {
	/** Takes a reading and hands the telemetry over for sending. */
	readonly sample: () => void;
}

/** What a device tells. */
export interface LoopListener {
	/** It is connected and subscribed. */
	onReady(): void;
	/** It reads its sensor: dark and light in turn, so that each command switches the LED. */
	onReading(): number;
	/** It has understood a command. */
	onCommand(): void;
}

const DARK = 100;
const BRIGHT = 900;

/** Milliseconds between the end of one loop and the next reading: the LED's state is on its way then. */
const PAUSE = 1;

/** Answers a `loop` with the milliseconds from the reading to the command, for each time. */
export function serveLoop(start: (port: number, listener: LoopListener) => LoopDevice): void {
	let device: LoopDevice;
	let isDark = false;
	let begun = 0;
	let onTime: (time: number) => void = () => {};
	const connect = (port: number) =>
		new Promise<string>((resolve) => {
			device = start(port, {
				onReady: () => resolve("connected"),
				onReading: () => {
					isDark = !isDark;
					begun = performance.now();
					return isDark ? DARK : BRIGHT;
				},
				onCommand: () => onTime(performance.now() - begun),
			});
		});
	const once = () =>
		new Promise<number>((resolve) => {
			onTime = resolve;
			device.sample();
		});
	serve(async (task: LoopTask) => {
		if (task.kind === "connect") return connect(task.port);
		const times: number[] = [];
		for (let turn = 0; turn < task.count; turn++) {
			times.push(await once());
			await new Promise((resolve) => setTimeout(resolve, PAUSE));
		}
		return times;
	});
}
