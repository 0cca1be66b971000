import { beforeAll, describe, expect, it } from "vitest";
import { encodePage } from "../../../../host-sim/configuration-page.js";
import { buildWioTerminal } from "../../../../host-sim/wio-terminal/build.js";
import { armTools, describeWith, wioTools } from "../../../support/requires.js";
import { failAgainAndAgain } from "./image-fuzz.js";
import { HOME, ImageStage, LEAST } from "./image-stage.js";
import { readScreen } from "./read-screen.js";

const network = (state: string) => (line: { event: string; [key: string]: unknown }) =>
	line.event === "network" && line.state === state;

describeWith([armTools, wioTools], "the flashable image on an emulated Wio Terminal", () => {
	beforeAll(async () => {
		await buildWioTerminal(() => {});
	}, 300_000);

	it("boots from reset, joins, resolves, connects, reports its light, and obeys", async () => {
		const stage = await ImageStage.start(LEAST);
		await stage.untilOnline();
		expect(stage.host.network.lookups).toEqual(["broker.test"]);
		const reading = await stage.until("a reading", ({ event }) => event === "telemetry");
		// A quarter of 1023, by the converter with its calibration.
		expect((reading.payload as { light: number }).light).toBeGreaterThanOrEqual(254);
		expect((reading.payload as { light: number }).light).toBeLessThanOrEqual(258);
		expect(stage.broker.heard.join("\n")).toMatch(/^connect Xnightlight_client\nsubscribe X\/commands 0/);
		stage.broker.publish("X/commands", '{"led_on":true}');
		await stage.until("the LED", ({ event, on }) => event === "led" && on === true);
		expect(stage.pins.filter(({ pin }) => pin === "PB08").at(-1)?.level).toBe(1);
		await stage.advance(1000);
		const screen = readScreen(stage.terminal.screen.picture);
		expect(screen).toEqual(
			expect.arrayContaining(["X", "LED on (server)", "Link online", "Wi-Fi up 192.0.2.50"]),
		);
		expect(screen.find((line) => line.startsWith("Light"))).toMatch(/^Light 25\d$/);
		expect(screen.at(-1)).toMatch(/^(led on true|telemetry light \d+)$/);
		expect(stage.terminal.screen.mistakes).toEqual([]);
		// One flash each four seconds.
		const since = stage.host.clock.elapsed;
		await stage.advance(4500);
		expect(stage.flashes(since)).toBe(1);
		stage.terminal.close();
	}, 240_000);

	it("switches the LED by button A, as a hand's command", async () => {
		const stage = await ImageStage.start(LEAST);
		await stage.untilOnline();
		await stage.advance(500);
		for (const level of [1, 0]) {
			const before = stage.lines.length;
			stage.terminal.press("PC26", true);
			await stage.advance(100);
			stage.terminal.press("PC26", false);
			await stage.until("the LED", ({ event, on }) => event === "led" && on === (level === 1), 5000, before);
			expect(stage.pins.filter(({ pin }) => pin === "PB08").at(-1)?.level).toBe(level);
			await stage.advance(1000);
			expect(stage.broker.heard.join("\n")).toContain(`{"led_on":${level === 1},"decided_by":"hand"}`);
		}
		expect(readScreen(stage.terminal.screen.picture)).toContain("LED off (hand)");
		stage.terminal.close();
	}, 120_000);

	describe("says what is wrong, and goes on where that can be:", () => {
		const damaged = encodePage(JSON.stringify(LEAST));
		damaged[20] = 0;
		it.each([
			["no configuration", undefined, /there is no configuration/],
			["a damaged configuration", damaged, /checksum|damaged/],
			["a configuration that is no JSON", encodePage("{"), /SyntaxError/],
			["a wrong value", { ...LEAST, telemetry: { interval: 1 } }, /telemetry\.interval/],
			["a broker over TLS", { ...LEAST, broker: { protocol: "mqtts", host: "b" } }, /mqtt/],
		])(
			"%s",
			async (_, page, says) => {
				const stage = await ImageStage.start(page);
				const line = await stage.until(
					"a reason",
					({ event, reason }) => event === "board" && reason !== undefined,
				);
				expect(String(line.reason)).toMatch(says);
				stage.terminal.close();
			},
			60_000,
		);

		it("a wrong password", async () => {
			const stage = await ImageStage.start({ ...LEAST, wifi: { ssid: "home", password: "wrongword" } });
			const down = await stage.until("no network", network("down"));
			expect(down.reason).toBe('Wi-Fi "home": wrong password');
			const since = stage.host.clock.elapsed;
			await stage.advance(5000);
			expect(stage.flashes(since)).toBe(4);
			stage.terminal.close();
		}, 120_000);

		it("a silent radio, which then has its firmware", async () => {
			const stage = await ImageStage.start(LEAST, { accessPoints: [HOME] });
			stage.terminal.radio.faults.installFirmware("factory");
			const down = await stage.until("no radio", network("down"));
			expect(down.reason).toMatch(/the radio does not answer: its firmware may be too old/);
			stage.terminal.radio.faults.installFirmware(undefined);
			await stage.untilOnline(60_000);
			stage.terminal.close();
		}, 240_000);

		it("an exception at the start, again and again", async () => {
			const sensors = [{ name: "humidity", pin: "A9" }];
			const stage = await ImageStage.start({ ...LEAST, telemetry: { sensors } });
			const failed = await stage.until(
				"a failure",
				({ event, state }) => event === "board" && state === "failed",
			);
			expect(failed.reason).toMatch(/A9/);
			// It tries again, each time later, and does not do anything else.
			await stage.advance(5000);
			const failures = stage.lines.filter(({ state }) => state === "failed");
			expect(failures.length).toBeGreaterThan(1);
			expect(failures.at(-1)?.delay).toBeGreaterThan(failed.delay as number);
			stage.terminal.close();
		}, 120_000);

		it("memory that is exhausted", async () => {
			const stage = await ImageStage.start({
				...{ ...LEAST, telemetry: { interval: 10, qos: 1 } },
				// More readings than there is room for.
				outbox: { policy: "keep", delivery: "server", messages: 1_000_000, bytes: 10_000_000 },
			});
			stage.host.network.attempt = "refuse";
			const failed = await stage.until(
				"a failure",
				({ event, state }) => event === "board" && state === "failed",
			);
			expect(failed.reason).toMatch(/^not enough memory \(code [0-9a-f]+\)$/);
			const again = stage.lines.length;
			const started = await stage.until("a start", ({ event }) => event === "board", 10_000, again);
			expect(started).toMatchObject({ state: "started", reset: "program" });
			stage.host.network.attempt = "accept";
			await stage.untilOnline();
			expect(stage.isOnline).toBe(true);
			stage.terminal.close();
		}, 120_000);

		it("a radio that fails in whatever way, some times", async () => {
			const { faults, failures } = await failAgainAndAgain(1, 4);
			expect([faults.length, failures]).toEqual([4, []]);
		}, 240_000);

		it("a power cut", async () => {
			const stage = await ImageStage.start(LEAST);
			await stage.untilOnline();
			const before = stage.lines.length;
			stage.terminal.powerCut();
			const started = await stage.until(
				"a start",
				({ event, state }) => event === "board" && state === "started",
				5000,
				before,
			);
			expect(started.reset).toBe("power on");
			await stage.until(
				"online",
				({ event, state }) => event === "link" && state === "online",
				30_000,
				before,
			);
			stage.terminal.close();
		}, 240_000);
	});
});
