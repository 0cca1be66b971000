import { describe, expect, it } from "vitest";
import { MOSQUITTO_WAYS, STANDARD_WAYS } from "../../../../../host-sim/simulation/broker/broker.js";
import { inLane } from "../../../../support/lane.js";
import { describeWith, mosquitto } from "../../../../support/requires.js";
import { DIFFERENCES, waysWithout } from "./differences.js";
import { playOnMosquitto } from "./oracle.js";
import { compare, play, type Scene, show } from "./play.js";
import { CLIENTS, scriptOf } from "./script.js";
import { dialModel } from "./wire.js";

/** `npm run differential` plays more. */
const SCRIPTS = Array.from({ length: inLane(10, 25) }, (_, seed) => scriptOf(seed));
/** What is to be compared comes up in these; on the model alone they take no time. */
const ENOUGH = Array.from({ length: 25 }, (_, seed) => scriptOf(seed));

describeWith([mosquitto], "the model broker does as Mosquitto does", () => {
	const played = new Map<number, readonly Scene[]>();

	it.each(SCRIPTS)("in script $seed", async (script) => {
		const theirs = await playOnMosquitto(script);
		played.set(script.seed, theirs);
		const difference = compare(await play(script, dialModel(MOSQUITTO_WAYS)), theirs);
		expect(difference && show(script, difference)).toBeUndefined();
	});

	it.each(DIFFERENCES)("but for what is known, which shows: $what", async ({ way }) => {
		const differing: number[] = [];
		for (const script of SCRIPTS) {
			const ours = await play(script, dialModel(waysWithout(way)));
			if (compare(ours, played.get(script.seed) ?? []) !== undefined) differing.push(script.seed);
		}
		expect(differing).not.toEqual([]);
	});

	it("by all that is known, and by nothing else that is a way", () => {
		const bounds = ["inFlight", "queue"];
		const differing = Object.keys(STANDARD_WAYS).filter(
			(way) => !Object.is(STANDARD_WAYS[way as never], MOSQUITTO_WAYS[way as never]),
		);
		expect(differing.sort()).toEqual([...DIFFERENCES.map(({ way }) => way), ...bounds].sort());
	});
});

describe("scripts", () => {
	it("are the same for a seed, and others for another", async () => {
		expect(scriptOf(7)).toEqual(scriptOf(7));
		expect(scriptOf(7)).not.toEqual(scriptOf(9));
		const [one, other] = [await play(scriptOf(7), dialModel({})), await play(scriptOf(7), dialModel({}))];
		expect(one).toEqual(other);
	});

	it("bring about all that is to be compared", async () => {
		const seen = new Set<string>();
		for (const script of ENOUGH) {
			for (const scene of await play(script, dialModel(MOSQUITTO_WAYS))) {
				for (const client of CLIENTS) for (const { line } of scene[client]) seen.add(line);
			}
		}
		const all = [...seen].join("\n");
		for (const wanted of [
			/^connack 0$/m,
			/^connack 0 present$/m,
			/^publish .* q0$/m,
			/^publish .* q1$/m,
			/^publish .* q2$/m,
			/^publish .*=message.* q0 retain$/m,
			/^publish .*=will.* q[012] retain$/m,
			/^publish .*=will.* q[012]$/m,
			/^publish .* q1 dup$/m,
			/^publish .* q2 dup$/m,
			/^publish .* q[12] dup retain$/m,
			/^publish .*= q[012]$/m,
			/^publish \$x\/a=.* q/m,
			/^pubrel$/m,
			/^pubrec \d+$/m,
			/^pubcomp \d+$/m,
			/^suback \d+ \d,\d,\d$/m,
			/^unsuback \d+$/m,
			/^closed$/m,
		]) {
			expect(all).toMatch(wanted);
		}
	});
});

describe("the comparison sees", () => {
	const scene = (...lines: readonly string[]): Scene => ({
		ann: lines.map((line) => {
			const topic = /^publish (.*)=/.exec(line)?.[1];
			return topic === undefined ? { line } : { line, topic };
		}),
		bob: [],
		cid: [],
	});
	const ONE = ["puback 1", "publish a=1 q1", "publish a=2 q1", "publish b=1 q0"];
	const CASES: readonly [what: string | undefined, lines: readonly string[]][] = [
		[undefined, ["publish b=1 q0", "publish a=1 q1", "puback 1", "publish a=2 q1"]],
		["order", ["puback 1", "publish a=2 q1", "publish a=1 q1", "publish b=1 q0"]],
		["flags", ["puback 1", "publish a=1 q1 dup", "publish a=2 q1", "publish b=1 q0"]],
		["missing", [...ONE, "publish b=1 q0"]],
		["extra", ONE.slice(0, 3)],
		["answer", ONE.slice(1)],
		["closed", [...ONE, "closed"]],
	];
	it.each(CASES)("%s", (kind, lines) => {
		expect(compare([scene(), scene(...ONE)], [scene(), scene(...lines)])?.kind).toBe(kind);
	});
});
