import { describe, expect, it } from "vitest";
import type { Settings } from "../../support/virtual/config.js";
import { Nightlight } from "../nightlight.js";

const start = (fallback: Exclude<Settings["fallback"], undefined>, more: Settings = {}): Nightlight => {
	const nightlight = new Nightlight({ fallback, ...more });
	nightlight.listen(100);
	return nightlight;
};

function goOffline(nightlight: Nightlight): void {
	nightlight.broker.kill();
	nightlight.network.attempt = "refuse";
}

function comeBack(nightlight: Nightlight): string[] {
	nightlight.network.attempt = "accept";
	while (nightlight.host.links.at(-1) !== "online") nightlight.clock.advance(1);
	return nightlight.listen(100);
}

const changes = (nightlight: Nightlight) =>
	nightlight.host.eventsOf("fallback").map(({ active, reason }) => `${active} ${reason}`);

describe("without a connection", () => {
	it("the device decides by the rule after the time, and gives control back at the first command", () => {
		const nightlight = start({ after: 10_000 });
		nightlight.host.analog.light = 100;
		goOffline(nightlight);
		nightlight.clock.advance(9000);
		expect(nightlight.host.digital.led).toBe(0);
		nightlight.clock.advance(4000);
		expect(nightlight.host.digital.led).toBe(1);
		nightlight.host.analog.light = 700;
		nightlight.clock.advance(4000);
		expect(nightlight.host.digital.led).toBe(0);
		nightlight.host.analog.light = 100;
		nightlight.clock.advance(4000);
		expect(comeBack(nightlight)).toContain('publish X/state {"led_on":true,"decided_by":"device"} retained');
		nightlight.command('{"led_on":false}');
		expect(nightlight.host.digital.led).toBe(0);
		nightlight.clock.advance(20_000);
		expect(nightlight.host.digital.led).toBe(0);
		expect(changes(nightlight)).toEqual(["true offline", "false command"]);
	});

	it("also from the start on", () => {
		const nightlight = new Nightlight({ fallback: { after: 3000 } });
		nightlight.network.attempt = "refuse";
		nightlight.host.analog.light = 100;
		nightlight.clock.advance(6000);
		expect(nightlight.host.digital.led).toBe(1);
	});

	it("with a threshold and a hysteresis of its own", () => {
		const nightlight = start({ after: 0, threshold: 500, hysteresis: 100 });
		goOffline(nightlight);
		const seen = [490, 560, 599, 600, 560, 499].map((light) => {
			nightlight.host.analog.light = light;
			nightlight.clock.advance(2000);
			return nightlight.host.digital.led;
		});
		expect(seen).toEqual([1, 1, 1, 0, 0, 1]);
	});

	it("never, when nothing is said", () => {
		const nightlight = start({});
		nightlight.host.analog.light = 100;
		goOffline(nightlight);
		nightlight.clock.advance(3_600_000);
		expect(nightlight.host.digital.led).toBe(0);
	});
});

describe("with a connection and a silent server", () => {
	it("the device decides when neither command nor answer comes after two readings", () => {
		const nightlight = start({ after: 10_000, whenSilent: true });
		nightlight.host.analog.light = 100;
		nightlight.clock.advance(9000);
		expect(nightlight.host.digital.led).toBe(0);
		nightlight.clock.advance(4000);
		expect(nightlight.host.digital.led).toBe(1);
		nightlight.command('{"led_on":true}');
		expect(changes(nightlight)).toEqual(["true silent", "false command"]);
	});

	it.each([
		{ name: "commands come", whenSilent: true, word: '{"led_on":false}' },
		{ name: "it is not wanted", whenSilent: false, word: undefined },
	])("not when $name", ({ whenSilent, word }) => {
		const nightlight = start({ after: 10_000, whenSilent });
		nightlight.host.analog.light = 100;
		for (let second = 0; second < 60; second++) {
			if (word !== undefined && second % 5 === 0) nightlight.command(word);
			nightlight.clock.advance(1000);
		}
		expect(nightlight.host.digital.led).toBe(0);
	});

	it("not while the server answers readings", () => {
		const nightlight = start(
			{ after: 10_000, whenSilent: true },
			{ telemetry: { qos: 1 }, outbox: { delivery: "server" } },
		);
		nightlight.host.analog.light = 100;
		for (let second = 0; second < 60; second++) {
			const [last] = nightlight.host.eventsOf("telemetry").slice(-1);
			const { seq, stream } = (last?.payload ?? {}) as { seq: number; stream: string };
			nightlight.broker.publish("X/acks", JSON.stringify({ stream, through: seq, by: "nightlight" }));
			nightlight.clock.advance(1000);
		}
		expect(nightlight.host.digital.led).toBe(0);
	});
});
