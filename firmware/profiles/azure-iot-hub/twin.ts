import { readObject } from "../../commands/json.js";
import type { Outcome } from "../../events.js";
import type { Host, TimerId } from "../../host.js";
import type { Message } from "../../mqtt/packet.js";
import { commandOf, type Desired, type DesiredProperties, readDesired, readTwin } from "./desired.js";
import { readTwinAnswer, twinGet, twinPatch } from "./topics.js";

/** Milliseconds to wait for an answer of the hub, and the least and the most before asking again what it refused. */
const ANSWER_TIMEOUT = 60_000;
const LEAST_PAUSE = 10_000;
const MOST_PAUSE = 60_000;

/** The status of a reported property that nobody has desired (IoT Plug and Play conventions). */
const BY_DEFAULT = 203;

/** A property as JSON. */
export type Reported = readonly (readonly [name: string, json: string])[];

/** What a twin works with. */
export interface TwinMeans {
	/** Hands a message over for sending. */
	readonly send: (message: Message) => void;
	/** Obeys a command, JSON with this id, and returns how that went. */
	readonly obey: (text: string) => Outcome;
	/** What the device reports of itself. */
	readonly report: () => Reported;
	/** What is in force of properties that may be desired. */
	readonly inForce: () => Reported;
}

/**
 * The device's twin: takes the desired properties over, once each version, and reports what the device is like. On
 * each connection it asks for the whole twin first, as changes are told only while the device is connected.
 */
export class Twin {
	readonly #host: Pick<Host, "timer" | "random">;
	readonly #means: TwinMeans;
	#rid = 0;
	/** The request that waits for its answer: for the twin, or with what is reported. */
	#request: { readonly rid: number; readonly isGet: boolean } | undefined;
	/** Whether the hub has told the desired properties on this connection. */
	#isKnown = false;
	/** The version that is in force, over connections; and the highest of which the hub told on this one. */
	#version = 0;
	#latest = 0;
	/** By name, how a desired property was taken over, as JSON. */
	readonly #acknowledged = new Map<string, string>();
	/** By name, the settings in force as they were reported. */
	readonly #settings = new Map<string, string>();
	#isTaking = false;
	/** What changed and is not reported yet, and whether that is everything. */
	readonly #due = new Map<string, string>();
	#isAllDue = false;
	#refusals = 0;
	#timer: TimerId;

	constructor(host: Pick<Host, "timer" | "random">, means: TwinMeans) {
		this.#host = host;
		this.#means = means;
	}

	/** A connection begins. Returns what asks for the twin. */
	online(): Message {
		this.#isKnown = false;
		this.#latest = 0;
		this.#refusals = 0;
		this.#isAllDue = true;
		return this.#get();
	}

	/** The connection is over, or ends. */
	offline(): void {
		this.#isKnown = false;
		this.#request = undefined;
		this.#wait(undefined);
	}

	/** Something that the device reports has changed. */
	changed(properties: Reported): void {
		for (const [name, json] of properties) this.#due.set(name, json);
		this.#report();
	}

	/** Settings may have changed, by another command than a desired property. */
	configured(): void {
		if (this.#isTaking) return;
		for (const [name, json] of this.#means.inForce()) {
			if (this.#settings.get(name) === json) continue;
			this.#acknowledged.delete(name);
			this.#due.set(name, this.#setting(name, json));
		}
		this.#report();
	}

	/** Takes an answer of the hub; why it is refused, if it is. */
	answer(topic: string, body: string | undefined): string | undefined {
		const answer = readTwinAnswer(topic);
		const request = this.#request;
		// An answer to an earlier connection's request says nothing new.
		if (answer === undefined || request === undefined || answer.rid !== request.rid) return undefined;
		this.#request = undefined;
		this.#wait(undefined);
		const { status } = answer;
		if (status !== 200 && status !== 204) {
			if (request.isGet || status === 429 || status >= 500) this.#again(request.isGet);
			return `the hub answers ${status}`;
		}
		this.#refusals = 0;
		if (request.isGet) {
			const twin = body === undefined ? undefined : readTwin(body);
			if (twin === undefined) {
				this.#again(true);
				return "no twin";
			}
			if (twin.version < this.#latest) {
				// It was read before a change that came first.
				this.#means.send(this.#get());
				return undefined;
			}
			this.#isKnown = true;
			this.#take(twin);
		}
		this.#report();
		return undefined;
	}

	/** Takes a change of the desired properties; why it is refused, if it is. */
	desired(body: string | undefined): string | undefined {
		const change = body === undefined ? undefined : readDesired(body);
		if (change === undefined) return "no desired properties";
		const { version } = change;
		this.#latest = Math.max(this.#latest, version);
		if (!this.#isKnown || version <= this.#version) return undefined;
		if (version > this.#version + 1) {
			// One between was missed.
			this.#isKnown = false;
			this.#isAllDue = true;
			this.#means.send(this.#get());
			return undefined;
		}
		this.#take(change);
		this.#report();
		return undefined;
	}

	#take({ version, properties }: DesiredProperties): void {
		if (version === this.#version) return;
		this.#version = version;
		this.#isTaking = true;
		for (const property of properties) {
			const json = this.#obey(property, version);
			this.#acknowledged.set(property.name, json);
			this.#due.set(property.name, json);
		}
		this.#isTaking = false;
		for (const [name, json] of this.#means.inForce()) this.#settings.set(name, json);
	}

	/** Obeys a desired property; how that went (IoT Plug and Play conventions: `{value, ac, av, ad}`). */
	#obey(property: Desired, version: number): string {
		const text = commandOf(property, `desired-${version}`);
		const { status, payload } = this.#means.obey(text);
		const { reason } = (payload ?? {}) as { reason?: unknown };
		const isRefused = status !== 200 && typeof reason === "string";
		const description = isRefused ? `,"ad":${JSON.stringify(reason)}` : "";
		// As deep as the hub allows, it is too deep one level further in: null leaves it out.
		const value = readObject(text).kind === "object" ? property.value : "null";
		return `{"value":${value},"ac":${status},"av":${version}${description}}`;
	}

	/** Sends what is to be reported, if nothing waits for an answer. */
	#report(): void {
		if (!this.#isKnown || this.#request !== undefined || this.#timer !== undefined) return;
		const due = this.#due;
		if (this.#isAllDue) this.#gather(due);
		this.#isAllDue = false;
		let body = "";
		for (const [name, json] of due) body += `${body === "" ? "" : ","}"${name}":${json}`;
		due.clear();
		if (body === "") return;
		this.#means.send({ topic: twinPatch(this.#ask(false)), payload: `{${body}}`, qos: 0, retain: false });
	}

	/** Everything that the device reports. */
	#gather(due: Map<string, string>): void {
		for (const [name, json] of this.#means.report()) due.set(name, json);
		for (const [name, json] of this.#means.inForce()) due.set(name, this.#setting(name, json));
		for (const [name, json] of this.#acknowledged) due.set(name, json);
	}

	/** A setting in force as it is reported: desired, or by default. */
	#setting(name: string, json: string): string {
		this.#settings.set(name, json);
		return this.#acknowledged.get(name) ?? `{"value":${json},"ac":${BY_DEFAULT},"av":0}`;
	}

	#get(): Message {
		return { topic: twinGet(this.#ask(true)), payload: "", qos: 0, retain: false };
	}

	/** A request begins; its number. */
	#ask(isGet: boolean): number {
		this.#rid++;
		this.#request = { rid: this.#rid, isGet };
		this.#wait(ANSWER_TIMEOUT, () => this.#repeat(isGet));
		return this.#rid;
	}

	/** A request was refused: after a pause the same again. */
	#again(isGet: boolean): void {
		const most = Math.min(LEAST_PAUSE * (1 << Math.min(this.#refusals++, 3)), MOST_PAUSE);
		this.#wait(most * (1 - this.#host.random() / 2), () => this.#repeat(isGet));
	}

	#repeat(isGet: boolean): void {
		this.#timer = undefined;
		this.#request = undefined;
		if (isGet) return this.#means.send(this.#get());
		this.#isAllDue = true;
		this.#report();
	}

	#wait(delay: number | undefined, done?: () => void): void {
		if (this.#timer !== undefined) this.#host.timer.clear(this.#timer);
		this.#timer = delay === undefined || done === undefined ? undefined : this.#host.timer.set(done, delay);
	}
}
