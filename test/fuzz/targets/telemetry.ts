import type { Action } from "../../../server/action.js";
import { ServerCore } from "../../../server/core.js";
import { MAX_DEPTH } from "../../../server/json-object.js";
import { bytesOf, looseText, strictText } from "../bytes.js";
import { anyJson } from "../json-text.js";
import { spoilt } from "../mutate.js";
import { demand, demandSame, type Target } from "../target.js";

const TOPICS = [
	"d1/telemetry",
	"d1/telemetry",
	"d1/telemetry",
	"d2/telemetry",
	"/telemetry",
	"a/b/telemetry",
	"d1/acks",
	"d1/state",
	"é/telemetry",
];
const THRESHOLD = 300;
/** Bytes of an input before the payload: the topic, and whether the message was retained. */
const HEADER = 2;

const depthOf = (value: unknown): number =>
	typeof value === "object" && value !== null
		? 1 + Object.values(value).reduce<number>((most, inner) => Math.max(most, depthOf(inner)), 0)
		: 0;

const isNumber = (value: unknown, most: number): boolean =>
	typeof value === "number" && value % 1 === 0 && value >= 1 && value <= most;

/** Whether what a payload says of its number is as the contract has it. */
function isNumbered(value: Readonly<Record<string, unknown>>): boolean {
	const has = (name: string) => Object.keys(value).includes(name);
	if (has("late") && value.late !== true) return false;
	const count = ["seq", "stream", "base"].filter(has).length;
	if (count === 0) return true;
	const { seq, stream, base } = value;
	const isStream =
		typeof stream === "string" && /^[0-9a-z]+$/.test(stream) && stream.length <= 32 && !/\n/.test(stream);
	return count === 3 && isStream && isNumber(seq, 2 ** 53 - 1) && isNumber(base, seq as number);
}

/** The light in a payload, as the contract has it; `undefined` for what is no telemetry. */
function lightIn(payload: Uint8Array): number | undefined {
	const text = strictText(payload)?.replace(/^\ufeff/, "");
	try {
		const value = JSON.parse(text ?? "") as { light?: unknown };
		const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
		if (!isObject || !Object.hasOwn(value, "light") || depthOf(value) > MAX_DEPTH) return undefined;
		if (!isNumbered(value as Record<string, unknown>)) return undefined;
		return Number.isFinite(value.light) ? (value.light as number) : undefined;
	} catch {
		return undefined;
	}
}

/** What numbers a reading, often as it should. */
function sequenceText(pick: (of: readonly string[]) => string): string {
	const number = () =>
		pick(["1", "2", "7", "9007199254740991", "9007199254740992", "0", "1.5", '"1"', "null"]);
	const stream = pick(["a", "a", "z9", "A", "", "a".repeat(33), "a\\n"]);
	const members = [`"seq":${number()}`, `"stream":"${stream}"`, `"base":${pick(["1", "1", number()])}`];
	const given = pick(["111", "111", "111", "110", "101", "011"]);
	const late = pick(["", "", ',"late":true', ',"late":false']);
	return `,${members.filter((_, index) => given[index] === "1").join(",")}${late}`;
}

function checkRefusal(action: Action | undefined): void {
	demand(action?.kind === "refused" && action.reason !== "", "neither taken nor refused");
	demand([...action.payload].length <= 200 && [...action.topic].length <= 200, "shows too much");
}

export const telemetry: Target = {
	name: "telemetry",
	covers: [
		...["server/telemetry.ts", "server/sequence.ts", "server/topics.ts", "server/core.ts", "server/rule.ts"],
		...["server/delivery.ts", "server/streams.ts", "server/acks.ts"],
	],
	share: 5,
	generate: (random) => {
		const light = random.pick(["12", "300", "299.5", "1e999", "-1", '"5"', "null"]);
		const isNumbered = random.chance(0.5);
		const text = random.chance(0.5)
			? isNumbered
				? `{"light":12${sequenceText((of) => random.pick(of))}}`
				: `{"light":${light}}`
			: anyJson(random, ["light", "time", "seq", "stream", "base", "late", "by", "since"]);
		const [topic, flag] = [random.small(TOPICS.length), random.chance(0.1) ? 1 : 0];
		return new Uint8Array([topic, flag, ...spoilt(bytesOf(text), random, 0.6)]);
	},
	run: (input) => {
		const [choice = 0, flag = 0] = input;
		const topic =
			choice < 240 ? (TOPICS[choice % TOPICS.length] as string) : looseText(input.subarray(HEADER));
		const payload = input.subarray(HEADER);
		const core = new ServerCore({ id: "d1", threshold: THRESHOLD });
		const actions = core.receive({ topic, payload, retain: flag === 1 });
		if (topic === "d1/acks") {
			const isOfNamesake = actions.length === 1 && actions[0]?.kind === "superseded";
			demand(actions.length === 0 || isOfNamesake, "other actions");
			demand(core.counts.messages === 0, "an acknowledgement counted");
			return "heard";
		}
		const light = flag !== 1 && topic === "d1/telemetry" ? lightIn(payload) : undefined;
		if (light === undefined) {
			demand(actions.length === 1, "another number of actions");
			checkRefusal(actions[0]);
			return "refused";
		}
		const rest = actions.filter(({ kind }) => kind !== "told");
		const [received, sent] = rest;
		const { seq, base, late } = JSON.parse(strictText(payload)?.replace(/^\ufeff/, "") ?? "") as Record<
			string,
			unknown
		>;
		const acks = core.commit().filter(({ kind }) => kind === "ack");
		demand(acks.length === (seq === undefined ? 0 : 1), "another number of acknowledgements");
		// Of one that is late, and not the next one, there is nothing to be told.
		if (late === true && seq !== base) {
			demand(rest.length === 0, "an answer to what is not taken");
			return "gap";
		}
		demand(received?.kind === "received", "other actions");
		demand(JSON.stringify(received.payload) !== undefined, "telemetry that cannot be shown");
		if (late === true) {
			demand(rest.length === 1, "an answer to a late reading");
			return "late";
		}
		demand(rest.length === 2 && sent?.kind === "send", "other actions");
		demandSame(
			`${sent.topic} ${sent.body}`,
			`d1/commands {"led_on":${light < THRESHOLD}}`,
			"another command",
		);
		return "command";
	},
};
