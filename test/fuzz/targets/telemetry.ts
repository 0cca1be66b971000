import { type Action, ServerCore } from "../../../server/core.js";
import { MAX_DEPTH } from "../../../server/telemetry.js";
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

/** The light in a payload, as the contract has it; `undefined` for what is no telemetry. */
function lightIn(payload: Uint8Array): number | undefined {
	const text = strictText(payload)?.replace(/^\ufeff/, "");
	try {
		const value = JSON.parse(text ?? "") as { light?: unknown };
		const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
		if (!isObject || !Object.hasOwn(value, "light") || depthOf(value) > MAX_DEPTH) return undefined;
		return Number.isFinite(value.light) ? (value.light as number) : undefined;
	} catch {
		return undefined;
	}
}

function checkRefusal(action: Action | undefined): void {
	demand(action?.kind === "refused" && action.reason !== "", "neither taken nor refused");
	demand([...action.payload].length <= 200 && [...action.topic].length <= 200, "shows too much");
}

export const telemetry: Target = {
	name: "telemetry",
	covers: ["server/telemetry.ts", "server/topics.ts", "server/core.ts", "server/rule.ts"],
	share: 5,
	generate: (random) => {
		const text = random.chance(0.5)
			? `{"light":${random.pick(["12", "300", "299.5", "1e999", "-1", '"5"', "null"])}}`
			: anyJson(random, ["light", "time"]);
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
		const light = flag !== 1 && topic === "d1/telemetry" ? lightIn(payload) : undefined;
		if (light === undefined) {
			demand(actions.length === 1, "another number of actions");
			checkRefusal(actions[0]);
			return "refused";
		}
		const [received, sent] = actions;
		demand(actions.length === 2 && received?.kind === "received" && sent?.kind === "send", "other actions");
		demandSame(
			`${sent.topic} ${sent.body}`,
			`d1/commands {"led_on":${light < THRESHOLD}}`,
			"another command",
		);
		demand(JSON.stringify(received.payload) !== undefined, "telemetry that cannot be shown");
		return "command";
	},
};
