import { describe, expect, it } from "vitest";
import { Answered } from "../../../host-sim/simulation/invariants/answered.js";
import { configOf } from "../../../host-sim/simulation/variety.js";
import type { ServerEvent } from "../../../server/events.js";
import { viewOf } from "./view.js";

const topic = "d1/telemetry";
const received: ServerEvent = { event: "received", device: "d1", topic, payload: { light: 5 } };
const sent: ServerEvent = { event: "sent", device: "d1", topic: "d1/commands", payload: { led_on: true } };
const refused: ServerEvent = {
	event: "refused",
	topic,
	code: "not-json",
	reason: "not JSON",
	payload: "",
};
const link: ServerEvent = { event: "link", state: "online" };

const from = (topic: string, retain = false) => ({ topic, retain, payload: new Uint8Array(0) });
const reading = from(topic);
const retained = from(topic, true);
const nonsense = from("nobody/telemetry");

describe("what the server reads", () => {
	it.each<{ name: string; read: typeof reading; told: ServerEvent[]; counts?: number[]; says: string }>([
		{ name: "is answered", read: reading, told: [received, sent], says: "well" },
		{
			...{
				name: "is answered as the rule says",
				read: reading,
				told: [received, { ...sent, payload: { led_on: false } }],
			},
			says: "it answered a light of 5 on d1/telemetry with off on d1/commands",
		},
		{
			...{
				name: "is answered where it came from",
				read: reading,
				told: [received, { ...sent, topic: "d2/commands" }],
			},
			says: "with on on d2/commands",
		},
		{ name: "may come while the link changes", read: reading, told: [received, link, sent], says: "well" },
		{ name: "is refused when it is retained", read: retained, told: [refused], says: "well" },
		{ name: "is refused when it is no reading", read: nonsense, told: [refused], says: "well" },
		{ name: "is not left out", read: reading, told: [], says: 'told "nothing" of a message on d1/telemetry' },
		{ name: "is not taken alone", read: reading, told: [received], says: 'not "sent"' },
		{ name: "is not answered twice", read: reading, told: [received, sent, sent], says: 'not "nothing"' },
		{ name: "is not refused as a reading", read: reading, told: [refused], says: 'not "received"' },
		{ name: "is not obeyed when it is old", read: retained, told: [received, sent], says: 'not "refused"' },
		{ name: "is not obeyed as nonsense", read: nonsense, told: [received, sent], says: 'not "refused"' },
		{ name: "is not refused in silence", read: nonsense, told: [], says: 'not "refused"' },
		{
			...{ name: "is counted", read: nonsense, told: [refused], counts: [1, 0, 0] },
			says: "of 1 messages, of which 1 are no reading and 0 want a command, it counts 1, 0 refused, 0 answered",
		},
		{
			...{ name: "is counted once", read: reading, told: [received, sent], counts: [1, 0, 2] },
			says: "it counts 1, 0 refused, 2 answered",
		},
	])("$name", ({ read, told, counts, says }) => {
		const answered = new Answered([configOf("d1")], { threshold: 300, hysteresis: 0 });
		const isAnswered = told.includes(received);
		const [messages, no, commands] = counts ?? [1, isAnswered ? 0 : 1, isAnswered ? 1 : 0];
		const serverCounts = { messages, refused: no, commands } as {
			[Name in "messages" | "refused" | "commands"]: number;
		};
		const play = () => {
			answered.onServerRead(read);
			for (const event of told) answered.onServerTold(event);
			answered.check(viewOf({}, { serverCounts }));
			return "well";
		};
		if (says === "well") expect(play()).toBe(says);
		else expect(play).toThrow(says);
	});

	it("is answered as the rule with a hysteresis says, each device for itself", () => {
		const answered = new Answered([configOf("d1"), configOf("d2")], { threshold: 300, hysteresis: 20 });
		const answer = (id: string, light: number, led_on: boolean) => {
			answered.onServerRead(from(`${id}/telemetry`));
			answered.onServerTold({ ...received, payload: { light } } as ServerEvent);
			answered.onServerTold({ ...sent, topic: `${id}/commands`, payload: { led_on } } as ServerEvent);
		};
		answer("d1", 299, true);
		answer("d1", 319, true);
		answer("d2", 319, false);
		answer("d1", 320, false);
		answer("d1", 310, false);
		expect(() => answer("d1", 310, true)).toThrow("it answered a light of 310 on d1/telemetry with on");
	});

	it("is told of before it reads on", () => {
		const answered = new Answered([configOf("d1")], { threshold: 300, hysteresis: 0 });
		answered.onServerRead(reading);
		expect(() => answered.onServerRead(reading)).toThrow('told "nothing" of a message on d1/telemetry');
	});

	it("is not told of before there is any", () => {
		const answered = new Answered([configOf("d1")], { threshold: 300, hysteresis: 0 });
		expect(() => answered.onServerTold(sent)).toThrow('told "sent" of no message');
	});
});
