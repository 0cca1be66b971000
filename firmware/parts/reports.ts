import type { Config } from "../config.js";
import type { Connection } from "../connectivity/connection.js";
import type { Refusal, TelemetryPayload } from "../events.js";
import type { Host } from "../host.js";
import { readAnswer } from "../outbox/answer.js";
import { openOutbox } from "../outbox/open.js";
import type { Outbox } from "../outbox/outbox.js";
import { Tally } from "../outbox/tally.js";
import type { Profile } from "../profiles/profile.js";
import type { Readings } from "../telemetry/policy.js";
import { stampOf, type TimeFormat } from "../telemetry/stamp.js";
import { Telemetry } from "../telemetry/telemetry.js";
import type { Fallback } from "./fallback.js";

/** What the reports go through. */
export interface ReportsOptions {
	readonly profile: Pick<Profile, "telemetry">;
	/** Takes a reading of every sensor. */
	readonly read: () => Readings;
	readonly connection: Pick<Connection, "publish" | "isInFlight">;
	/** Sees readings before they are sent, and hears of what becomes of them. */
	readonly fallback: Pick<Fallback, "after" | "decide" | "reported" | "heard">;
}

/**
 * The way of readings to the broker, as `outbox` in the configuration says. A reading that only counts while it is the
 * newest goes straight to the connection; what waits for an answer goes through an outbox.
 */
export class Reports {
	readonly #host: Host;
	readonly #config: Config["outbox"];
	readonly #time: TimeFormat;
	readonly #options: ReportsOptions;
	readonly #telemetry: Telemetry;
	readonly #outbox: Outbox | undefined;
	readonly #tally: Tally | undefined;

	constructor(host: Host, config: Config, options: ReportsOptions) {
		const { policy, delivery } = config.outbox;
		const { read, connection, fallback } = options;
		this.#host = host;
		this.#config = config.outbox;
		this.#time = config.telemetry.time;
		this.#options = options;
		if (policy === "keep" || delivery === "server") {
			this.#outbox = openOutbox(host, config, {
				send: (payload, tag) => this.#sendTagged(payload, tag),
				isInFlight: (tag) => connection.isInFlight(tag),
				onSetAside: (payload) => this.#refuse(payload),
			});
		} else if (policy === "drop") {
			this.#tally = new Tally(host, { pending: 0, bytes: 0 }, 0);
		}
		this.#telemetry = new Telemetry(host, config.telemetry, {
			read: () => {
				const readings = read();
				if (fallback.after !== undefined) fallback.decide(readings);
				return readings;
			},
			send: (readings) => this.#outbox?.add(readings) ?? this.#send(readings),
		});
	}

	/** Begins to read the sensors, if it does so without a connection. */
	start(): void {
		if (this.#readsAlways) this.#telemetry.start();
	}

	/** A connection begins. */
	online(): void {
		if (this.#config.policy === "latest") this.#telemetry.start();
		this.#outbox?.online();
	}

	/** The connection is over. */
	offline(): void {
		if (!this.#readsAlways) this.#telemetry.stop();
		this.#outbox?.offline();
	}

	/** The broker has the message with this tag. */
	acknowledged(tag: string): void {
		this.#outbox?.acknowledged(tag);
	}

	/** The message with this tag is not sent again by the session. */
	undeliverable(tag: string, isGivenUp: boolean): void {
		this.#outbox?.undeliverable(tag, isGivenUp);
	}

	/** Takes a server's answer, JSON as text. Returns why it is refused, if it is. */
	answer(text: string | undefined): Refusal | undefined {
		const answer = readAnswer(text);
		if ("code" in answer) return answer;
		if (answer.by !== this.#config.server) return undefined;
		this.#options.fallback.heard();
		if (this.#outbox?.answered(answer.stream, answer.through) !== false) return undefined;
		return { code: "never-sent", reason: "an answer to readings that were never sent" };
	}

	/** Goes on with another configuration of the telemetry. */
	configure({ telemetry }: Config): void {
		this.#telemetry.configure(telemetry);
		if (this.#readsAlways) this.#telemetry.resume();
	}

	/** A fresh reading, which is not reported. */
	sample(): TelemetryPayload {
		return this.#stamped(this.#options.read());
	}

	/** No more readings. */
	stop(): void {
		this.#telemetry.stop();
	}

	/** Stores what waits; the connection is over. */
	close(): void {
		this.#outbox?.stop();
	}

	/** Whether the sensors are read without a connection too. */
	get #readsAlways(): boolean {
		return this.#config.policy !== "latest" || this.#options.fallback.after !== undefined;
	}

	/** Sends a reading now, or not at all. */
	#send(readings: Readings): boolean {
		const payload = this.#time === "none" ? readings : this.#stamped(readings);
		const isTaken = this.#options.connection.publish(this.#options.profile.telemetry(payload));
		if (isTaken) this.#report(payload);
		if (this.#tally !== undefined) this.#note(this.#tally, isTaken);
		return isTaken;
	}

	#stamped(readings: Readings): TelemetryPayload {
		const time = stampOf(this.#time, this.#host.date());
		return time === undefined ? readings : { ...readings, time };
	}

	#note(tally: Tally, isTaken: boolean): void {
		if (!isTaken) {
			tally.dropped++;
			tally.changed();
		}
		tally.tell();
	}

	/** Sends a message of the outbox. */
	#sendTagged(payload: TelemetryPayload, tag: string): boolean {
		const { connection, profile } = this.#options;
		const isTaken = connection.publish(
			profile.telemetry(payload, tag).map((message) => ({ ...message, tag })),
		);
		if (isTaken) this.#report(payload);
		return isTaken;
	}

	#report(payload: TelemetryPayload): void {
		this.#host.report({ event: "telemetry", payload });
		const { fallback } = this.#options;
		if (fallback.after !== undefined) fallback.reported();
	}

	/** Tells of a reading that the broker closes the connection on. */
	#refuse(payload: string): void {
		const [message] = this.#options.profile.telemetry(JSON.parse(payload));
		this.#host.report({
			event: "refused",
			topic: message?.topic ?? "",
			code: "given-up",
			reason: "given up: the connection ended with it again and again",
			payload,
		});
	}
}
