import { parseObject } from "../../server/json-object.js";
import { Link } from "../../server/link.js";
import { ExitCode, Failure } from "./failure.js";
import { linkOptions } from "./link-options.js";
import type { PacketOptions } from "./options.js";
import type { OrderTarget } from "./order-target.js";
import type { Output } from "./output.js";
import type { Settings } from "./settings.js";

/** An order, for whom it is, and how long to wait for what. */
export interface Ordering {
	readonly target: OrderTarget;
	/** As it is sent. */
	readonly order: { readonly id: string } & Readonly<Record<string, unknown>>;
	/** Whether it is waited for how the order ends, not only for the server that keeps it. */
	readonly waits: boolean;
	/** Seconds after which it is given up; if left out, 10 until it is sent, and no limit for how it ends. */
	readonly limit: number | undefined;
	/** Resolves when it is to be given up. */
	readonly signalled: Promise<unknown>;
}

/** Seconds in which an order must be sent when nothing else is said. */
const LIMIT = 10;

/** Milliseconds in which a server must answer. */
const ANSWER_TIMEOUT = 5000;

/** Milliseconds in which another server may have a group that one does not know. */
const OTHERS_TIMEOUT = 1000;

/** What is said of an order. */
interface Said {
	readonly status: number;
	readonly payload?: Readonly<Record<string, unknown>>;
	/** Not there if a device says it. */
	readonly by?: string;
}

/** What came of it: whether all have obeyed or, if that is not waited for, it is kept; or why it is given up. */
type End = { kind: "ended"; isDone: boolean } | { kind: "failed"; reason: string };

/**
 * Gives an order to whichever server keeps the orders for its device or group, and waits until it does, or until the
 * order has ended with each device. After a connection was lost the order is published again: its id says that it is the same.
 * @returns whether the order is kept, or was obeyed
 * @throws Failure when no server answers, or it is given up
 */
export async function runCommand(
	settings: Pick<Settings, "config" | "certificates">,
	ordering: Ordering,
	options: PacketOptions,
	output: Output,
): Promise<boolean> {
	const attempt = new Attempt(ordering, output);
	const link = new Link({
		...linkOptions(settings, "command", options),
		filter: ordering.target.filters,
		qos: 1,
		onChange: (change, connection) => {
			output.event({ source: "command", event: "link", ...change });
			attempt.changed(change.reason, connection);
		},
		onMessage: ({ topic, payload, retain }, _connection, next) => {
			if (!retain) attempt.take(topic, payload);
			next();
		},
	});
	const end = await attempt.end;
	attempt.stop();
	await link.stop();
	if (end.kind === "failed") throw new Failure(ExitCode.FAILED, end.reason);
	return end.isDone;
}

type Publisher = Parameters<ConstructorParameters<typeof Link>[0]["onChange"]>[1];

class Attempt {
	readonly end: Promise<End>;
	/** By device, whether it has obeyed, and how many devices there are once that is known. */
	readonly #obeyed = new Map<string, boolean>();
	#members: number | undefined;
	readonly #ordering: Ordering;
	readonly #output: Output;
	#resolve: (end: End) => void = () => {};
	#problem = "no answer from the broker";
	#isSent = false;
	#isAccepted = false;
	#limit: NodeJS.Timeout | undefined;
	#answerLimit: NodeJS.Timeout | undefined;
	/** Until when another server may take the order for a group. */
	#othersLimit: NodeJS.Timeout | undefined;

	constructor(ordering: Ordering, output: Output) {
		this.#ordering = ordering;
		this.#output = output;
		this.end = new Promise((resolve) => {
			this.#resolve = resolve;
		});
		const { limit = LIMIT, signalled } = ordering;
		this.#limit = setTimeout(() => this.#giveUp(`within ${limit} s`), limit * 1000);
		signalled.then(() => this.#giveUp("before it was stopped"));
	}

	stop(): void {
		clearTimeout(this.#limit);
		clearTimeout(this.#answerLimit);
		clearTimeout(this.#othersLimit);
	}

	/** The link changed: the order is published on each new connection. */
	changed(reason: string | undefined, connection: Publisher): void {
		this.#problem = reason ?? this.#problem;
		connection?.publish(this.#ordering.target.topic, JSON.stringify(this.#ordering.order), 1, (isSent) => {
			if (isSent) this.#sent();
		});
	}

	/** Takes what is said of orders. */
	take(topic: string, payload: Uint8Array): void {
		const { target, order } = this.#ordering;
		const said = saidOf(payload, order.id);
		if (said === undefined) return;
		if (said.status !== 202) return this.#ended(topic, said);
		// That each device's is kept is said as well.
		if (topic === target.acceptances) this.#accepted(said);
	}

	#accepted({ by = "", payload }: Said): void {
		const { target, order, waits, limit } = this.#ordering;
		const members = "group" in target.addressee ? Number(payload?.members) : undefined;
		if (!this.#isAccepted) {
			// Its answer may come before the broker's.
			this.#sent();
			const told = { source: "command", event: "accepted", ...target.addressee, id: order.id } as const;
			this.#output.event({ ...told, by, ...(members !== undefined && { members }) });
		}
		this.#isAccepted = true;
		this.#members = members ?? 1;
		clearTimeout(this.#answerLimit);
		clearTimeout(this.#othersLimit);
		if (limit === undefined) clearTimeout(this.#limit);
		if (!waits) this.#resolve({ kind: "ended", isDone: true });
		else this.#look();
	}

	#sent(): void {
		const { order, target } = this.#ordering;
		if (!this.#isSent) {
			const told = { source: "command", event: "sent", ...target.addressee, topic: target.topic } as const;
			this.#output.event({ ...told, payload: order }, `Sending order: ${JSON.stringify(order)}`);
			this.#answerLimit = setTimeout(() => this.#unanswered(), ANSWER_TIMEOUT);
		}
		this.#isSent = true;
	}

	/** The order has ended: of the group, as the server refuses it, or of a device. */
	#ended(topic: string, said: Said): void {
		const { order, target } = this.#ordering;
		const { addressee, acceptances } = target;
		const ended = { source: "command", event: "answer", id: order.id, ...said } as const;
		if ("group" in addressee && topic === acceptances) {
			this.#output.event({ ...ended, ...addressee });
			return this.#refused(said);
		}
		const device = target.deviceOf(topic);
		if (device === undefined || this.#obeyed.has(device)) return;
		const line = `${said.status}${said.payload === undefined ? "" : ` ${JSON.stringify(said.payload)}`}`;
		this.#output.event({ ...ended, device }, "group" in addressee ? `${device}: ${line}` : line);
		this.#obeyed.set(device, said.status === 200);
		// A device's answer says that its order was kept, whatever became of the server's word.
		if ("device" in addressee) this.#members = 1;
		this.#look();
	}

	/** A server refuses the order for the group. Of several each has a rule file of its own. */
	#refused({ status }: Said): void {
		if (this.#isAccepted) return;
		const end = () => this.#resolve({ kind: "ended", isDone: false });
		if (status === 404) this.#othersLimit ??= setTimeout(end, OTHERS_TIMEOUT);
		else end();
	}

	/** Whether each device has answered. */
	#look(): void {
		if (this.#members === undefined || this.#obeyed.size < this.#members) return;
		this.#resolve({ kind: "ended", isDone: [...this.#obeyed.values()].every((isDone) => isDone) });
	}

	#unanswered(): void {
		const { addressee } = this.#ordering.target;
		const reason = `no server answered within ${ANSWER_TIMEOUT / 1000} s; ${
			"group" in addressee
				? `start one whose rule file has the group ${addressee.group} (nightlight server --rule FILE), or go without (leave --policy out)`
				: `start one (nightlight server --id ${addressee.device}), or go without (nightlight send)`
		}`;
		this.#resolve({ kind: "failed", reason });
	}

	#giveUp(when: string): void {
		const reason = this.#isAccepted
			? `no answer ${when}; the server goes on with order ${this.#ordering.order.id}`
			: this.#isSent
				? `no server answered ${when}`
				: `not sent ${when}: ${this.#problem}`;
		this.#resolve({ kind: "failed", reason });
	}
}

/** What a message says of an order; `undefined` if it is about another one, or says nothing that can be understood. */
function saidOf(message: Uint8Array, order: string): Said | undefined {
	const parsed = parseObject(message);
	if (parsed.kind === "malformed") return undefined;
	const { id, status, payload, by } = parsed.value;
	if (id !== order || !Number.isInteger(status)) return undefined;
	const isObject = typeof payload === "object" && payload !== null && !Array.isArray(payload);
	// A device that says 202 is none.
	if (status === 202 && typeof by !== "string") return undefined;
	return {
		status: Number(status),
		...(isObject && { payload: payload as Readonly<Record<string, unknown>> }),
		...(typeof by === "string" && { by }),
	};
}
