import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runHere } from "../support/command-line.js";
import { Mosquitto } from "../support/mosquitto.js";
import { Nightlight } from "../support/nightlight.js";
import { type Program, Programs } from "../support/processes.js";
import { armTools, compiler, describeWith, mosquitto } from "../support/requires.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const cwd = mkdtempSync(join(tmpdir(), "nightlight-restart-"));
const start = (...words: readonly string[]) => programs.add(new Nightlight(words, { cwd }));
const restartsOf = ({ events }: Nightlight) => events.filter(({ event }) => event === "restart").length;

/** Each engine, and what it needs besides Mosquitto. */
const ENGINES = [
	{ engine: "node", needs: [] },
	{ engine: "xs", needs: [compiler] },
	{ engine: "arm", needs: [armTools] },
] as const;

for (const { engine, needs } of ENGINES) {
	describeWith([mosquitto, ...needs], `a device that is to reboot, on ${engine}`, () => {
		let broker: Mosquitto;
		beforeEach(async () => {
			broker = await Mosquitto.start(programs);
		});

		const says = (program: Program, ...lines: readonly string[]) =>
			program.until(lines.join(", "), () => program.lines.join() === lines.join() || undefined);
		const order = (lamp: string, text: string) => broker.publish(`${lamp}/commands`, "-q", "1", "-m", text);

		it("answers, says goodbye, and is back, once; the same order again is answered alone", async () => {
			const id = `lamp-${engine}`;
			const sub = await broker.subscribe(`${id}/status`, `${id}/responses`);
			const record = `${engine}.jsonl`;
			const lamp = start(
				"device",
				"--broker",
				broker.url,
				"--id",
				id,
				"--engine",
				engine,
				"--json",
				"--record",
				record,
			);
			await broker.subscribed(`${id}nightlight_client`);
			await order(id, '{"id":"a","stream":"s","seq":1,"reboot":true}');
			const [on, off] = [`${id}/status q0 r0 online`, `${id}/status q0 r0 offline`];
			const answer = `${id}/responses q0 r0 {"id":"a","status":200}`;
			await says(sub, on, answer, off, on);
			await lamp.heard({ source: "device", event: "restart", device: id });
			const begun = lamp.events.findIndex(({ event }) => event === "restart");
			await lamp.heard({ event: "link", state: "online" }, begun);
			await order(id, '{"id":"a","stream":"s","seq":1,"reboot":true}');
			await says(sub, on, answer, off, on, answer);
			await order(id, '{"id":"b","reboot":true}');
			await says(sub, on, answer, off, on, answer, answer.replace('"a"', '"b"'), off, on);
			expect(await lamp.end()).toBe(0);
			expect([lamp.errors, restartsOf(lamp)]).toEqual(["", 2]);
			expect(broker.log).not.toMatch(
				new RegExp(`${id}nightlight_client (closed its connection|disconnected due to)`),
			);
			const { code, output, errors } = await runHere(["replay", record, "--json"], { cwd });
			expect([code, errors, output]).toEqual([0, "", expect.stringContaining('"event":"replayed"')]);
			expect(JSON.parse(output)).toMatchObject({ event: "replayed", devices: 1 });
		});
	});
}

describeWith([mosquitto], "devices of up", () => {
	it("restart alone, and a line says so", async () => {
		const broker = await Mosquitto.start(programs);
		const up = start(
			"up",
			"--broker",
			broker.url,
			"--id",
			"lamp",
			"--devices",
			"2",
			"--page-port",
			"0",
			"--log",
		);
		await broker.subscribed("lamp-2nightlight_client");
		const sub = await broker.subscribe("lamp-1/status", "lamp-2/status");
		await broker.publish("lamp-2/commands", "-m", '{"id":"a","reboot":true}');
		await up.until("restart", () => up.lines.find((line) => line === "device lamp-2 | Restarting"));
		await sub.until("online again", () => sub.lines.at(-1) === "lamp-2/status q0 r0 online" || undefined);
		expect(await up.end()).toBe(0);
		expect(up.lines.filter((line) => /Restarting|Link resolving/.test(line)).sort()).toEqual([
			"device lamp-1 | Link resolving",
			"device lamp-2 | Link resolving",
			"device lamp-2 | Link resolving",
			"device lamp-2 | Restarting",
		]);
	});
});
