import { describe, expect, it } from "vitest";
import { Telemetry } from "../../../firmware/telemetry/telemetry.js";
import { VirtualClock } from "../../support/virtual/clock.js";
import { configOf, type Settings } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";

const lightWith = (deadband: number) => [{ name: "light", pin: "light", deadband }];

/** Telemetry over a virtual host; what it sends is noted with its time. */
class Station {
	readonly clock: VirtualClock;
	readonly host: VirtualHost;
	readonly telemetry: Telemetry;
	readonly sent: string[] = [];
	readings: Record<string, number> = { light: 400 };
	reading = (): Record<string, number> => ({ ...this.readings });
	/** Whether messages are taken for sending. */
	takes = true;

	constructor(settings: Settings["telemetry"] = {}, start = 0) {
		this.clock = new VirtualClock(start);
		this.host = new VirtualHost({ clock: this.clock });
		this.telemetry = new Telemetry(this.host, configOf({ telemetry: settings }).telemetry, {
			read: () => this.reading(),
			send: (payload) => {
				if (this.takes) this.sent.push(`${this.clock.elapsed} ${JSON.stringify(payload)}`);
				return this.takes;
			},
		});
	}

	/** Lets the light change at a time. */
	lightAt(time: number, light: number): void {
		this.clock.post(() => {
			this.readings = { light };
		}, time);
	}

	/** The times of the messages so far. */
	get times(): number[] {
		return this.sent.map((line) => Number.parseInt(line, 10));
	}
}

it("reports at once, and then at the interval", () => {
	const { telemetry, clock, sent } = new Station();
	telemetry.start();
	clock.advance(6000);
	expect(sent).toEqual(['0 {"light":400}', '2000 {"light":400}', '4000 {"light":400}', '6000 {"light":400}']);
});

it("keeps the interval without drift", () => {
	const station = new Station({ interval: 37 });
	station.telemetry.start();
	station.clock.advance(370_010);
	expect(station.times).toEqual(Array.from({ length: 10_001 }, (_, index) => index * 37));
});

it("sends every sensor in one message, in their order", () => {
	const station = new Station();
	station.readings = { thermostat: 18, living_room: 19, bedroom: 21 };
	station.telemetry.start();
	expect(station.sent).toEqual(['0 {"thermostat":18,"living_room":19,"bedroom":21}']);
});

describe("with a deadband", () => {
	it("reports a change, no sooner than the minimum, and anything at the maximum", () => {
		const station = new Station({
			interval: 100,
			sensors: lightWith(10),
			minimumInterval: 250,
			maximumInterval: 1000,
		});
		station.telemetry.start();
		station.clock.post(() => {
			station.readings = { light: 409 };
		}, 350);
		station.clock.post(() => {
			station.readings = { light: 410 };
		}, 450);
		station.clock.post(() => {
			station.readings = { light: 500 };
		}, 550);
		station.clock.advance(2000);
		expect(station.sent).toEqual([
			'0 {"light":400}',
			'500 {"light":410}',
			'800 {"light":500}',
			'1800 {"light":500}',
		]);
	});

	it("compares with what was last reported, not with what was last read", () => {
		const station = new Station({ interval: 100, sensors: lightWith(10) });
		station.telemetry.start();
		for (let light = 401; light <= 425; light++) {
			station.clock.advance(100);
			station.readings = { light };
		}
		expect(station.sent.slice(1)).toEqual(['1100 {"light":410}', '2100 {"light":420}']);
	});

	it.each([2 ** 31 - 5000, 2 ** 32 - 5000])(
		"measures over the wrap of a clock that starts at %i",
		(start) => {
			const station = new Station({ interval: 1000, sensors: lightWith(10), maximumInterval: 4000 }, start);
			station.telemetry.start();
			station.clock.advance(12_000);
			expect(station.times).toEqual([0, 4000, 8000, 12_000]);
		},
	);
});

describe("with a sample apart from the interval", () => {
	it("reads at each sample, and reports each twentieth", () => {
		const station = new Station({ sample: 100, interval: 2000 });
		let light = 0;
		station.reading = () => ({ light: light++ });
		station.telemetry.start();
		station.clock.advance(6050);
		expect(station.sent).toEqual([
			'0 {"light":0}',
			'2000 {"light":20}',
			'4000 {"light":40}',
			'6000 {"light":60}',
		]);
	});

	it("counts samples: a timer that comes late now and then puts nothing off by a sample", () => {
		const station = new Station({ sample: 100, interval: 2000 });
		const { host } = station;
		let reads = 0;
		station.reading = () => ({ light: reads++ });
		// Ticks that jitter, of a clock that is early or late by up to 40 ms.
		host.now = () => station.clock.elapsed + ((reads * 37) % 81) - 40;
		station.telemetry.start();
		station.clock.advance(200_000);
		expect(station.times).toEqual(Array.from({ length: 101 }, (_, index) => index * 2000));
	});

	it("rounds the interval up to whole samples", () => {
		const station = new Station({ sample: 300, interval: 1000 });
		station.telemetry.start();
		station.clock.advance(4000);
		expect(station.times).toEqual([0, 1200, 2400, 3600]);
	});

	it("reports a crossing of the threshold at once, and what follows an interval later", () => {
		const station = new Station({ sample: 50, interval: 60_000, threshold: 300 });
		station.telemetry.start();
		station.lightAt(1010, 301);
		station.lightAt(2010, 299);
		station.lightAt(3010, 0);
		station.lightAt(4010, 300);
		station.clock.advance(70_000);
		expect(station.sent).toEqual([
			'0 {"light":400}',
			'2050 {"light":299}',
			'4050 {"light":300}',
			'64050 {"light":300}',
		]);
	});

	it("compares a crossing with what was last reported: there and back between two samples is none", () => {
		const station = new Station({ sample: 50, interval: 60_000, threshold: 300, minimumInterval: 1000 });
		station.telemetry.start();
		station.lightAt(10, 100);
		station.lightAt(500, 400);
		station.lightAt(1910, 100);
		station.lightAt(1940, 400);
		station.clock.advance(5000);
		expect(station.times).toEqual([0]);
	});

	it("sends a crossing no sooner than the minimum interval, and then at once", () => {
		const station = new Station({ sample: 50, interval: 60_000, threshold: 300, minimumInterval: 1000 });
		station.telemetry.start();
		station.lightAt(10, 100);
		station.lightAt(1010, 400);
		station.clock.advance(5000);
		expect(station.sent).toEqual(['0 {"light":400}', '1000 {"light":100}', '2000 {"light":400}']);
	});

	it("sends a crossing that was not taken for sending with the next sample", () => {
		const station = new Station({ sample: 50, interval: 60_000, threshold: 300 });
		station.telemetry.start();
		station.lightAt(10, 100);
		station.takes = false;
		station.clock.advance(110);
		station.takes = true;
		station.clock.advance(1000);
		expect(station.sent).toEqual(['0 {"light":400}', '150 {"light":100}']);
	});

	it("looks at the first sensor only", () => {
		const sensors = [
			{ name: "humidity", pin: "a", maximum: 100 },
			{ name: "light", pin: "light" },
		];
		const station = new Station({ sample: 50, interval: 60_000, threshold: 60, sensors });
		station.readings = { humidity: 59, light: 400 };
		station.telemetry.start();
		station.clock.post(() => Object.assign(station, { readings: { humidity: 59, light: 10 } }), 100);
		station.clock.post(() => Object.assign(station, { readings: { humidity: 60, light: 10 } }), 200);
		station.clock.advance(1000);
		expect(station.sent).toEqual(['0 {"humidity":59,"light":400}', '200 {"humidity":60,"light":10}']);
	});
});

describe("when a message is not taken for sending", () => {
	it("tells nothing, and tries again with the next reading", () => {
		const station = new Station({ sensors: lightWith(10) });
		station.takes = false;
		station.telemetry.start();
		station.clock.advance(4000);
		expect(station.host.events).toEqual([]);
		station.takes = true;
		station.clock.advance(4000);
		expect(station.sent).toEqual(['6000 {"light":400}']);
	});

	it("holds a change to be unreported", () => {
		const station = new Station({ sensors: lightWith(10), maximumInterval: 60_000 });
		station.telemetry.start();
		station.takes = false;
		station.readings = { light: 500 };
		station.clock.advance(4000);
		station.takes = true;
		station.clock.advance(4000);
		expect(station.sent).toEqual(['0 {"light":400}', '6000 {"light":500}']);
	});
});

describe("start and stop", () => {
	it("nothing is read, nor a timer running, before the start and after the stop", () => {
		const station = new Station();
		expect(station.clock.timers).toBe(0);
		station.telemetry.stop();
		station.telemetry.start();
		expect(station.clock.timers).toBe(1);
		station.telemetry.stop();
		station.telemetry.stop();
		expect(station.clock.timers).toBe(0);
		station.clock.advance(100_000);
		expect(station.sent).toHaveLength(1);
	});

	it("a restart reports at once, whatever was reported before", () => {
		const station = new Station({ sensors: lightWith(10), minimumInterval: 5000 });
		station.telemetry.start();
		station.clock.advance(700);
		station.telemetry.stop();
		station.telemetry.start();
		station.clock.advance(10);
		expect(station.times).toEqual([0, 700]);
	});

	it("a second start begins anew with one timer", () => {
		const station = new Station();
		station.telemetry.start();
		station.clock.advance(500);
		station.telemetry.start();
		expect(station.clock.timers).toBe(1);
		station.clock.advance(2000);
		expect(station.times).toEqual([0, 500, 2500]);
	});
});
