import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NativeEvent } from "../../firmware/boards/native/seam.js";
import { type ArmOptions, startOnArm } from "../../host-sim/engines/arm/engine.js";
import { ScriptedBroker } from "../support/virtual/broker.js";
import { configOf } from "../support/virtual/config.js";
import { VirtualHost } from "../support/virtual/host.js";
import { buildCClient } from "./arm-c.js";
import { median } from "./measure.js";
import { type Bench, type Figure, scaled } from "./report.js";

const CYCLES = 20;
const RAM = 196_608;

/** Instructions for a turn, and bytes of RAM that were ever used. */
interface Cost {
	readonly telemetry: number;
	readonly command: number;
	readonly ram: number;
}

/** Runs an image through telemetry and commands, in virtual time. */
async function measure(cycles: number, elf?: string): Promise<Cost> {
	const host = new VirtualHost();
	const broker = new ScriptedBroker(host.network);
	host.analog.light = 321;
	let turns: { kind: number; work: number }[] = [];
	const fail = (reason: string) => {
		throw new Error(reason);
	};
	const options: ArmOptions = {
		onFailure: fail,
		log: () => {},
		countsInstructions: true,
		onMeter: (kind, { work }) => turns.push({ kind, work }),
		...(elf !== undefined && { image: { elf } }),
	};
	const device = await startOnArm(host, configOf(), options);
	const advance = (time: number) => host.clock.advanceWith(() => device.settled(), time);
	/** What the longest turn of a kind takes while `time` goes by. */
	const cost = async (kind: number, time: number) => {
		turns = [];
		await advance(time);
		return Math.max(...turns.filter((turn) => turn.kind === kind).map(({ work }) => work));
	};
	await advance(3000);
	const telemetry: number[] = [];
	const command: number[] = [];
	for (let cycle = 0; cycle < cycles; cycle++) {
		telemetry.push(await cost(NativeEvent.ALARM, 1900));
		const on = cycle % 2 === 0;
		broker.publish("d1/commands", `{"led_on":${on}}`);
		command.push(await cost(NativeEvent.READABLE, 100));
		if (host.digital.led !== (on ? 1 : 0)) throw new Error("the command was not obeyed");
		if (broker.heard.at(-1) !== `publish d1/state {"led_on":${on}} retained`) throw new Error("no state");
	}
	const { unusedArena, unusedHeap, unusedStack } = await device.collect();
	const stopped = device.stop();
	await advance(100);
	await stopped;
	return {
		telemetry: median(telemetry),
		command: median(command),
		ram: RAM - unusedArena - unusedHeap - unusedStack,
	};
}

const whole = (count: number): string => Math.round(count).toLocaleString("en-US");

/** Instructions and RAM of the ARM image, against a client in C with lwIP's MQTT. */
export const arm: Bench = {
	name: "arm",
	sides: ["nightlight on XS", "C with lwIP's MQTT client"],
	async run(effort) {
		const folder = mkdtempSync(join(tmpdir(), "nightlight-bench-"));
		try {
			const cycles = scaled(CYCLES, effort);
			const ours = await measure(cycles);
			const theirs = await measure(cycles, await buildCClient(folder));
			const row = (what: string, unit: string, name: keyof Cost): Figure => ({
				what,
				ours: `${whole(ours[name])} ${unit}`,
				theirs: `${whole(theirs[name])} ${unit}`,
				ratio: (ours[name] / theirs[name]).toFixed(1),
			});
			return [
				row("a reading published", "instructions", "telemetry"),
				row("a command obeyed, the state published", "instructions", "command"),
				row("RAM ever used", "bytes", "ram"),
			];
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	},
};
