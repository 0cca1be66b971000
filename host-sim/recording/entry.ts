import { type Codec, Mismatch } from "./codec.js";
import {
	CALLS,
	type CallArguments,
	type CallName,
	type CallResult,
	EVENTS,
	type EventArguments,
	type EventName,
} from "./crossing.js";
import { RecordingError } from "./failure.js";

/** What a recording calls itself, in its first line. */
export const FORMAT = "nightlight recording";

/** The version of the format that this program writes. */
export const VERSION = 3;

/** Those that it reads. Version 2 is the same without flash memory. */
const VERSIONS: readonly number[] = Object.freeze([2, VERSION]);

/** The first line of a recording. */
export interface Header {
	/** The version of the firmware that was recorded. */
	readonly firmware: string;
	/** What ran it. */
	readonly engine: EngineName;
}

/** Engines that are recorded: each meets the host in its own way. */
export type EngineName = (typeof ENGINES)[number];

const ENGINES = Object.freeze(["node", "xs", "arm"] as const);

/** The firmware called the host. Arguments are as in the file, to be compared. */
export interface CallEntry {
	readonly kind: "call";
	readonly line: number;
	readonly name: CallName;
	readonly of: number;
	readonly args: readonly unknown[];
	/** What the host answered. */
	readonly is: unknown;
	/** Why the host threw, if it did. */
	readonly throws: string | undefined;
}

/** The host called the firmware. */
export interface EventEntry {
	readonly kind: "event";
	readonly line: number;
	/** Milliseconds since the recording began. */
	readonly at: number;
	readonly device: string;
	readonly name: EventName;
	readonly of: number;
	readonly args: readonly unknown[];
}

export type Entry = CallEntry | EventEntry;

/** The line of a header, with its end. */
export const headerLine = (header: Header): string =>
	`${JSON.stringify({ format: FORMAT, version: VERSION, ...header })}\n`;

/** The line of an event, with its end. */
export function eventLine<N extends EventName>(
	at: number,
	device: string,
	name: N,
	of: number,
	args: EventArguments<N>,
): string {
	return line({ at, device, event: name, ...rest(of, encodeArguments(EVENTS[name].args, args)) });
}

/** The line of a call that returned, with its end. */
export function callLine<N extends CallName>(
	name: N,
	of: number,
	args: CallArguments<N>,
	result: CallResult<N>,
): string {
	const is = (CALLS[name].is as Codec<unknown>).encode(result);
	return line({ call: name, ...rest(of, encodeCall(name, args)), ...(is !== null && { is }) });
}

/** The line of a call that threw, with its end. */
export const throwLine = <N extends CallName>(
	name: N,
	of: number,
	args: CallArguments<N>,
	throws: string,
): string => line({ call: name, ...rest(of, encodeCall(name, args)), throws });

/** The arguments of a call as they are in a file. */
export const encodeCall = <N extends CallName>(name: N, args: CallArguments<N>): unknown[] =>
	encodeArguments(CALLS[name].args, args);

const encodeArguments = (codecs: readonly Codec<unknown>[], args: readonly unknown[]): unknown[] =>
	codecs.map((codec, index) => codec.encode(args[index]));

/** What is 0 or empty is left out. */
const rest = (of: number, args: readonly unknown[]) => ({
	...(of > 0 && { of }),
	...(args.length > 0 && { args }),
});

const line = (value: object): string => `${JSON.stringify(value)}\n`;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the first line.
 * @throws RecordingError when it is no recording, or one of another version
 */
export function parseHeader(text: string): Header {
	const fields = parseObject(text);
	if (fields?.format !== FORMAT) throw new RecordingError("not a recording of this program");
	const { version, firmware, engine } = fields;
	if (typeof version !== "number") throw new RecordingError("not a recording: its version is missing", 1);
	if (!VERSIONS.includes(version)) {
		const maker = typeof firmware === "string" ? `, nightlight ${firmware}` : "";
		throw new RecordingError(
			`format version ${version}, and this program reads ${VERSIONS.join(" and ")}; replay it with the program that made it${maker}`,
			1,
		);
	}
	if (typeof firmware !== "string") throw new RecordingError("firmware: wants text", 1);
	const known = ENGINES.find((name) => name === engine);
	if (known === undefined) throw new RecordingError(`engine: wants ${ENGINES.join(", ")}`, 1);
	return { firmware, engine: known };
}

/**
 * Reads any other line; `number` is its number, from 1.
 * @throws RecordingError when it is no entry
 */
export function parseEntry(text: string, number: number): Entry {
	const fields = parseObject(text);
	if (fields === undefined) throw new RecordingError("not a JSON object", number);
	try {
		if ("event" in fields) return parseEvent(fields, number);
		if ("call" in fields) return parseCall(fields, number);
		throw new Mismatch("neither an event nor a call");
	} catch (error) {
		if (error instanceof Mismatch) throw new RecordingError(error.message, number);
		throw error;
	}
}

function parseEvent({ event, at, device, of = 0, args = [] }: Fields, line: number): EventEntry {
	const name = nameIn(EVENTS, event, "event");
	if (typeof at !== "number" || !(at >= 0)) throw new Mismatch("at: wants milliseconds");
	if (typeof device !== "string") throw new Mismatch("device: wants text");
	return { kind: "event", line, at, device, name, of: numberOf(of), args: decoded(EVENTS[name].args, args) };
}

function parseCall({ call, of = 0, args = [], is = null, throws }: Fields, line: number): CallEntry {
	const name = nameIn(CALLS, call, "call");
	if (throws !== undefined && typeof throws !== "string") throw new Mismatch("throws: wants text");
	decoded(CALLS[name].args, args);
	return {
		...{ kind: "call", line, name, throws },
		of: numberOf(of),
		args: args as unknown[],
		is: throws === undefined ? named("is", () => CALLS[name].is.decode(is)) : undefined,
	};
}

function nameIn<T extends object>(table: T, name: unknown, key: string): keyof T {
	if (typeof name === "string" && Object.hasOwn(table, name)) return name as keyof T;
	if (typeof name !== "string") throw new Mismatch(`${key}: wants text`);
	throw new Mismatch(`there is no ${key} ${JSON.stringify(name).slice(0, 40)}`);
}

function numberOf(of: unknown): number {
	if (Number.isSafeInteger(of) && (of as number) >= 0) return of as number;
	throw new Mismatch("of: wants a whole number from 0");
}

function decoded(codecs: readonly Codec<unknown>[], args: unknown): unknown[] {
	if (!Array.isArray(args) || args.length !== codecs.length) {
		throw new Mismatch(`args: wants a list of ${codecs.length}`);
	}
	return codecs.map((codec, index) => named(`args[${index}]`, () => codec.decode(args[index])));
}

/** Says which field a mismatch is in. */
function named<T>(field: string, decode: () => T): T {
	try {
		return decode();
	} catch (error) {
		if (error instanceof Mismatch) throw new Mismatch(`${field}: ${error.message}`);
		throw error;
	}
}

function parseObject(text: string): Fields | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null && !Array.isArray(value)
			? (value as Fields)
			: undefined;
	} catch {
		return undefined;
	}
}
