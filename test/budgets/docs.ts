import { withTable } from "../bench/report.js";
import type { Budgets } from "./budgets.js";

const grouped = (number: number): string => number.toLocaleString("en");

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** The steps and slots on XS. */
function xsTable({ xs }: Budgets): string {
	const figures = (name: string, { compute, slots }: { compute: number; slots: number }): string =>
		row(name, grouped(compute), `${grouped(slots)} allocated`);
	return [
		row("", "steps", "slots"),
		row("---", "---", "---"),
		figures("start to first telemetry", xs.boot),
		figures("a telemetry cycle, QoS 0", xs.telemetryQos0),
		figures("a telemetry cycle, QoS 1, with its PUBACK", xs.telemetryQos1),
		figures("a command that switches the LED, and the state published then", xs.command),
		row("connected, above the loaded modules", "", `${grouped(xs.live)} in use`),
		row("after 10,000 telemetry and command cycles more", "", `${xs.growth} more in use`),
		row("after 500 commands with names never seen before", "", `${xs.growthOfStrangers} more in use`),
	].join("\n");
}

/** The memory of the ARM image. */
function memoryTable({ arm: { live, growth, compiled } }: Budgets): string {
	const { image, unused } = compiled;
	const parts = `engine and C ${grouped(image.engine)}, built-ins ${grouped(image.builtIns)}, app ${grouped(image.app)}`;
	return [
		row("memory", "", "limit"),
		row("---", "---", "---"),
		row(
			"connected, above a machine with the modules loaded",
			`${grouped(live.slots)} slots of 16 bytes, ${grouped(live.chunkBytes)} bytes of chunks`,
			"600, 6,144",
		),
		row(
			"after 1,000 telemetry and command cycles more with each of QoS 0 and 1",
			`${growth.slots} slots, ${growth.chunkBytes} bytes more`,
			"0",
		),
		row(
			"RAM never used meanwhile, of 196,608 bytes",
			`${grouped(unused.arena)} bytes of the arena, ${grouped(unused.heap)} of the C heap, ${grouped(unused.stack)} of the C stack`,
			"65,536 of the arena",
		),
		row("flash", `${grouped(image.total)} bytes: ${parts}`, grouped(image.limit)),
		row("flash with `firmware/websocket/`", `${grouped(image.withWebSocket)} bytes`, ""),
	].join("\n");
}

/** The instructions of the ARM image. */
function instructionsTable({ arm }: Budgets): string {
	const { instructions } = arm.compiled;
	return [
		row("instructions, collections included", ""),
		row("---", "---"),
		row("reset to first telemetry", grouped(instructions.boot)),
		row("a telemetry cycle, QoS 0", grouped(instructions.telemetryQos0)),
		row("a telemetry cycle, QoS 1, with its PUBACK", grouped(instructions.telemetryQos1)),
		row("a command that switches the LED, and the state published then", grouped(instructions.command)),
		row("the bridge itself: an event that only calls out and back", grouped(instructions.emptyCall)),
	].join("\n");
}

/** `docs/engines.md` with these figures in its tables. */
export const withFigures = (document: string, measured: Budgets): string =>
	[
		["xs", xsTable],
		["memory", memoryTable],
		["instructions", instructionsTable],
	].reduce(
		(text, [name, table]) => withTable(text, name as string, (table as typeof xsTable)(measured)),
		document,
	);
