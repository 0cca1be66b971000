import { parseObject } from "../../server/json-object.js";
import { Link } from "../../server/link.js";
import { deviceTopic } from "../../server/topics.js";
import { ExitCode, Failure, usage } from "./failure.js";
import { linkOptions } from "./link-options.js";
import type { PacketOptions } from "./options.js";
import type { Output } from "./output.js";
import type { Settings } from "./settings.js";

/** An order, and how long to wait for what. */
export interface Ordering {
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

/** What is said of an order. */
interface Said {
	readonly status: number;
	readonly payload?: Readonly<Record<string, unknown>>;
	/** Not there if a device says it. */
	readonly by?: string;
}

/** What came of it: how the order ended or, if that is not waited for, that it is kept; or why it is given up. */
type End = { kind: "said"; said: Said } | { kind: "failed"; reason: string };

/**
 * Gives an order to whichever server keeps the orders for its device, and waits until it does, or until the order has
 * ended. After a connection was lost the order is published again: its id says that it is the same.
 * @returns whether the order is kept, or was obeyed
 * @throws Failure when no server answers, or it is given up
 */
export async function runCommand(
	settings: Pick<Settings, "config" | "certificates" | "placeOf">,
	ordering: Ordering,
	options: PacketOptions,
	output: Output,
): Promise<boolean> {
	const attempt = new Attempt(settings, ordering, output);
	const link = new Link({
		...linkOptions(settings, "command", options),
		filter: attempt.filter,
		qos: 1,
		onChange: (change, connection) => {
			output.event({ source: "command", event: "link", ...change });
			attempt.changed(change.reason, connection);
		},
		onMessage: ({ payload, retain }, _connection, next) => {
			if (!retain) attempt.take(payload);
			next();
		},
	});
	const end = await attempt.end;
	attempt.stop();
	await link.stop();
	if (end.kind === "failed") throw new Failure(ExitCode.FAILED, end.reason);
	return end.said.status === 200 || end.said.status === 202;
}

type Publisher = Parameters<ConstructorParameters<typeof Link>[0]["onChange"]>[1];

class Attempt {
	readonly filter: string;
	readonly end: Promise<End>;
	readonly #topic: string;
	readonly #device: string;
	readonly #ordering: Ordering;
	readonly #output: Output;
	#resolve: (end: End) => void = () => {};
	#problem = "no answer from the broker";
	#isSent = false;
	#isAccepted = false;
	#limit: NodeJS.Timeout | undefined;
	#answerLimit: NodeJS.Timeout | undefined;

	/** @throws Failure when the device answers nowhere */
	constructor(
		{ config: { id, topics }, placeOf }: Pick<Settings, "config" | "placeOf">,
		ordering: Ordering,
		output: Output,
	) {
		const key = "topics.responses";
		if (topics.responses === null) throw usage(`${placeOf(key)}: got null, so nothing is said of orders`);
		this.filter = deviceTopic("responses", id, topics.responses);
		this.#topic = deviceTopic("orders", id);
		this.#device = id;
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
	}

	/** The link changed: the order is published on each new connection. */
	changed(reason: string | undefined, connection: Publisher): void {
		this.#problem = reason ?? this.#problem;
		connection?.publish(this.#topic, JSON.stringify(this.#ordering.order), 1, (isSent) => {
			if (isSent) this.#sent();
		});
	}

	/** Takes what is said of orders of this device. */
	take(payload: Uint8Array): void {
		const { order, waits } = this.#ordering;
		const said = saidOf(payload, order.id);
		if (said === undefined) return;
		if (said.status !== 202) return this.#ended(said);
		if (!this.#isAccepted) {
			// Its answer may come before the broker's.
			this.#sent();
			const { by = "" } = said;
			this.#output.event({ source: "command", event: "accepted", device: this.#device, id: order.id, by });
		}
		this.#isAccepted = true;
		clearTimeout(this.#answerLimit);
		if (this.#ordering.limit === undefined) clearTimeout(this.#limit);
		if (!waits) this.#resolve({ kind: "said", said });
	}

	#sent(): void {
		const { order } = this.#ordering;
		if (!this.#isSent) {
			const told = { source: "command", event: "sent", device: this.#device, topic: this.#topic } as const;
			this.#output.event({ ...told, payload: order }, `Sending order: ${JSON.stringify(order)}`);
			this.#answerLimit = setTimeout(() => this.#unanswered(), ANSWER_TIMEOUT);
		}
		this.#isSent = true;
	}

	#ended(said: Said): void {
		const { id } = this.#ordering.order;
		this.#output.event({ source: "command", event: "answer", device: this.#device, id, ...said });
		this.#resolve({ kind: "said", said });
	}

	#unanswered(): void {
		const reason = `no server answered within ${ANSWER_TIMEOUT / 1000} s; start one (nightlight server --id ${this.#device}), or go without (nightlight send)`;
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
