import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Host } from "../../../firmware/host.js";
import { createHost } from "../../../host-sim/provider.js";
import { Life } from "../../../host-sim/trouble/life.js";
import { Trouble } from "../../../host-sim/trouble/trouble.js";

/** A host with a life, and all that it calls back. */
function hostOf(life: Life) {
	const told: string[] = [];
	const tell = (what: string) => () => void told.push(what);
	const host = createHost({
		inputs: {},
		storage: mkdtempSync(join(tmpdir(), "life-")),
		restart: () => life.end(),
		life,
		report: tell("report"),
	});
	return { host, told, tell };
}

/** All that calls the firmware back, or tells of it. */
function use({ device, timer, report }: Host, tell: (what: string) => () => void): void {
	timer.set(tell("timer"), 0);
	timer.repeat(tell("repeat"), 1);
	report({ event: "led", on: true });
	const { resolver } = device.network.dns;
	const own = new resolver.io(resolver);
	try {
		own.resolve({ host: "localhost" }, tell("resolver"));
	} catch (error) {
		// With the host its resolver has ended.
		expect((error as Error).message).toBe("closed");
	}
	new device.io.TCP({ address: "127.0.0.1", port: 1, onError: tell("socket") });
}

describe.each([
	{ name: "with trouble at hand", make: () => new Life(new Trouble()) },
	{ name: "without", make: () => new Life() },
])("a life, $name,", ({ make }) => {
	it("lets the firmware be called", async () => {
		const { host, told, tell } = hostOf(make());
		use(host, tell);
		const all = ["report", "timer", "repeat", "resolver", "socket"];
		await expect.poll(() => new Set(told)).toEqual(new Set(all));
		host.restart();
	});

	it.each([
		{ when: "before its end", before: true },
		{ when: "after its end", before: false },
	])("does not once it is over: what was begun $when", async ({ before }) => {
		const { host, told, tell } = hostOf(make());
		if (before) use({ ...host, report: () => {} }, tell);
		host.restart();
		if (!before) use(host, tell);
		await pause(50);
		expect(told).toEqual([]);
	});
});
