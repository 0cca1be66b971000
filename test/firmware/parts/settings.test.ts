import { describe, expect, it } from "vitest";
import { VirtualStorage } from "../../support/virtual/storage.js";
import { Nightlight } from "../nightlight.js";

const online = (storage = new VirtualStorage(), settings = {}): Nightlight => {
	const nightlight = new Nightlight(settings, { storage });
	nightlight.listen(100);
	return nightlight;
};

const configure = (
	nightlight: Nightlight,
	wanted: string,
): { status: number; payload: Record<string, unknown> } => {
	const heard = nightlight.command(`{"id":"c","configure":${wanted}}`);
	const answer = heard.find((line) => line.startsWith("publish X/responses ")) ?? "";
	return JSON.parse(answer.replace("publish X/responses ", "").replace(/ #\d+$/, ""));
};

const reportsIn = (nightlight: Nightlight, milliseconds: number): number =>
	nightlight.listen(milliseconds).filter((line) => line.startsWith("publish X/telemetry")).length;

describe("configure", () => {
	it("holds at once, and after a restart; null brings the file back", () => {
		const storage = new VirtualStorage();
		const first = online(storage);
		expect(configure(first, '{"interval":100}').payload).toEqual({
			...{ interval: 100, deadband: 0 },
			fallback: { threshold: 300, hysteresis: 0, whenSilent: false },
		});
		expect(reportsIn(first, 1000)).toBe(10);
		const second = online(storage);
		expect(reportsIn(second, 1000)).toBe(10);
		expect(configure(second, '{"deadband":50}').payload).toMatchObject({ interval: 100, deadband: 50 });
		expect(configure(second, "null").payload).toMatchObject({ interval: 2000, deadband: 0 });
		const third = online(storage);
		expect(reportsIn(third, 10_000)).toBe(5);
	});

	it.each([
		{
			wanted: '{"interval":1}',
			reason: "telemetry.interval: got 1, wants a whole number from 10 to 86400000",
		},
		{
			wanted: '{"sample":5000}',
			reason: "telemetry.sample: got 5000, wants telemetry.interval (2000) or less",
		},
		{ wanted: '{"intervall":100}', reason: "configure wants an object of interval, sample, threshold, deadband and fallback, or null" }, // biome-ignore format: a row
		{ wanted: '{"interval":{"x":1}}', reason: "configure wants an object of interval, sample, threshold, deadband and fallback, or null" }, // biome-ignore format: a row
		{ wanted: '{"interval":[1]}', reason: "configure wants an object of interval, sample, threshold, deadband and fallback, or null" }, // biome-ignore format: a row
		{ wanted: '{"fallback":{"afterwards":1}}', reason: "configure wants an object of interval, sample, threshold, deadband and fallback, or null" }, // biome-ignore format: a row
		{ wanted: '{"fallback":{"after":-1}}', reason: "fallback.after: got -1, wants a whole number from 0 to 86400000" }, // biome-ignore format: a row
		{ wanted: "7", reason: "configure wants an object of interval, sample, threshold, deadband and fallback, or null" }, // biome-ignore format: a row
	])("refuses $wanted, and nothing changes", ({ wanted, reason }) => {
		const storage = new VirtualStorage();
		const nightlight = online(storage);
		expect(configure(nightlight, wanted)).toMatchObject({ status: 400, payload: { reason } });
		expect(storage.domains.get("settings")?.size ?? 0).toBe(0);
		expect(reportsIn(nightlight, 10_000)).toBe(5);
	});

	it("what is stored and does not fit the file any more is told, and left", () => {
		const storage = new VirtualStorage();
		configure(online(storage), '{"sample":1500}');
		const nightlight = online(storage, { telemetry: { interval: 1000 } });
		expect(nightlight.host.eventsOf("storage")).toEqual([
			{
				event: "storage",
				code: "storage-unreadable",
				reason:
					"what was configured by command does not hold: telemetry.sample: got 1500, wants telemetry.interval (1000) or less",
			},
		]);
		expect(reportsIn(nightlight, 10_000)).toBe(10);
	});

	it("turns the fallback on and off", () => {
		const nightlight = online();
		nightlight.host.analog.light = 100;
		configure(nightlight, '{"fallback":{"after":5000}}');
		nightlight.broker.kill();
		nightlight.network.attempt = "refuse";
		nightlight.clock.advance(10_000);
		expect(nightlight.host.digital.led).toBe(1);
	});
});
