import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeProblem, parseConfig } from "../../firmware/config.js";
import { encodePublish, encodeSubscribe } from "../../firmware/mqtt/encode.js";
import { MqttProfile } from "../../firmware/profiles/mqtt.js";

/** What is wrong with a configuration that has these topics, a line for each; and other sections. */
function problemsOf(topics: unknown, others: Record<string, unknown> = {}): string[] {
	const parsed = parseConfig({ id: "d1", broker: { host: "broker.test" }, topics, ...others });
	return parsed.kind === "valid" ? [] : parsed.problems.map(describeProblem);
}

const TOPIC =
	'1 to 65535 characters of a topic name, without "+", "#", "$" at its beginning and braces other than one "{id}", or null';

const NAMES = ["telemetry", "commands", "status", "state", "responses", "acks"];

it("is below the id when nothing is said", () => {
	const topics = Object.fromEntries(NAMES.map((name) => [name, `{id}/${name}`]));
	expect(parseConfig({ id: "d1", broker: { host: "h" } })).toMatchObject({ config: { topics } });
});

it("of any layout that is taken can be expressed in MQTT", () => {
	const topic = fc.oneof(
		fc.constant(null),
		fc.stringMatching(/^[ -~]{0,20}(\{id\})?(\/ä)?$/),
		fc.string({ unit: "binary", maxLength: 5 }),
	);
	const topics = fc.record(Object.fromEntries(NAMES.map((name) => [name, topic])));
	fc.assert(
		fc.property(topics, (layout) => {
			const parsed = parseConfig({ id: "d1", broker: { host: "h" }, topics: layout });
			if (parsed.kind === "invalid") return;
			expect(parsed.config.topics).toEqual(layout);
			const profile = new MqttProfile(parsed.config, { obey: () => undefined, answer: () => undefined });
			const said = [profile.telemetry({ light: 1 }), profile.online(), profile.state({ led_on: true })];
			for (const message of said.flat()) encodePublish(message, 1);
			if (profile.subscriptions.length > 0) encodeSubscribe(profile.subscriptions, 1);
		}),
		{ numRuns: 500 },
	);
});

describe("a topic", () => {
	it.each(NAMES)("of %s is a topic name, or null", (name) => {
		const wrong = ["", "{id}/{id}", "{id}/+", "#", "a+b", "a\u0000", "a\n", "\u007f", "\u009f", "\ud800", "\uffff", "\ufdd0", "\u{1fffe}", 5, [], "$SYS/{id}", "$", "$iothub/x", "{Id}/a", "{ID}", "{ id }", "{id", "a}", "{{id}}", "\ud83d{id}\udca1"]; // biome-ignore format: a row
		for (const value of wrong) {
			expect(problemsOf({ [name]: value })).toEqual([
				`topics.${name}: got ${JSON.stringify(value)}, wants ${TOPIC}`,
			]);
		}
	});

	it.each([
		{ topics: { telemetry: null, status: null, state: null } },
		{ topics: { commands: null } },
		{ topics: { state: `{id}/${"ä".repeat(32_766)}` } },
		{ topics: { telemetry: "x".repeat(256) }, others: { mqtt: { maximumPacket: 1024 } } },
		{ topics: { commands: "x".repeat(60) }, others: { mqtt: { receiveBuffer: 64 } } },
		{ topics: { telemetry: "aws$/a b//ä💡~/{id}/x$", commands: "/" } },
	])("is taken: %j", ({ topics, others }) => {
		expect(problemsOf(topics, others)).toEqual([]);
	});

	it.each([
		{ topics: "{id}", problem: 'topics: got "{id}", wants an object' },
		{ topics: { state: "{id}/status" }, problem: 'topics.state: got "d1/status", wants another topic than topics.status' }, // biome-ignore format: a row
		{ topics: { commands: "home/d1", telemetry: "home/{id}" }, problem: 'topics.commands: got "home/d1", wants another topic than topics.telemetry' }, // biome-ignore format: a row
		{ topics: { state: `{id}/${"ä".repeat(32_767)}` }, problem: "topics.state: got 65537 bytes, wants 65535 bytes at most" }, // biome-ignore format: a row
		{
			topics: { telemetry: "x".repeat(257) },
			others: { mqtt: { maximumPacket: 1024 } },
			problem: "topics.telemetry: got 257 bytes, wants 256 bytes at most",
		},
		{
			topics: { commands: `{id}/${"x".repeat(58)}` },
			others: { mqtt: { receiveBuffer: 64 } },
			problem: "topics.commands: got 61 bytes, wants 60 bytes at most",
		},
	])("is refused: $problem", ({ topics, others, problem }) => {
		expect(problemsOf(topics, others)).toEqual([problem]);
	});
});
