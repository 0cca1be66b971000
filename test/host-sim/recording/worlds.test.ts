import { describe, expect, it } from "vitest";
import { startNightlight } from "../../../firmware/app.js";
import { runWorld } from "../../../host-sim/simulation/seed.js";
import { bundledFirmware } from "./bundled-firmware.js";
import { lineWith, recordedWorld, replayed } from "./support.js";

/** When the last event was, and of which device. */
function lastEvent(lines: readonly string[]): { at: number; device: string } {
	const events = lines.filter((line) => line.includes('"at"'));
	const { at, device } = JSON.parse(events.at(-1) ?? "{}") as { at: number; device: string };
	return { at, device };
}

describe("a world that is recorded", () => {
	it.each([1, 2, 3, 4, 5, 6, 7, 8])(
		"is the same world, and does the same in a replay: seed %d",
		async (seed) => {
			const { spec, lines, outcome } = recordedWorld(seed);
			expect(outcome).toEqual(runWorld(spec));
			expect(await replayed(lines)).toEqual({
				devices: 2,
				duration: lastEvent(lines).at,
				crossings: lines.length - 1,
				cutOff: undefined,
				divergence: undefined,
			});
		},
	);

	it("has power that goes in the middle of what the firmware does", async () => {
		const { lines } = recordedWorld(5, 1, 3);
		const isCut = (line: string, index: number) =>
			line.includes('"power.off"') && lines[index + 1]?.startsWith('{"call":"storage.');
		expect(lines.filter(isCut).length).toBeGreaterThan(0);
		expect((await replayed(lines)).divergence).toBeUndefined();
	});

	it("replays up to wherever it ends", async () => {
		const { lines } = recordedWorld(1, 0.1, 1);
		for (let end = 2; end < lines.length; end += end < 100 ? 1 : 997) {
			const { divergence, crossings } = await replayed(lines.slice(0, end));
			expect([divergence, crossings]).toEqual([undefined, end - 1]);
		}
	});
});

describe("another firmware", () => {
	it("is found out where a setting has another value", async () => {
		const { lines } = recordedWorld(3, 0.1);
		const { divergence } = await replayed(lines, (host, config) =>
			startNightlight(host, { ...config, telemetry: { ...config.telemetry, interval: 2500 } }),
		);
		const line = lineWith(lines, '"timer.repeat"');
		const of = (JSON.parse(lines[line - 1] as string) as { of: number }).of;
		expect(divergence).toMatchObject({
			line,
			recorded: `timer.repeat ${of}(2000)`,
			firmware: `timer.repeat ${of}(2500)`,
		});
		expect(divergence).toMatchObject(lastEvent(lines.slice(0, line)));
	});

	it.each([
		{
			name: "less",
			change: (lines: string[], at: number) => lines.splice(at, 0, '{"call":"random","is":0}\n'),
		},
		{ name: "more", change: (lines: string[], at: number) => lines.splice(at - 1, 1) },
	])("is found out where it does $name before the next event", async ({ name, change }) => {
		const { lines } = recordedWorld(3, 0.1, 1);
		// Where an event ends, of which the firmware's last call is one that stays the last.
		const at = lines.findIndex(
			(line, index) => line.includes('"event"') && lines[index - 1]?.includes("timer.set"),
		);
		const call = expect.stringMatching(name === "less" ? /^random\(\)$/ : /^timer\.set \d+\(\d+\)$/);
		change(lines, at);
		const { divergence } = await replayed(lines);
		const nothing = "nothing more in this turn";
		expect(divergence).toMatchObject(
			name === "less"
				? { line: at + 1, recorded: call, firmware: nothing }
				: { line: at, recorded: nothing, firmware: call },
		);
	});

	it.each([
		{
			name: "waits otherwise after a failure",
			module: "backoff.ts",
			change: ["(1 - jitter / 2)", "(1 - jitter / 3)"],
			first: '{"event":"link","state":"backoff"',
			recorded: /^report\(\{"event":"link","state":"backoff".*"delay":\d+\}\)$/,
			firmware: /^report\(\{"event":"link","state":"backoff".*"delay":\d+\}\)$/,
		},
		{
			name: "has another topic",
			module: "mqtt.ts",
			change: ['this.#topic("state")', 'config.id + "/stete"'],
			first: Buffer.from("311a000864312f7374", "hex").toString("base64"),
			recorded: /^socket\.write \d+\(\d+ bytes, from 1 on: [0-9a-f]*2f7374617465/,
			firmware: /^socket\.write \d+\(\d+ bytes, from 1 on: [0-9a-f]*2f7374657465/,
		},
		{
			name: "says one thing too many",
			module: "stateful-led.ts",
			change: ["this.output.on = on;", 'this.output.on = on; this.#host.report({ event: "led", on });'],
			first: '"report","args":[{"event":"led"',
			later: 1,
			recorded: /^now\(\)$/,
			firmware: /^report\(\{"event":"led","on":true\}\)$/,
		},
		{
			name: "says nothing of commands",
			module: "commands.ts",
			change: ["this.#host.report(told);", ""],
			first: '"report","args":[{"event":"command"',
			recorded: /^report\(\{"event":"command"/,
			firmware: /./,
		},
	])("is found out when it $name", async ({ module, change, first, later = 0, recorded, firmware }) => {
		const { lines } = recordedWorld(3, 0.5, 1);
		const [from, to] = change as [string, string];
		const other = await bundledFirmware(module, from, to);
		const { divergence } = await replayed(lines, other.startNightlight);
		expect(divergence?.recorded).toMatch(recorded);
		expect(divergence?.firmware).toMatch(firmware);
		expect(divergence?.line).toBe(lineWith(lines, first) + later);
		const same = await bundledFirmware(module, from, from);
		expect((await replayed(lines, same.startNightlight)).divergence).toBeUndefined();
	});
});
