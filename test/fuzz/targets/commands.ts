import {
	type Argument,
	boolean,
	integer,
	number,
	object,
	text as textArgument,
} from "../../../firmware/commands/arguments.js";
import { Commands, type CommandTable, command } from "../../../firmware/commands/commands.js";
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
		return { value: JSON.parse(text.replace(/^\ufeff/, "")) };
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

/** A whole number that JSON.parse makes, within limits. */
const isWhole = (value: unknown, least: number, most: number): boolean =>
	Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

/** A command for each kind of argument, and what that takes, said of what JSON.parse makes of it. */
const KINDS = {
	led_on: { argument: boolean, takes: (value: unknown) => typeof value === "boolean" },
	blink: { argument: integer(1, 20), takes: (value: unknown) => isWhole(value, 1, 20) },
	level: {
		argument: number(-1, 2000),
		takes: (value: unknown) => typeof value === "number" && value >= -1 && value <= 2000,
	},
	say: {
		argument: textArgument(1, 3),
		takes: (value: unknown) =>
			typeof value === "string" && value !== "" && value.length <= 3 && !/\p{Cs}/u.test(value),
	},
	scene: {
		argument: object({ on: boolean, times: integer(0, 9) }),
		takes: (value: unknown) => {
			if (!isObject(value)) return false;
			const { on, times, ...rest } = value as Record<string, unknown>;
			return typeof on === "boolean" && isWhole(times, 0, 9) && Object.keys(rest).length === 0;
		},
	},
};
type Kind = keyof typeof KINDS;
const NAMES = Object.keys(KINDS) as Kind[];

/** Arguments that are right for a kind, or nearly so. */
const USUAL: Readonly<Record<Kind, readonly string[]>> = {
	led_on: ["true", "false", "1", "null"],
	blink: ["1", "20", "21", "2e1", "0.5"],
	level: ["-1", "0.25", "1e3", "2001", "1e999"],
	say: ['"a"', '"\\u00e9"', '"\\ud800"', '""', '"abcd"'],
	scene: [
		'{"on":true,"times":3}',
		'{"times":9,"on":false,"x":1}',
		'{"on":true}',
		'{"on":1,"times":3,"on":true}',
	],
};

const isText = (value: unknown, most: number): boolean =>
	typeof value === "string" && value !== "" && value.length <= most && !/\p{Cs}/u.test(value);

/** What a message may say beside its commands. */
const ENVELOPE: Readonly<Record<string, (value: unknown) => boolean>> = {
	id: (value) => isText(value, 64),
	by: (value) => isText(value, 64),
	stream: (value) => isText(value, 15),
	seq: (value) => isWhole(value, 1, Number.MAX_SAFE_INTEGER),
	expires: (value) => isWhole(value, 1, Number.MAX_SAFE_INTEGER),
};
const BESIDE = [
	'"id":"a"',
	'"id":7',
	'"by":"hand"',
	'"stream":"k"',
	'"seq":1',
	'"seq":0',
	'"expires":1e3',
	'"expires":"x"',
];

function anyCommand(random: Random): string {
	const rest = anyJson(random, [...NAMES, ...Object.keys(ENVELOPE), "on", "times", "time"]);
	if (random.chance(0.4)) return rest;
	const orders = Array.from({ length: 1 + random.below(3) }, () => {
		const name = random.pick(NAMES);
		return `"${name}":${random.pick(USUAL[name])}`;
	});
	if (random.chance(0.3)) orders.splice(random.below(orders.length + 1), 0, random.pick(BESIDE));
	return random.chance(0.5) ? `{${orders.join(",")}}` : `{"x":${rest},${orders.join(",")}}`;
}

/** The commands in what JSON.parse makes of a message; `undefined` unless all of them are to be obeyed. */
function ordersIn(text: string | undefined): Record<string, unknown> | undefined {
	const value = text === undefined ? undefined : parsed(text)?.value;
	if (!isObject(value) || deepest(text as string) > MAX_DEPTH) return undefined;
	const isFit = Object.entries(ENVELOPE).every(
		([name, takes]) => !Object.hasOwn(value, name) || takes((value as Record<string, unknown>)[name]),
	);
	if (!isFit) return undefined;
	const orders = Object.entries(value).filter(([name]) => Object.hasOwn(KINDS, name));
	const fits = orders.every(([name, argument]) => KINDS[name as Kind].takes(argument));
	return fits && orders.length > 0 ? Object.fromEntries(orders) : undefined;
}

/** With its members in the order of their names. */
const sorted = (orders: object): string =>
	JSON.stringify(Object.entries(orders).sort(([one], [other]) => (one < other ? -1 : 1)));

/** Bytes of a payload; the first one says whether the message was retained. */
export const commands: Target = {
	name: "commands",
	covers: [
		"firmware/commands/json.ts",
		"firmware/commands/arguments.ts",
		"firmware/commands/commands.ts",
		"firmware/commands/envelope.ts",
	],
	share: 6,
	generate: (random) =>
		new Uint8Array([random.below(2), ...spoilt(bytesOf(anyCommand(random)), random, 0.6)]),
	run: (input) => {
		const text = strictText(input.subarray(1));
		const obeyed: Record<string, unknown> = {};
		const reports: unknown[] = [];
		const table: CommandTable = Object.fromEntries(
			NAMES.map((name) => {
				const argument = KINDS[name].argument as Argument<unknown>;
				const obey = (value: unknown) => {
					demand(!Object.hasOwn(obeyed, name), "obeys one command twice");
					obeyed[name] = value;
				};
				return [name, command({ argument, isState: true, obey })];
			}),
		);
		const receiver = new Commands({ report: (event) => void reports.push(event) }, table, undefined);
		const isRetained = input[0] === 1;
		const problem = receiver.receive(text, isRetained);
		if (text !== undefined) checkMembers(text);
		const wanted = ordersIn(text);
		demand(
			(problem === undefined) === (wanted !== undefined),
			`refused for ${problem}, where JSON.parse has another opinion`,
		);
		demandSame(sorted(obeyed), sorted(wanted ?? {}), "obeys something else");
		demand(reports.length === (problem === undefined ? 1 : 0), "tells another number of commands");
		if (problem === undefined && isRetained)
			demand(receiver.receive(text, true) !== undefined, "obeys twice");
		return problem === undefined ? "obeyed" : "refused";
	},
};
