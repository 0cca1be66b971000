import { type Member, readObject } from "../../commands/json.js";

/** A desired property, and its value as JSON. */
export interface Desired {
	readonly name: string;
	readonly value: string;
}

/** Desired properties with their version. */
export interface DesiredProperties {
	readonly version: number;
	readonly properties: readonly Desired[];
}

/** The desired properties that the device knows, as the beginning and the end of the command that each stands for. */
const COMMANDS: Readonly<Record<string, readonly [string, string]>> = Object.freeze({
	telemetryInterval: Object.freeze(['"configure":{"interval":', "}"] as const),
	threshold: Object.freeze(['"configure":{"threshold":', "}"] as const),
	ledOn: Object.freeze(['"led_on":', ""] as const),
});
const NAMES: readonly string[] = Object.freeze(Object.keys(COMMANDS));

/** Levels of a twin: ten of its properties, and the document's own. */
const DEPTH = 12;

/** The command that a desired property stands for, as JSON. */
export function commandOf({ name, value }: Desired, id: string): string {
	const [before, after] = COMMANDS[name] as readonly [string, string];
	return `{"id":${JSON.stringify(id)},${before}${value}${after}}`;
}

/** The desired properties in a twin; `undefined` for what is none. */
export function readTwin(text: string): DesiredProperties | undefined {
	const desired = membersOf(text)?.find(({ name }) => name === "desired");
	return desired && readDesired(desired.value);
}

/** Desired properties, or a change of them; `undefined` for what is none. One that was deleted is left out. */
export function readDesired(text: string): DesiredProperties | undefined {
	const members = membersOf(text);
	const version = Number(members?.find(({ name }) => name === "$version")?.value);
	if (members === undefined || Number.isNaN(version)) return undefined;
	return {
		version,
		properties: members.filter(({ name, value }) => NAMES.includes(name) && value !== "null"),
	};
}

function membersOf(text: string): readonly Member[] | undefined {
	const read = readObject(text, DEPTH);
	return read.kind === "object" ? read.members : undefined;
}
