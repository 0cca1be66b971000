import { expect, it } from "vitest";
import { describeProblem, parseConfig } from "../../firmware/config.js";

const SOURCE = { id: "d1", broker: { host: "h" } };
const problemsOf = (more: object): string[] => {
	const parsed = parseConfig({ ...SOURCE, ...more });
	return parsed.kind === "invalid" ? parsed.problems.map(describeProblem) : [];
};

it("sends the newest reading, and waits for the broker, when nothing is said", () => {
	expect(parseConfig(SOURCE)).toMatchObject({
		config: {
			outbox: {
				policy: "latest",
				delivery: "broker",
				messages: 256,
				bytes: 32_768,
				full: "oldest",
				drainInterval: 10,
				expires: undefined,
				ackTimeout: 5000,
				server: "nightlight",
			},
			topics: { acks: "{id}/acks" },
		},
	});
});

const KEEP = { outbox: { policy: "keep" } };
const SERVER = { outbox: { delivery: "server" } };
const QOS1 = { telemetry: { qos: 1 } };

it.each([
	{ name: "drop", more: { outbox: { policy: "drop" } } },
	{ name: "keep with QoS 1", more: { ...KEEP, ...QOS1 } },
	{ name: "keep with QoS 2", more: { ...KEEP, telemetry: { qos: 2 } } },
	{ name: "the newest until the server has it", more: { ...SERVER, ...QOS1 } },
	{
		name: "a sensor of any name, without an outbox",
		more: { telemetry: { sensors: [{ name: "seq", pin: "light" }] } },
	},
])("takes $name", ({ more }) => {
	expect(problemsOf(more)).toEqual([]);
});

it.each([
	{ more: KEEP, problem: 'telemetry.qos: got 0, wants 1 or 2, for outbox.policy is "keep"' },
	{ more: SERVER, problem: 'telemetry.qos: got 0, wants 1 or 2, for outbox.delivery is "server"' },
	{
		more: { outbox: { policy: "drop", delivery: "server" }, ...QOS1 },
		problem: 'outbox.policy: got "drop", wants "latest" or "keep", for outbox.delivery is "server"',
	},
	{
		more: { ...KEEP, ...QOS1, topics: { telemetry: null } },
		problem: 'topics.telemetry: got null, wants a topic, for outbox.policy is "keep"',
	},
	{
		more: { ...SERVER, ...QOS1, topics: { acks: null } },
		problem: 'topics.acks: got null, wants a topic, for outbox.delivery is "server"',
	},
	{
		more: { ...KEEP, telemetry: { qos: 1, sensors: [{ name: "time", pin: "light" }] } },
		problem: 'telemetry.sensors.0.name: got "time", wants another name, for outbox.policy is "keep"',
	},
	{
		more: { outbox: { server: "" } },
		problem: 'outbox.server: got "", wants 1 to 32 of letters, digits, "-", "_", "."',
	},
])("refuses: $problem", ({ more, problem }) => {
	expect(problemsOf(more)).toEqual([problem]);
});
