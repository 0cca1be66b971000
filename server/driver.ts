import type { Action, Message } from "./action.js";
import { Committer } from "./committer.js";
import type { ServerCore } from "./core.js";
import type { LinkFailure, ServerEvent, ServerLinkState } from "./events.js";
import { REAL_TIMERS } from "./timers.js";
import { Waker } from "./waker.js";

/** What a connection to the broker does for a driver. */
export interface Outlet {
	/**
	 * Publishes, not retained. `done` hears whether it was handed to the socket or, with QoS 1, acknowledged;
	 * never, if the connection dies first.
	 */
	publish(topic: string, body: string, qos: 0 | 1, done: (sent: boolean) => void): void;
	/** Subscribes to further topic filters, with QoS 0. */
	listen(filters: readonly string[]): void;
}

/** A message as it came; `acknowledge`, if it is there, says to the broker that it is stored. */
interface Received extends Message {
	readonly acknowledge?: () => void;
}

/** The link changed; with what went wrong, and with the milliseconds to the next try. */
interface Change extends Partial<LinkFailure> {
	readonly state: ServerLinkState;
	readonly delay?: number;
}

type Ack = Extract<Action, { kind: "ack" }>;
type Order = Extract<Action, { kind: "order" }>;

/** Has a core do its work: hands it what comes, does what it wants, and calls it when it is time. */
export class Driver<Link extends Outlet> {
	readonly #core: ServerCore;
	readonly #tell: (event: ServerEvent) => void;
	readonly #end: (reason: string) => void;
	readonly #now: () => number;
	readonly #date: () => number;
	readonly #committer: Committer;
	readonly #waker: Waker;
	#online: Link | undefined;
	/** The one that hears other servers. */
	#hearing: Link | undefined;
	#isStopping = false;

	/**
	 * @param tell hears everything the server tells
	 * @param end the server cannot go on: why, in words
	 * @param timers real ones if left out
	 */
	constructor(
		core: ServerCore,
		tell: (event: ServerEvent) => void,
		end: (reason: string) => void,
		timers = REAL_TIMERS,
	) {
		this.#core = core;
		this.#tell = tell;
		this.#end = end;
		this.#now = timers.now;
		this.#date = timers.date;
		this.#committer = new Committer(core, (action) => this.act(action, this.#online), timers);
		const sleeper = {
			get alarm() {
				return core.alarm;
			},
			tick: (now: number, date: number) => this.actAll(core.tick(now, date)),
		};
		this.#waker = new Waker(sleeper, () => this.#look(), timers);
	}

	/** The connection that is online. */
	get online(): Link | undefined {
		return this.#online;
	}

	/** The link changed. @param connection the one that is online, with its subscriptions, if there is one */
	changed(change: Change, connection?: Link): void {
		this.#online = connection;
		if (connection === undefined) this.#core.disconnected(this.#now());
		const actions = connection === undefined ? [] : this.#core.connected(this.#now());
		this.#tell({ event: "link", ...change });
		this.actAll(actions);
	}

	/** A message came over a connection. @param next asks for the following one */
	receive(message: Received, connection: Link, next: () => void): void {
		const actions = this.#core.receive(message, this.#now(), this.#date());
		let sending = actions.filter(({ kind }) => kind === "send").length;
		const isSending = sending > 0;
		const sent = () => {
			if (--sending === 0) next();
		};
		for (const action of actions) this.act(action, connection, sent);
		this.#look(message.acknowledge);
		if (!isSending) next();
	}

	/** Does what the core wants, without a message that it answers. */
	actAll(actions: readonly Action[]): void {
		for (const action of actions) this.act(action, this.#online);
		this.#look();
	}

	/** Commits what waits; then nothing is done any more, but what is handed to `act`. Idempotent. */
	stop(): void {
		if (!this.#isStopping) this.#committer.end();
		this.#isStopping = true;
		this.#waker.end();
	}

	/**
	 * Does what the core wants.
	 * @param connection nothing is sent without one
	 * @param done hears when a command was sent, or could not be
	 */
	act(action: Action, connection: Link | undefined, done = () => {}): void {
		switch (action.kind) {
			case "send": {
				const { device, topic, payload, body } = action;
				if (connection === undefined) return done();
				return connection.publish(topic, body, 0, (sent) => {
					if (sent && !this.#isStopping) this.#tell({ event: "sent", device, topic, payload });
					done();
				});
			}
			case "ack":
				return this.#acknowledge(action, connection);
			case "order":
				return this.#order(action, connection);
			case "respond":
				return connection?.publish(action.topic, action.body, 1, () => {});
			case "received":
			case "refused": {
				const { kind, ...fields } = action;
				return this.#tell({ event: kind, ...fields } as ServerEvent);
			}
			case "told":
				return this.#tell(action.event);
			case "superseded": {
				const { name, since } = action;
				this.#tell({ event: "superseded", name, since });
				return this.#end(namesakeReason(name, since));
			}
			case "broken":
				return this.#end(`the database cannot be used any more: ${action.reason}`);
		}
	}

	/** Sees to what is due now, and has what is due later done then. */
	#look(acknowledge?: () => void): void {
		if (this.#isStopping) return;
		this.#committer.took(acknowledge);
		this.#waker.look();
	}

	#acknowledge({ device, stream, through, topic, body }: Ack, connection: Link | undefined): void {
		if (connection === undefined) return;
		// Only a server that acknowledges has to know of another one that does.
		if (this.#hearing !== connection) connection.listen(this.#core.ackFilters);
		this.#hearing = connection;
		connection.publish(topic, body, 0, (sent) => {
			if (sent) this.#tell({ event: "acknowledged", device, stream, through });
		});
	}

	#order({ device, id, topic, body }: Order, connection: Link | undefined): void {
		connection?.publish(topic, body, 1, (sent) => {
			if (sent) this.#tell({ event: "order", device, id, state: "sent" });
		});
		// It is sent again if nothing is heard.
		this.#waker.look();
	}
}

const namesakeReason = (name: string, since: number): string =>
	`another server with the name "${name}", which began at ${new Date(since).toISOString()}, answers these devices; end one of the two, or give this one a --name of its own`;
