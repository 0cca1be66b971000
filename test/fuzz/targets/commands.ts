import { Commands, command, parseBoolean } from "../../../firmware/commands/commands.js";
import { readObject } from "../../../firmware/commands/json.js";
import { bytesOf, strictText } from "../bytes.js";
import { anyJson } from "../json-text.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target } from "../target.js";

/** Levels of nesting that are taken. */
const MAX_DEPTH = 8;

/** What JSON.parse makes of a text; `undefined` when it is no JSON. */
function parsed(text: string): { value: unknown } | undefined {
	try {
		return { value: JSON.parse(text) };
	} catch {
		return undefined;
	}
}

const isObject = (value: unknown): value is object =>
	typeof value === "object" && value !== null && !Array.isArray(value);

const depthOf = (value: unknown): number =>
	typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

/** Nesting as it is written: of a repeated name JSON.parse keeps only one. */
function deepest(text: string): number {
	let depth = 0;
	let most = 0;
	for (const letter of text.replace(/"(?:[^"\\]|\\.)*"/gs, "")) {
		if (letter === "{" || letter === "[") most = Math.max(most, ++depth);
		if (letter === "}" || letter === "]") depth--;
	}
	return most;
}

function checkMembers(text: string): void {
	const read = readObject(text);
	const other = parsed(text);
	const isTaken = other !== undefined && isObject(other.value) && deepest(text) <= MAX_DEPTH;
	demand((read.kind === "object") === isTaken, `${read.kind}, where JSON.parse has another opinion`);
	if (read.kind === "invalid") return demand(read.reason !== "", "invalid without a reason");
	const members = Object.fromEntries(read.members.map(({ name, value }) => [name, JSON.parse(value)]));
	demandSame(JSON.stringify(members), JSON.stringify(other?.value), "other members than JSON.parse");
	demand(depthOf(members) <= MAX_DEPTH, "deeper than allowed");
}

function anyCommand(random: Random): string {
	const rest = anyJson(random, ["led_on", "time"]);
	if (random.chance(0.5)) return rest;
	const order = `"led_on":${random.pick(["true", "false", "true", "1", "null"])}`;
	return random.chance(0.5) ? `{${order}}` : `{"x":${rest},${order}}`;
}

/** Bytes of a payload; the first one says whether the message was retained. */
export const commands: Target = {
	name: "commands",
	covers: ["firmware/commands/json.ts", "firmware/commands/commands.ts"],
	share: 6,
	generate: (random) =>
		new Uint8Array([random.below(2), ...spoilt(bytesOf(anyCommand(random)), random, 0.6)]),
	run: (input) => {
		const text = strictText(input.subarray(1));
		const obeyed: boolean[] = [];
		const reports: unknown[] = [];
		const table = {
			led_on: command<boolean>({
				isState: true,
				parse: parseBoolean,
				wants: "true or false",
				obey: (on) => void obeyed.push(on),
			}),
		};
		const receiver = new Commands({ report: (event) => void reports.push(event) }, table);
		const isRetained = input[0] === 1;
		const problem = receiver.receive(text, isRetained);
		if (text !== undefined) checkMembers(text);
		const wanted = text === undefined ? undefined : parsed(text);
		const order =
			wanted && isObject(wanted.value) ? (wanted.value as { led_on?: unknown }).led_on : undefined;
		const isOrder =
			typeof order === "boolean" &&
			deepest(text as string) <= MAX_DEPTH &&
			Object.hasOwn(wanted?.value as object, "led_on");
		demand(
			(problem === undefined) === isOrder,
			`refused for ${problem}, where JSON.parse has another opinion`,
		);
		demandSame(`${obeyed}`, isOrder ? `${order}` : "", "obeys something else");
		demand(reports.length === obeyed.length, "tells another number of commands");
		if (problem === undefined && isRetained)
			demand(receiver.receive(text, true) !== undefined, "obeys twice");
		return problem === undefined ? "obeyed" : "refused";
	},
};
