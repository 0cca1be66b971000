import { describe, expect, it } from "vitest";
import type { RadioOptions } from "../../../../host-sim/co-processor/board.js";
import type { RadioFaults } from "../../../../host-sim/co-processor/faults.js";
import type { Settings } from "../../../support/virtual/config.js";
import { HOME, RadioStage } from "./stage.js";

describe("a nightlight whose network is a radio", () => {
	it("joins, gets an address, connects, reports and obeys", () => {
		const stage = new RadioStage().untilOnline();
		expect(stage.changes).toEqual(["joining", "up: 192.168.1.50"]);
		expect(stage.failures).toEqual([]);
		stage.clock.advance(2500);
		expect(stage.broker.heard.join("\n")).toMatch(/X\/telemetry.*\{"light":400\}/);
		stage.broker.publish("X/commands", '{"led_on":true}');
		stage.clock.advance(300);
		expect(stage.eventsOf("led").map(({ on }) => on)).toEqual([true]);
	});

	it("knows the time once it is in the network", () => {
		const stage = new RadioStage({ telemetry: { time: "unix" } }).untilOnline();
		stage.clock.advance(2500);
		const [reading] = stage.eventsOf("telemetry");
		const time = Number(reading?.payload.time);
		expect(Math.abs(time - 1_800_000_000_000)).toBeLessThan(20_000);
	});
});

interface Trouble {
	readonly name: string;
	readonly radio?: Partial<RadioOptions>;
	readonly settings?: Settings;
	readonly begin?: (faults: RadioFaults) => void;
	/** What the network's or the link's reason says. */
	readonly says: RegExp;
	/** Where it can be mended while the device runs. */
	readonly end?: (faults: RadioFaults) => void;
}

const TROUBLES: readonly Trouble[] = [
	{
		name: "a radio that is silent",
		begin: (faults) => faults.installFirmware("factory"),
		says: /down: .*the radio does not answer: its firmware may be too old, update it, as docs\/wio-terminal\.md says/,
		end: (faults) => faults.installFirmware(undefined),
	},
	{
		name: "a radio with firmware that is too old",
		radio: { version: "2.0.3" },
		says: /down: .*the radio's firmware 2\.0\.3 is older than 2\.1\.2: update it/,
	},
	{
		name: "a radio at another speed",
		begin: (faults) => faults.wrongBaud(115_200),
		says: /down: .*the radio does not answer/,
		end: (faults) => faults.wrongBaud(undefined),
	},
	{
		name: "a radio that resets itself again and again",
		begin: (faults) => faults.resetInLoop(900),
		says: /down: .*the radio did not answer within \d+ ms \(\w+\)/,
		end: (faults) => faults.resetInLoop(undefined),
	},
	{
		name: "a wrong password",
		settings: { wifi: { ssid: "home", password: "passw0rd" } },
		says: /down: Wi-Fi "home": wrong password/,
	},
	{
		name: "a network that is not there",
		settings: { wifi: { ssid: "away" } },
		says: /down: Wi-Fi "away": not in reach, or another name/,
	},
	{
		name: "no DHCP",
		begin: (faults) => faults.withholdDhcp(),
		says: /down: no address from Wi-Fi "home"/,
		end: (faults) => faults.withholdDhcp(false),
	},
	{
		name: "no DNS",
		settings: { broker: { host: "broker.test" } },
		begin: (faults) => faults.failDns(),
		says: /(name-not-resolved: cannot resolve broker\.test|timeout-resolving)/,
		end: (faults) => faults.failDns(false),
	},
	{
		name: "a call that never returns",
		begin: (faults) => faults.hang(16, 9),
		says: /no-network: Wi-Fi "home" was lost: the radio did not answer within 2000 ms \(connect\)/,
		end: (faults) => faults.mend(16, 9),
	},
	{
		name: "a reset in the middle of a call",
		begin: (faults) => faults.resetDuring(16, 18),
		says: /no-network: Wi-Fi "home" was lost: the radio did not answer within 2000 ms \(socket\)/,
		end: (faults) => faults.mend(16, 18),
	},
];

describe("says what is wrong, and goes on when it is mended:", () => {
	it.each(TROUBLES)("$name", ({ radio, settings, begin, says, end }) => {
		const stage = new RadioStage(settings, radio);
		begin?.(stage.chip.faults);
		stage.clock.advance(60_000);
		expect(stage.isOnline).toBe(false);
		expect([...stage.changes, ...stage.failures].join("\n")).toMatch(says);
		if (end === undefined) return;
		end(stage.chip.faults);
		stage.untilOnline();
	});

	it.each([
		["that refuses", "refuse", /connection-refused: connection refused/],
		["that does not answer", "hang", /timeout-connecting/],
	] as const)("a broker %s", (_, attempt, says) => {
		const stage = new RadioStage();
		stage.network.attempt = attempt;
		stage.clock.advance(30_000);
		expect(stage.failures.join("\n")).toMatch(says);
		expect(stage.changes).toEqual(["joining", "up: 192.168.1.50"]);
		stage.network.attempt = "accept";
		stage.untilOnline();
	});

	it("a broker that closes, or is killed", () => {
		const stage = new RadioStage().untilOnline();
		stage.broker.kill();
		stage.clock.advance(200);
		expect(stage.failures.join("\n")).toMatch(/^connection-lost: connection lost/);
		stage.untilOnline();
	});

	it("an access point that goes", () => {
		const stage = new RadioStage().untilOnline();
		stage.chip.faults.accessPointGone("home");
		stage.clock.advance(30_000);
		expect(stage.isOnline).toBe(false);
		expect(stage.changes.join("\n")).toMatch(/down: Wi-Fi "home" was lost: the access point is gone/);
		stage.chip.faults.accessPointBack("home");
		stage.untilOnline();
	});

	it("an access point that goes and comes more often than the chip has sockets", () => {
		const stage = new RadioStage().untilOnline();
		for (let time = 0; time < 12; time++) {
			stage.chip.faults.accessPointGone("home");
			stage.clock.advance(30_000);
			stage.chip.faults.accessPointBack("home");
			stage.untilOnline();
		}
		expect([...stage.changes, ...stage.failures].join("\n")).not.toContain("no socket left");
	});

	it("a broker that refuses while no time server answers: errors are of the right socket", () => {
		const stage = new RadioStage({ reconnect: { initial: 100, maximum: 300 } }, { timeServer: "elsewhere" });
		stage.network.attempt = "refuse";
		stage.clock.advance(120_000);
		const reasons = new Set(stage.failures.map((failure) => failure.split(":")[0]));
		expect([...reasons]).toEqual(["connection-refused"]);
		expect(stage.failures.length).toBeGreaterThan(100);
	});

	it("a network that flaps: the time is asked for as soon as it is there", () => {
		const stage = new RadioStage({ telemetry: { time: "unix" } }, { timeServer: "elsewhere" });
		for (let time = 0; time < 8; time++) {
			stage.chip.faults.accessPointBack("home");
			stage.clock.advance(12_000);
			stage.chip.faults.accessPointGone("home");
			stage.clock.advance(12_000);
		}
		stage.chip.faults.accessPointBack("home");
		const before = stage.network.lookups.length;
		stage.untilOnline();
		stage.clock.advance(5000);
		expect(stage.network.lookups.slice(before)).toContain("pool.ntp.org");
	});

	it("one lost byte, at any place, while online", () => {
		for (let after = 0; after < 60; after += 7) {
			const stage = new RadioStage().untilOnline();
			stage.chip.faults.toHost.lose(1, after);
			stage.clock.advance(20_000);
			expect(stage.changes.slice(2).join("\n")).toMatch(
				/down: Wi-Fi "home" was lost: the radio (sent|did not answer)/,
			);
			stage.untilOnline();
		}
	});
});

it("looks after a connection at rest with at most 30 calls a second", () => {
	const stage = new RadioStage({ telemetry: { interval: 86_400_000 } }).untilOnline();
	stage.clock.advance(10_000);
	const before = stage.chip.statistics.calls;
	stage.clock.advance(10_000);
	expect((stage.chip.statistics.calls - before) / 10).toBeLessThanOrEqual(30);
});

it("joins an open network, and one whose name is not ASCII", () => {
	const name = "Café ☕";
	const { password: _, ...open } = HOME;
	const stage = new RadioStage({ wifi: { ssid: name } }, { accessPoints: [{ ...open, ssid: name }] });
	expect(stage.untilOnline().changes.at(-1)).toBe("up: 192.168.1.50");
});
