import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import type { AnswerKind, BrokerWays } from "../../../../host-sim/simulation/broker/broker.js";
import { connectPacket, type Peer, Rig } from "./support.js";

const CLIENTS = 3;
const QUEUE = 5;
const WINDOW = 3;
const TOPICS = ["a", "a/b", "b", "$c"];
const FILTERS = ["a", "a/+", "a/#", "#", "+", "$c"];

const anyQos = fc.constantFrom<0 | 1 | 2>(0, 1, 2);
const anyId = fc.integer({ min: 1, max: 6 });

const anyPacket: fc.Arbitrary<Packet> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc
			.record({
				topic: fc.constantFrom(...TOPICS),
				qos: anyQos,
				retain: fc.boolean(),
				dup: fc.boolean(),
				messageId: anyId,
			})
			.map(({ qos, dup, messageId, ...rest }): Packet => {
				const payload = rest.retain && messageId === 1 ? "" : "m";
				return { cmd: "publish", payload, qos, dup: dup && qos > 0, ...rest, ...(qos > 0 && { messageId }) };
			}),
	},
	{
		weight: 6,
		arbitrary: fc.record({ cmd: fc.constantFrom("puback", "pubrec", "pubrel", "pubcomp"), messageId: anyId }),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			cmd: fc.constant("subscribe" as const),
			messageId: anyId,
			subscriptions: fc.array(fc.record({ topic: fc.constantFrom(...FILTERS), qos: anyQos }), {
				minLength: 1,
				maxLength: 3,
			}),
		}),
	},
	fc.record({
		cmd: fc.constant("unsubscribe" as const),
		messageId: anyId,
		unsubscriptions: fc.array(fc.constantFrom(...FILTERS), { minLength: 1, maxLength: 2 }),
	}),
	fc.constantFrom<Packet>({ cmd: "pingreq" }, { cmd: "disconnect" }),
);

const anyConnect = fc
	.record({ clean: fc.boolean(), keepalive: fc.constantFrom(0, 1), hasWill: fc.boolean(), qos: anyQos })
	.map(({ hasWill, qos, ...rest }) => {
		const will = { topic: "a", payload: Buffer.from("w"), qos, retain: false };
		return { ...rest, ...(hasWill && { will }) };
	});

const anyStep = fc.oneof(
	{ weight: 12, arbitrary: fc.record({ do: fc.constant("send" as const), packet: anyPacket }) },
	{ weight: 4, arbitrary: fc.record({ do: fc.constant("connect" as const), options: anyConnect }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant("cut" as const) }) },
	fc.record({ do: fc.constant("garbage" as const), bytes: fc.uint8Array({ maxLength: 20 }) }),
	fc.record({ do: fc.constant("crash" as const), keepState: fc.boolean() }),
	fc.record({ do: fc.constant("wait" as const), time: fc.integer({ min: 0, max: 3000 }) }),
	fc.record({
		do: fc.constant("answer" as const),
		answer: fc.constantFrom<"send" | "drop" | number | undefined>("send", "drop", 0, 700, undefined),
		kind: fc.constantFrom<AnswerKind>("connack", "puback", "pubrec", "pubrel", "pubcomp", "suback"),
	}),
);

const anyScript = fc.array(fc.tuple(fc.nat(CLIENTS - 1), anyStep), { maxLength: 80 });

const anyWays: fc.Arbitrary<Partial<BrokerWays>> = fc.record({
	overlapping: fc.constantFrom("highest", "each", "first"),
	exactlyOnce: fc.constantFrom("release", "publish"),
	takeoverWill: fc.constantFrom("always", "unless persistent"),
});

type Script = readonly (readonly [number, typeof anyStep extends fc.Arbitrary<infer Step> ? Step : never])[];

/** Runs a script; what the broker does wrong throws in the peers or here. Returns the rig and all lines. */
function run(ways: Partial<BrokerWays>, script: Script) {
	const rig = new Rig({ ...ways, inFlight: WINDOW, queue: QUEUE });
	const peers: (Peer | undefined)[] = [];
	const all: Peer[] = [];
	const peerOf = (client: number): Peer => {
		const known = peers[client];
		if (known !== undefined && !known.isClosed) return known;
		const peer = rig.link();
		peers[client] = peer;
		all.push(peer);
		return peer;
	};
	for (const [client, step] of script) {
		switch (step.do) {
			case "send":
				peerOf(client).raw(generate(step.packet));
				break;
			case "connect":
				peers[client] = undefined;
				peerOf(client).send(connectPacket(`c${client}`, step.options));
				break;
			case "garbage":
				peerOf(client).raw(step.bytes);
				break;
			case "cut":
				peerOf(client).cut();
				break;
			case "crash":
				rig.broker.crash(step.keepState);
				break;
			case "wait":
				rig.clock.advance(step.time);
				break;
			case "answer": {
				const { kind, answer } = step;
				rig.broker.faults.answer =
					answer === undefined ? undefined : (asked) => (asked === kind ? answer : "send");
			}
		}
		const { sessions, queued, inFlight, clients, retained } = rig.broker.state;
		expect(sessions).toBeLessThanOrEqual(CLIENTS);
		expect(clients).toBeLessThanOrEqual(sessions);
		expect(inFlight).toBeLessThanOrEqual(WINDOW * sessions);
		expect(queued).toBeLessThanOrEqual((WINDOW + QUEUE) * sessions);
		expect(retained).toBeLessThanOrEqual(TOPICS.length);
	}
	return { rig, lines: all.map(({ lines }) => lines), peers: all };
}

describe("whatever clients, faults and crashes do, the broker", () => {
	it("never throws, stays within its bounds, and does the same again", () => {
		fc.assert(
			fc.property(anyWays, anyScript, (ways, script) => {
				const one = run(ways, script);
				const other = run(ways, script);
				expect(other.lines).toEqual(one.lines);
				expect(other.rig.events).toEqual(one.rig.events);
			}),
			{ numRuns: 300 },
		);
	});

	it("gives CONNACK first, and nothing after the end", () => {
		fc.assert(
			fc.property(anyWays, anyScript, (ways, script) => {
				for (const lines of run(ways, script).lines) {
					if (lines[0] !== undefined) expect(lines[0]).toMatch(/^(?:connack|closed)/);
					const end = lines.indexOf("closed");
					if (end >= 0) expect(end).toBe(lines.length - 1);
				}
			}),
			{ numRuns: 200 },
		);
	});

	it("is empty when all sessions have ended", () => {
		fc.assert(
			fc.property(anyWays, anyScript, (ways, script) => {
				const { rig, peers } = run(ways, script);
				rig.broker.faults.answer = undefined;
				for (const peer of peers) if (!peer.isClosed) peer.cut();
				for (let client = 0; client < CLIENTS; client++) rig.client(`c${client}`).cut();
				// A will of the last but one may have been retained, nothing else is left.
				const { retained, ...state } = rig.broker.state;
				expect(state).toEqual({
					clients: 0,
					sessions: 0,
					subscriptions: 0,
					queued: 0,
					inFlight: 0,
					unreleased: 0,
				});
				expect(retained).toBeLessThanOrEqual(TOPICS.length);
			}),
			{ numRuns: 200 },
		);
	});
});
