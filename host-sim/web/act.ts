import type { Act, FaultName, SourceName } from "./protocol.js";

/** Either what a person wants, or why a body says nothing of the kind. */
export type ReadAct =
	| { readonly kind: "act"; readonly act: Act }
	| { readonly kind: "wrong"; readonly reason: string };

const SOURCES: readonly SourceName[] = Object.freeze(["day", "csv", "hand"]);
const FAULTS: readonly FaultName[] = Object.freeze([
	"wifi-off",
	"broker-down",
	"half-open",
	"latency",
	"power-cut",
	"storage-full",
]);

/** Characters of the longest command that is sent as it is. */
const LONGEST_COMMAND = 16_384;

type Fields = Readonly<Record<string, unknown>>;
type Wants = readonly [fits: (value: unknown) => boolean, words: string];

const isText = (value: unknown): value is string => typeof value === "string";
const oneOf = (texts: readonly string[]): Wants => [
	(value) => isText(value) && texts.includes(value),
	`one of ${texts.join(", ")}`,
];
const isBoolean = (value: unknown) => typeof value === "boolean";

/** The fields of each act, beside `device`. */
const FIELDS: Readonly<Record<Act["act"], Readonly<Record<string, Wants>>>> = Object.freeze({
	light: { value: [Number.isFinite, "a number"] },
	source: { source: oneOf(SOURCES) },
	hold: { led: [(value) => value === null || isBoolean(value), "true, false or null"] },
	command: {
		text: [
			(value) => isText(value) && value.length <= LONGEST_COMMAND,
			`a text of at most ${LONGEST_COMMAND} characters`,
		],
	},
	fault: { fault: oneOf(FAULTS), on: [isBoolean, "true or false"] },
});

/** Reads the body of an act. Unknown fields are ignored. Never throws. */
export function readAct(body: string): ReadAct {
	const value = parse(body);
	if (value === undefined) return wrong("the body is not JSON");
	if (typeof value !== "object" || value === null || Array.isArray(value))
		return wrong("the body is not a JSON object");
	const given = value as Fields;
	const { act, device } = given;
	if (!isText(act) || !Object.hasOwn(FIELDS, act)) {
		return wrong(`act: wants one of ${Object.keys(FIELDS).join(", ")}`);
	}
	if (!isText(device)) return wrong("device: wants a device's id");
	const fields = Object.entries(FIELDS[act as Act["act"]]);
	const mistake = fields.find(([name, [fits]]) => !fits(given[name]));
	if (mistake !== undefined) return wrong(`${mistake[0]}: wants ${mistake[1][1]}`);
	const known = Object.fromEntries(fields.map(([name]) => [name, given[name]]));
	return { kind: "act", act: { act, device, ...known } as Act };
}

const wrong = (reason: string): ReadAct => ({ kind: "wrong", reason });

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
