import type { Host } from "../host.js";
import { readObject } from "./json.js";

/** A command the device knows, and what it does with it. */
export interface Command<T = unknown> {
	/**
	 * Whether it names a wanted state, which a retained message may carry, rather than an action,
	 * which must not happen again because a broker kept it.
	 */
	readonly isState: boolean;
	/** The argument from its JSON text, or `undefined` when it is not of the right type. */
	readonly parse: (json: string) => T | undefined;
	/** What `parse` wants, in words: "true or false". */
	readonly wants: string;
	readonly obey: (argument: T) => void;
}

/** The commands by name; the names are those of the message's members. */
export type CommandTable = Readonly<Record<string, Command>>;

/** What a message means. */
type Meaning =
	/** A command: the names and arguments known here, and a function that carries it out. */
	| { kind: "command"; payload: Record<string, unknown>; obey: () => void }
	/** Nothing to be done, and why. */
	| { kind: "refused"; reason: string };

/** Makes a table entry whose `parse` and `obey` agree on a type. */
export const command = <T>(definition: Command<T>): Command => definition as Command;

/** `true` or `false`, for `Command.parse`. */
export const parseBoolean = (json: string): boolean | undefined =>
	json === "true" ? true : json === "false" ? false : undefined;

const refused = (reason: string): Meaning => ({ kind: "refused", reason });

/** Understands messages as a table of commands says, and obeys: a whole message or nothing of it. */
export class Commands {
	readonly #host: Pick<Host, "report">;
	readonly #table: CommandTable;
	/** By name, the JSON text of the last retained state applied: each is applied once. */
	readonly #applied = new Map<string, string>();
	#refused = 0;

	constructor(host: Pick<Host, "report">, table: CommandTable) {
		this.#host = host;
		this.#table = table;
	}

	/** How many messages were refused. */
	get refused(): number {
		return this.#refused;
	}

	/**
	 * Obeys a message, a JSON object such as `{"led_on":true}`. Returns why not, when it is refused.
	 * @param text the message; `undefined` when its bytes are no UTF-8
	 * @param retained whether it is one that was kept for whoever comes later
	 */
	receive(text: string | undefined, retained: boolean): string | undefined {
		const meaning = this.#understand(text, retained);
		if (meaning.kind === "refused") {
			this.#refused++;
			return meaning.reason;
		}
		this.#host.report({ event: "command", payload: meaning.payload });
		meaning.obey();
		return undefined;
	}

	#understand(text: string | undefined, retained: boolean): Meaning {
		if (text === undefined) return refused("ill-formed UTF-8");
		if (text === "") return refused("empty");
		const read = readObject(text);
		if (read.kind === "invalid") return refused(read.reason);
		// Of a repeated name the last value counts, as in JSON.parse.
		const values = new Map<string, string>();
		for (const { name, value } of read.members) {
			if (Object.hasOwn(this.#table, name)) values.set(name, value);
		}
		const known = new Map<string, { command: Command; json: string; argument: unknown }>();
		for (const [name, json] of values) {
			const command = this.#table[name] as Command;
			const argument = command.parse(json);
			if (argument === undefined) return refused(`${name} wants ${command.wants}`);
			if (retained && !command.isState) return refused(`${name} is an action, but was retained`);
			known.set(name, { command, json, argument });
		}
		if (known.size === 0) return refused("no command known here");
		if (retained) {
			for (const [name, { json }] of known) {
				if (this.#applied.get(name) === json) known.delete(name);
				this.#applied.set(name, json);
			}
			if (known.size === 0) return refused("retained, and applied before");
		}
		const payload: Record<string, unknown> = {};
		for (const [name, { argument }] of known) payload[name] = argument;
		const obey = () => {
			for (const { command, argument } of known.values()) command.obey(argument);
		};
		return { kind: "command", payload, obey };
	}
}
