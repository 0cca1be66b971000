import type { Config } from "../../firmware/config.js";
import type { Endpoint, Listener, Response } from "../../firmware/endpoint.js";
import type { TelemetryPayload } from "../../firmware/events.js";
import type { Host } from "../../firmware/host.js";
import type { Message } from "../../firmware/mqtt/packet.js";
import { readUtf8 } from "../../firmware/mqtt/utf8.js";
import type { Obey, Profile } from "../../firmware/profiles/profile.js";

/** Milliseconds that a password holds, and after which it is replaced: a busy machine has the time between. */
export const LIFETIME = 5000;
const RENEWAL = 1300;
/** Milliseconds until the register is asked again. */
const RETRY = 50;

/**
 * A cloud as there are some, for tests: a register, which the configuration's broker is, says on which port the
 * device's own hub is; there the password says until when it holds.
 */
export class CloudProfile implements Profile {
	readonly #config: Config;
	readonly #host: Host;
	readonly #obey: Obey;
	#hub: number | undefined;
	/** How often it was asked, and for what. */
	readonly asked: ("register" | "hub")[] = [];

	constructor(config: Config, host: Host, obey: Obey) {
		this.#config = config;
		this.#host = host;
		this.#obey = obey;
	}

	prepare(
		_attempt: number,
		now: number,
		date: number | undefined,
		done: (answer: Endpoint | string) => void,
	) {
		const port = this.#hub;
		this.asked.push(port === undefined ? "register" : "hub");
		if (port === undefined) return done(this.#register());
		if (date === undefined) return done("the clock is not set, which a password needs");
		// A signature takes its time.
		this.#host.timer.set(() => done(this.#atHub(port, now, date)), 5);
	}

	#atHub(port: number, now: number, date: number): Endpoint {
		const { id, broker } = this.#config;
		const connect = {
			...{ clientId: id, cleanSession: false, keepAlive: 10_000 },
			...{ username: id, password: `until ${date + LIFETIME}` },
		};
		return { broker: { ...broker, port }, connect, validUntil: now + RENEWAL };
	}

	#register(): Endpoint {
		const { id, broker } = this.#config;
		const ask = { topic: `register/${id}/ask`, payload: "", qos: 1, retain: false } as const;
		let publish: (messages: readonly Message[]) => boolean = () => false;
		let proceed: (reason?: string) => void = () => {};
		const receive = (_topic: string, payload: Uint8Array) => {
			const [word, port] = (readUtf8(payload) ?? "").split(" ");
			if (word === "wait") this.#host.timer.set(() => publish([ask]), RETRY);
			else if (word === "hub") {
				this.#hub = Number(port);
				proceed();
			} else proceed(`the register says ${word}`);
			return undefined;
		};
		return {
			broker,
			connect: { clientId: `register-${id}`, cleanSession: true, keepAlive: 10_000 },
			provisional: {
				timeout: 5000,
				subscriptions: [{ filter: `register/${id}/answer`, qos: 1, receive }],
				online: (publishThere, proceedThere) => {
					publish = publishThere;
					proceed = proceedThere;
					return [ask];
				},
			},
		};
	}

	get subscriptions(): readonly Listener[] {
		const receive: Listener["receive"] = (_topic, payload, retain) => this.#obey(readUtf8(payload), retain);
		return [{ filter: `${this.#config.id}/do/+`, qos: 1, receive }];
	}

	online(): readonly Message[] {
		return this.#say("hello", "");
	}

	farewell(): readonly Message[] {
		return [];
	}

	telemetry(reading: TelemetryPayload): readonly Message[] {
		return this.#say("readings", JSON.stringify(reading));
	}

	state(state: { led_on: boolean }): readonly Message[] {
		return this.#say("state", JSON.stringify(state));
	}

	reply(): readonly Message[] {
		return [];
	}

	response({ topic, refused }: Response): readonly Message[] {
		return this.#say(`done/${topic.split("/")[2]}`, refused?.reason ?? "yes");
	}

	#say(what: string, payload: string): readonly Message[] {
		return [{ topic: `${this.#config.id}/${what}`, payload, qos: 1, retain: false }];
	}
}
