import type { Refusal, RefusalCode } from "../events.js";
import type { Host } from "../host.js";
import type { Argument } from "./arguments.js";
import { type Member, readObject } from "./json.js";

/** A command the device knows, and what it does with it. */
export interface Command<T = unknown> {
	/**
	 * Whether it names a wanted state, which a retained message may carry, rather than an action,
	 * which must not happen again because a broker kept it.
	 */
	readonly isState: boolean;
	/** The type of its argument: the value of the message's member. */
	readonly argument: Argument<T>;
	readonly obey: (argument: T) => void;
}

/** The commands by name; the names are those of the message's members. */
export type CommandTable = Readonly<Record<string, Command>>;

/** A part of a message that is understood: a command and its argument, also as JSON text. */
interface Order {
	readonly name: string;
	readonly command: Command;
	readonly json: string;
	readonly argument: unknown;
}

/** Makes a table entry whose `argument` and `obey` agree on a type. */
export const command = <T>(definition: Command<T>): Command => definition as Command;

/** Understands messages as a table of commands says, and obeys: a whole message or nothing of it. */
export class Commands {
	readonly #host: Pick<Host, "report">;
	readonly #table: CommandTable;
	/** Its names: to ask an object for a name makes XS keep the name for ever. */
	readonly #names: readonly string[];
	/** By name, the JSON text of the last retained state applied: each is applied once. */
	readonly #applied = new Map<string, string>();

	constructor(host: Pick<Host, "report">, table: CommandTable) {
		this.#host = host;
		this.#table = table;
		this.#names = Object.keys(table);
	}

	/**
	 * Obeys a message, a JSON object such as `{"led_on":true}`. Returns why not, when it is refused.
	 * @param text the message; `undefined` when its bytes are no UTF-8
	 * @param retained whether it is one that was kept for whoever comes later
	 */
	receive(text: string | undefined, retained: boolean): Refusal | undefined {
		const orders: Order[] = [];
		const refusal = this.#understand(text, retained, orders);
		if (refusal !== undefined) return refusal;
		const payload: Record<string, unknown> = {};
		for (let index = 0; index < orders.length; index++) {
			const { name, argument } = orders[index] as Order;
			payload[name] = argument;
		}
		this.#host.report({ event: "command", payload });
		for (let index = 0; index < orders.length; index++) {
			const { command, argument } = orders[index] as Order;
			command.obey(argument);
		}
		return undefined;
	}

	/** Appends what a message orders, or returns why it is refused. */
	#understand(text: string | undefined, retained: boolean, orders: Order[]): Refusal | undefined {
		if (text === undefined) return refused("not-utf-8", "ill-formed UTF-8");
		if (text === "") return refused("empty", "empty");
		const read = readObject(text);
		if (read.kind === "invalid") return read;
		for (let index = 0; index < read.members.length; index++) {
			const { name, value: json } = read.members[index] as Member;
			if (!this.#names.includes(name) || isNamedLater(read.members, index)) continue;
			const command = this.#table[name] as Command;
			const argument = command.argument.parse(json);
			if (argument === undefined) {
				return refused("wrong-argument", `${name} wants ${command.argument.wants}`);
			}
			if (retained && !command.isState) {
				return refused("retained-action", `${name} is an action, but was retained`);
			}
			orders.push({ name, command, json, argument });
		}
		if (orders.length === 0) return refused("unknown-command", "no command known here");
		if (!retained) return undefined;
		let kept = 0;
		for (let index = 0; index < orders.length; index++) {
			const order = orders[index] as Order;
			if (this.#isNew(order.name, order.json)) orders[kept++] = order;
		}
		orders.length = kept;
		return kept === 0 ? refused("retained-again", "retained, and applied before") : undefined;
	}

	/** Whether a retained state is another than the last one; from now on it is the last. */
	#isNew(name: string, json: string): boolean {
		const isNew = this.#applied.get(name) !== json;
		this.#applied.set(name, json);
		return isNew;
	}
}

const refused = (code: RefusalCode, reason: string): Refusal => ({ code, reason });

/** Of a repeated name the last value counts, as in JSON.parse. */
function isNamedLater(members: readonly Member[], index: number): boolean {
	const { name } = members[index] as Member;
	for (let later = index + 1; later < members.length; later++) {
		if ((members[later] as Member).name === name) return true;
	}
	return false;
}
