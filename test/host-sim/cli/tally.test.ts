import { describe, expect, it } from "vitest";
import type { SourcedEvent } from "../../../host-sim/cli/events.js";
import { type Hearsay, Tally } from "../../../host-sim/cli/tally.js";

type Step = SourcedEvent | readonly [device: string, hearsay: Hearsay];

const device = (id: string) => ({
	link: (state: "connecting" | "online" | "backoff" | "offline"): Step => ({
		...{ source: "device", device: id, event: "link", state },
	}),
	telemetry: (payload: Record<string, number | string>): Step => ({
		...{ source: "device", device: id, event: "telemetry", payload },
	}),
	led: (on: boolean): Step => ({ source: "device", device: id, event: "led", on }),
	command: (led_on: boolean): Step => ({
		source: "device",
		device: id,
		event: "command",
		payload: { led_on },
	}),
});
const server = {
	link: (state: "connecting" | "online" | "backoff" | "offline"): Step => ({
		...{ source: "server", event: "link", state },
	}),
	received: (id: string, light: number, more: object = {}): Step => ({
		...{ source: "server", event: "received", device: id, topic: `${id}/telemetry` },
		payload: { light, ...more },
	}),
	sent: (id: string, led_on: boolean): Step => ({
		...{ source: "server", event: "sent", device: id, topic: `${id}/commands`, payload: { led_on } },
	}),
};
const lamp = device("lamp");
const desk = device("desk");

function after(...steps: readonly Step[]) {
	const tally = new Tally();
	const enough = steps.map((step) => {
		if ("event" in step) return tally.take(step);
		tally.hear(...step);
		return undefined;
	});
	return { line: tally.line, summary: tally.summary, enough };
}

const many = (count: number) => Array.from({ length: count }, (_, at) => device(`d${at}`));

describe("a run in one line", () => {
	it.each<[string, readonly Step[], line: string, summary: string]>([
		["nothing", [], "no device yet, 0 messages", "no device yet, 0 messages"],
		[
			"a server alone",
			[server.link("connecting")],
			"no device yet, 0 messages, server connecting",
			"no device yet, 0 messages",
		],
		[
			"a device that connects",
			[lamp.link("connecting"), server.link("online")],
			"no reading yet, 0 messages, link connecting",
			"no reading yet, 0 messages",
		],
		[
			"its first reading",
			[lamp.link("online"), server.link("online"), lamp.telemetry({ light: 900 })],
			"light 900, 1 message, link online",
			"light 900, 1 message",
		],
		[
			"the newest reading, counted once, with the LED",
			[
				...[lamp.link("online"), server.link("online"), lamp.telemetry({ light: 900 })],
				...[server.received("lamp", 900), lamp.led(true), lamp.telemetry({ light: 262 })],
			],
			"light 262, LED on, 2 messages, link online",
			"light 262, LED on, 2 messages",
		],
		[
			"several sensors, and no time",
			[lamp.telemetry({ soil: 3, air: -1.5, time: "2026-11-27T00:00:00.000Z" }), lamp.led(false)],
			"soil 3, air -1.5, LED off, 1 message",
			"soil 3, air -1.5, LED off, 1 message",
		],
		[
			"neither what numbers a reading, nor one that was sent late",
			[
				server.received("lamp", 5, { seq: 8, base: 7, stream: "a", time: 1_795_770_000_000 }),
				server.received("lamp", 900, { late: true }),
			],
			"light 5, 2 messages",
			"light 5, 2 messages",
		],
		[
			"links that fail",
			[lamp.link("backoff"), server.link("backoff")],
			"no reading yet, 0 messages, link backoff, server backoff",
			"no reading yet, 0 messages",
		],
		[
			"a device of which only messages are known",
			[server.link("online"), server.received("lamp", 9, { name: "x", on: true })],
			"light 9, 1 message, server online",
			"light 9, 1 message",
		],
		[
			"what is heard of it besides",
			[
				server.link("online"),
				["lamp", { isOnline: true }],
				server.received("lamp", 9),
				["lamp", { led: true }],
			],
			"light 9, LED on, 1 message, link online",
			"light 9, LED on, 1 message",
		],
		[
			"several devices",
			[
				...[server.link("online"), lamp.link("online"), desk.link("connecting")],
				...[lamp.telemetry({ light: 1 }), lamp.telemetry({ light: 2 }), desk.telemetry({ light: 3 })],
			],
			"1 of 2 devices online, 3 messages",
			"2 devices, 3 messages",
		],
		[
			"twenty, of which eight are offline again, and no server",
			[
				...many(20).map((one) => one.link("online")),
				...many(8).map((one) => one.link("offline")),
				server.link("backoff"),
			],
			"12 of 20 devices online, 0 messages, server backoff",
			"20 devices, 0 messages",
		],
		[
			"several of which only messages are known",
			[server.link("online"), server.received("lamp", 9), server.received("desk", 9)],
			"2 devices, 2 messages, server online",
			"2 devices, 2 messages",
		],
	])("%s", (_, steps, line, summary) => {
		expect(after(...steps)).toMatchObject({ line, summary });
	});

	it("is enough for readings, and for a command that says the same as before to the same device", () => {
		const { enough } = after(
			...[lamp.link("online"), lamp.telemetry({ light: 1 }), server.received("lamp", 1)],
			...[server.sent("lamp", true), lamp.command(true), lamp.led(true)],
			...[server.sent("lamp", true), lamp.command(true), server.sent("desk", true)],
			...[server.sent("lamp", false), lamp.command(false)],
		);
		expect(enough).toEqual([false, true, true, false, false, false, true, true, false, false, false]);
	});

	it("is enough for all of several devices but what fails", () => {
		const tally = new Tally(2);
		const failed: Step = {
			...{ source: "device", device: "lamp", event: "link", state: "backoff", delay: 1000 },
			...{ code: "connection-refused", reason: "connection refused" },
		};
		const refused: Step = {
			...{ source: "device", device: "lamp", event: "refused", topic: "lamp/commands", code: "not-json" },
			...{ reason: "not JSON", payload: "{" },
		};
		const steps = [lamp.link("connecting"), lamp.link("online"), server.sent("lamp", true), lamp.led(true)];
		const enough = [...steps, failed, refused, server.link("online")].map((step) =>
			tally.take(step as SourcedEvent),
		);
		expect(enough).toEqual([true, true, true, true, false, false, false]);
		expect(tally.line).toBe("0 of 2 devices online, 0 messages");
	});

	it("tells a thousand devices apart, and counts the messages of more", () => {
		const steps = Array.from({ length: 1100 }, (_, at) => server.received(`d${at}`, 1));
		expect(after(...steps).line).toBe("1000 devices, 1100 messages");
	});
});
