import { describe, expect, it } from "vitest";
import { startNightlight } from "../../../firmware/app.js";
import type { FlashStorage } from "../../../firmware/ecma-419.js";
import type { Host } from "../../../firmware/host.js";
import { createFlash } from "../../../host-sim/io/flash.js";
import { CALLS } from "../../../host-sim/recording/crossing.js";
import { Recorder } from "../../../host-sim/recording/recorder.js";
import { Power } from "../../../host-sim/simulation/device/power.js";
import { SimulatedStorage } from "../../../host-sim/simulation/device/storage.js";
import { Random } from "../../../host-sim/simulation/random.js";
import { configOf } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";
import { playFlash } from "../engines/flash-script.js";
import { HEADER, replayed, type Start } from "./support.js";

/** A firmware that plays with its flash memory, and what it has seen. */
const player = (play: typeof playFlash = playFlash) => {
	const seen: string[] = [];
	const start: Start = (host) => {
		play(host.device.flash, (line) => seen.push(line));
		return () => {};
	};
	return { start, seen };
};

/** A host with this flash memory. */
function hostWith(flash: FlashStorage | undefined): Host {
	const virtual = new VirtualHost();
	return {
		...{
			timer: virtual.timer,
			now: () => 0,
			date: () => 0,
			random: () => 0,
			restart: () => {},
			engine: "node",
			hmacSha256: () => new Uint8Array(32),
			report: () => {},
		},
		device: { ...virtual.device, flash },
	} as Host;
}

/** The lines of a recording of it on a host with this flash memory. */
function recordingOf(start: Start, flash: FlashStorage | undefined): string[] {
	const host = hostWith(flash);
	const lines: string[] = [];
	const recorder = new Recorder({ header: HEADER, elapsed: () => 0, write: (line) => lines.push(line) });
	recorder.device(host, configOf()).start((on) => start(on, configOf()));
	return lines;
}

const failing: FlashStorage = {
	open: () => {
		throw new Error("cannot open /x/outbox.flash: no space left on device (ENOSPC)");
	},
};

describe("a recording of a firmware with flash memory", () => {
	it.each<{ name: string; flash: FlashStorage | undefined }>([
		{ name: "some", flash: createFlash() },
		{ name: "none", flash: undefined },
		{ name: "some that fails", flash: failing },
	])("is replayed without any: the board had $name", async ({ flash }) => {
		const first = player();
		const lines = recordingOf(first.start, flash);
		const again = player();
		const outcome = await replayed(lines, again.start);
		expect(outcome.divergence).toBeUndefined();
		expect(again.seen).toEqual(first.seen);
		expect(first.seen.length).toBeGreaterThan(0);
	});

	it("does not give the firmware other results than the host's own", () => {
		const { start, seen } = player();
		recordingOf(start, createFlash());
		const direct: string[] = [];
		playFlash(createFlash(), (line) => direct.push(line));
		expect(seen).toEqual(direct);
	});

	it("has every kind of call", () => {
		const lines = recordingOf(player().start, createFlash()).join("");
		for (const name of Object.keys(CALLS)) {
			if (name.startsWith("flash.")) expect(lines).toContain(`"call":"${name}"`);
		}
	});

	it("is replayed when the power goes in a write, to the end of what the firmware then does", async () => {
		const storage = new SimulatedStorage(new Random(1, "flash"));
		const power = new Power(() => {});
		const player = () => {
			const seen: string[] = [];
			const start: Start = (host) => {
				const flash = host.device.flash?.open({ path: "outbox" });
				for (const value of [1, 2, 3]) {
					try {
						seen.push(`${flash?.write(Uint8Array.of(value), value)}`);
					} catch (error) {
						seen.push((error as Error).message);
					}
				}
				return () => {};
			};
			return { start, seen };
		};
		const first = player();
		const lines: string[] = [];
		const recorder = new Recorder({ header: HEADER, elapsed: () => 0, write: (line) => lines.push(line) });
		const host = hostWith(storage.flash.during(power));
		const device = recorder.device(host, configOf());
		storage.cutAt(2, () => {
			power.isOn = false;
			device.powerOff();
		});
		device.start((on) => first.start(on, configOf()));
		expect(first.seen).toEqual(["undefined", "no power", "no power"]);
		const again = player();
		expect((await replayed(lines, again.start)).divergence).toBeUndefined();
		expect(again.seen).toEqual(first.seen);
	});

	it.each<{ name: string; play: typeof playFlash; recorded: RegExp; firmware: RegExp }>([
		{
			name: "writes something else",
			play: (storage) => storage?.open({ path: "outbox" }).write(Uint8Array.of(1, 9), 5),
			recorded: /^flash\.write 1\(2 bytes: 0102, 5\)$/,
			firmware: /^flash\.write 1\(2 bytes: 0109, 5\)$/,
		},
		{
			name: "erases instead",
			play: (storage) => storage?.open({ path: "outbox" }).eraseBlock(3),
			recorded: /^flash\.write 1\(2 bytes: 0102, 5\)$/,
			firmware: /^flash\.erase 1\(3, 4\)$/,
		},
		{
			name: "opens another partition",
			play: (storage) => void storage?.open({ path: "log" }),
			recorded: /^flash\.open 1\("outbox", null\)$/,
			firmware: /^flash\.open 1\("log", null\)$/,
		},
	])("diverges from a firmware that $name", async ({ play, recorded, firmware }) => {
		const { start } = player((storage) => storage?.open({ path: "outbox" }).write(Uint8Array.of(1, 2), 5));
		const outcome = await replayed(recordingOf(start, createFlash()), player(play).start);
		expect(outcome.divergence?.recorded).toMatch(recorded);
		expect(outcome.divergence?.firmware).toMatch(firmware);
	});
});

describe("a recording of version 2", () => {
	it("is of boards without flash memory, and is replayed", async () => {
		const lines = recordingOf(startNightlight, undefined);
		const old = lines.map((line) => line.replace('"version":3', '"version":2').replace('"flash":false,', ""));
		expect(old.join("")).not.toContain("flash");
		expect((await replayed(old)).divergence).toBeUndefined();
		let hasFlash: boolean | undefined;
		const start: Start = (host) => {
			hasFlash = host.device.flash !== undefined;
			return () => {};
		};
		await replayed(old, start);
		expect(hasFlash).toBe(false);
	});
});
