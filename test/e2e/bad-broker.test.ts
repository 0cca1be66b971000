import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { BAD_BROKERS, BadBroker, QUICK } from "../support/bad-broker.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const programs = new Programs();
let broker: BadBroker | undefined;
afterEach(async () => {
	await programs.endAll();
	broker?.close();
});

describe("a device at a broker that", () => {
	it.each(BAD_BROKERS)("%s says so, tries again, and ends cleanly", async (_, behave, reason) => {
		broker = await BadBroker.start(behave);
		const cwd = mkdtempSync(join(tmpdir(), "nightlight-"));
		writeFileSync(join(cwd, "quick.json"), JSON.stringify(QUICK));
		const words = ["device", "--broker", broker.url, "--id", "lamp", "--config", "quick.json", "--json"];
		const device = programs.add(new Nightlight(words, { cwd }));
		const first = await device.heard({ event: "link", state: "backoff" });
		expect(first.reason).toMatch(reason);
		await device.heard({ event: "link", state: "backoff" }, device.events.indexOf(first) + 1);
		expect(await device.end("SIGINT")).toBe(0);
		expect(device.errors).toBe("");
	});

	it("refuses the subscription says so, and has failed when time is up", async () => {
		broker = await BadBroker.start((socket) => {
			// CONNACK; SUBACK with a failure for the one SUBSCRIBE, whose id is 1 (MQTT 3.1.1, 3.9.3).
			const answers: Record<number, readonly number[]> = { 1: [0x20, 2, 0, 0], 8: [0x90, 3, 0, 1, 0x80] };
			socket.on("data", (bytes) => {
				for (let at = 0; at < bytes.length; at += 2 + (bytes[at + 1] as number)) {
					const answer = answers[(bytes[at] as number) >> 4];
					if (answer !== undefined) socket.write(Uint8Array.from(answer));
				}
			});
		});
		const device = (...words: string[]) =>
			programs.add(
				new Nightlight([
					"device",
					"--broker",
					broker?.url ?? "",
					"--id",
					"lamp",
					"--duration",
					"1",
					...words,
				]),
			);
		const [people, machine] = [device(), device("--json")];
		expect([await people.exited, await machine.exited]).toEqual([1, 1]);
		expect(people.lines).toContainEqual(
			expect.stringMatching(
				/The broker refuses the subscription to lamp\/commands: no message will come on it/,
			),
		);
		expect(machine.events).toContainEqual(
			expect.objectContaining({ event: "refused", topic: "lamp/commands", code: "subscription-refused" }),
		);
	});

	it("is not there is told of by its address, and fails when time is up", async () => {
		const device = programs.add(
			new Nightlight([
				"device",
				"--broker",
				"mqtt://127.0.0.1:1",
				"--id",
				"lamp",
				"--duration",
				"0.5",
				"--json",
			]),
		);
		expect(await device.exited).toBe(1);
		expect(device.events.find(({ state }) => state === "backoff")?.reason).toBe(
			"connection refused by 127.0.0.1:1",
		);
	});

	it("has no known name is told of by its name", async () => {
		const device = programs.add(
			new Nightlight(["device", "--broker", "mqtt://no-such-host.invalid", "--id", "lamp", "--json"]),
		);
		const backoff = await device.heard({ event: "link", state: "backoff" });
		expect(backoff.reason).toMatch(/^cannot resolve no-such-host\.invalid \(E/);
	});
});
