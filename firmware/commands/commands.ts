import type { DeviceEvent, Outcome, Refusal, RefusalCode } from "../events.js";
import type { Host } from "../host.js";
import type { Argument } from "./arguments.js";
import { type Envelope, takeMember } from "./envelope.js";
import { type Member, readObject } from "./json.js";

/** A command the device knows, and what it does with it. */
export interface Command<Context = undefined, T = unknown> {
	/**
	 * Whether it names a wanted state, which a retained message may carry, rather than an action,
	 * which must not happen again because a broker kept it.
	 */
	readonly isState: boolean;
	/** The type of its argument: the value of the message's member. */
	readonly argument: Argument<T>;
	/**
	 * Obeys. Returns what it answers, if that is more than that it is done.
	 * @param by who decided, if the message says so
	 * @param context what commands act on
	 */
	// biome-ignore lint/suspicious/noConfusingVoidType: most commands have nothing to answer
	readonly obey: (argument: T, by: string | undefined, context: Context) => Outcome | void;
}

/** The commands by name; the names are those of the message's members. */
export type CommandTable<Context = undefined> = Readonly<Record<string, Command<Context>>>;

/** Sees to it that an order with an id is answered, and one with a number obeyed once. */
export interface Clerk {
	/**
	 * @param isState whether it may be obeyed again
	 * @param obey obeys; called at most once
	 * @returns why it is refused, if it is
	 */
	take(envelope: Envelope, isState: boolean, obey: () => Refusal | Outcome): Refusal | undefined;
}

/** A part of a message that is understood: a command and its argument, also as JSON text. */
interface Order<Context> {
	readonly name: string;
	readonly command: Command<Context>;
	readonly json: string;
	readonly argument: unknown;
}

type CommandEvent = Extract<DeviceEvent, { event: "command" }>;

/** Makes a table entry whose `argument` and `obey` agree on a type. */
export const command = <Context, T>(definition: Command<Context, T>): Command<Context> =>
	Object.freeze(definition) as Command<Context>;

/** Understands messages as a table of commands says, and obeys: a whole message or nothing of it. */
export class Commands<Context = undefined> {
	readonly #host: Pick<Host, "report">;
	readonly #table: CommandTable<Context>;
	readonly #context: Context;
	readonly #clerk: Clerk | undefined;
	/** Its names: to ask an object for a name makes XS keep the name for ever. */
	readonly #names: readonly string[];
	/** By topic and name, the JSON text of the last retained state applied: each is applied once. */
	readonly #applied = new Map<string, string>();

	/**
	 * @param context what the commands act on
	 * @param clerk absent: nothing is answered
	 */
	constructor(host: Pick<Host, "report">, table: CommandTable<Context>, context: Context, clerk?: Clerk) {
		this.#host = host;
		this.#table = table;
		this.#context = context;
		this.#clerk = clerk;
		this.#names = Object.keys(table);
	}

	/**
	 * Obeys a message, a JSON object such as `{"led_on":true}`. Returns why not, when it is refused.
	 * @param text the message; `undefined` when its bytes are no UTF-8
	 * @param retained whether it is one that was kept for whoever comes later
	 * @param topic where it came: one message is kept for each
	 */
	receive(text: string | undefined, retained: boolean, topic = ""): Refusal | undefined {
		const orders: Order<Context>[] = [];
		const envelope: Envelope = {};
		let refusal = this.#understand(text, retained, orders, envelope);
		if (refusal === undefined && retained) refusal = this.#keepNew(orders, topic);
		if (this.#clerk !== undefined && envelope.id !== undefined && !retained) {
			const isState = orders.every(({ command }) => command.isState);
			return this.#clerk.take(envelope, isState, () => refusal ?? this.#obey(orders, envelope.by));
		}
		if (refusal === undefined) this.#obey(orders, envelope.by);
		return refusal;
	}

	#obey(orders: readonly Order<Context>[], by: string | undefined): Outcome {
		const payload: Record<string, unknown> = {};
		for (let index = 0; index < orders.length; index++) {
			const { name, argument } = orders[index] as Order<Context>;
			payload[name] = argument;
		}
		const told: CommandEvent = { event: "command", payload };
		if (by) told.by = by;
		this.#host.report(told);
		let outcome: Outcome = DONE;
		for (let index = 0; index < orders.length; index++) {
			const { command, argument } = orders[index] as Order<Context>;
			const own = command.obey(argument, by, this.#context);
			// The first that is not done says how it went.
			if (own !== undefined && outcome.status === 200) outcome = own;
		}
		return outcome;
	}

	/** Appends what a message orders, or returns why it is refused. */
	#understand(
		text: string | undefined,
		retained: boolean,
		orders: Order<Context>[],
		envelope: Envelope,
	): Refusal | undefined {
		if (text === undefined) return refused("not-utf-8", "ill-formed UTF-8");
		if (text === "") return refused("empty", "empty");
		const read = readObject(text);
		if (read.kind === "invalid") return read;
		let refusal = undefined as Refusal | undefined;
		for (let index = 0; index < read.members.length; index++) {
			const { name, value: json } = read.members[index] as Member;
			if (isNamedLater(read.members, index)) continue;
			refusal ??= this.#names.includes(name)
				? this.#order(name, json, retained, orders)
				: describe(takeMember(envelope, name, json));
			// The id is wanted for the answer whatever else is wrong.
			if (refusal !== undefined && name === "id") takeMember(envelope, name, json);
		}
		if (refusal !== undefined) return refusal;
		return orders.length === 0 ? refused("unknown-command", "no command known here") : undefined;
	}

	/** Leaves of a retained message the states that are new. */
	#keepNew(orders: Order<Context>[], topic: string): Refusal | undefined {
		let kept = 0;
		for (let index = 0; index < orders.length; index++) {
			const order = orders[index] as Order<Context>;
			if (this.#isNew(`${topic} ${order.name}`, order.json)) orders[kept++] = order;
		}
		orders.length = kept;
		return kept === 0 ? refused("retained-again", "retained, and applied before") : undefined;
	}

	/** Appends a command of the message, or returns why it is refused. */
	#order(name: string, json: string, retained: boolean, orders: Order<Context>[]): Refusal | undefined {
		const command = this.#table[name] as Command<Context>;
		const argument = command.argument.parse(json);
		if (argument === undefined) return refused("wrong-argument", `${name} wants ${command.argument.wants}`);
		if (retained && !command.isState) {
			return refused("retained-action", `${name} is an action, but was retained`);
		}
		orders.push({ name, command, json, argument });
		return undefined;
	}

	/** Whether a retained state is another than the last one; from now on it is the last. */
	#isNew(place: string, json: string): boolean {
		const isNew = this.#applied.get(place) !== json;
		this.#applied.set(place, json);
		return isNew;
	}
}

/** What a command that has nothing to say answers. */
const DONE: Outcome = Object.freeze({ status: 200 });

const refused = (code: RefusalCode, reason: string): Refusal => ({ code, reason });

const describe = (wants: string | undefined): Refusal | undefined =>
	wants === undefined ? undefined : refused("wrong-argument", wants);

/** Of a repeated name the last value counts, as in JSON.parse. */
function isNamedLater(members: readonly Member[], index: number): boolean {
	const { name } = members[index] as Member;
	for (let later = index + 1; later < members.length; later++) {
		if ((members[later] as Member).name === name) return true;
	}
	return false;
}
