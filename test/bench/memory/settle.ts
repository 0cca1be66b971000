import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "../process.js";

/** What to do: connect so many devices to the broker on this port of 127.0.0.1. */
export interface MemoryTask {
	readonly port: number;
	readonly count: number;
}

/** Bytes in use when all that is no longer needed is gone. */
async function bytesInUse(): Promise<number> {
	for (let turn = 0; turn < 5; turn++) {
		// What one collection frees lets finalizers run, which free more.
		globalThis.gc?.();
		await sleep(100);
	}
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}

/**
 * Answers a task with the bytes that each device takes; what is in use before there is any does not
 * count. One device is there from the beginning, for what is made on first use.
 * @param connect starts a device; resolves when it is connected
 */
export function serveMemory(connect: (port: number, index: number) => Promise<unknown>): void {
	serve(async ({ port, count }: MemoryTask) => {
		if (globalThis.gc === undefined) throw new Error("started without --expose-gc");
		const kept = [await connect(port, 0)];
		const before = await bytesInUse();
		for (let index = 1; index <= count; index++) kept.push(await connect(port, index));
		const each = ((await bytesInUse()) - before) / count;
		return kept.length === count + 1 ? each : Number.NaN;
	});
}
