import type { Config } from "../../config.js";
import type { Endpoint, Listener, Response } from "../../endpoint.js";
import type { LinkCode, Outcome, Refusal, TelemetryPayload } from "../../events.js";
import type { Host } from "../../host.js";
import type { Message, QoS } from "../../mqtt/packet.js";
import { readUtf8 } from "../../mqtt/utf8.js";
import { describeProblem } from "../../schema.js";
import { VERSION } from "../../version.js";
import type { DeviceState, Parts, Profile, Receivers } from "../profile.js";
import { hubBackoff } from "./backoff.js";
import { hubProblems } from "./check.js";
import { type HubIdentity, parseConnectionString } from "./connection-string.js";
import { commandOfMethod } from "./methods.js";
import { MODEL_ID } from "./model.js";
import { resourceOf, tokenOf } from "./token.js";
import {
	clientIdOf,
	eventsTopic,
	inboxFilter,
	METHODS,
	methodAnswer,
	type Properties,
	readMethod,
	TWIN_ANSWERS,
	TWIN_DESIRED,
	userNameOf,
} from "./topics.js";
import { type Reported, Twin, type TwinMeans } from "./twin.js";

/** The part of a token's life after which it is replaced. */
const RENEWED_AFTER = 0.75;
/** The longest that a connection is said to hold, in milliseconds. */
const LONGEST_VALIDITY = 0x7fff_ffff;
/** Characters of a command's id at most. */
const LONGEST_ID = 64;

/** No message. */
const NOTHING: readonly never[] = Object.freeze([]);

/**
 * Azure IoT Hub over MQTT 3.1.1: telemetry as device-to-cloud messages; cloud-to-device messages, direct methods and
 * desired properties as commands; the LED and the settings as reported properties.
 */
export class AzureIotHubProfile implements Profile, TwinMeans {
	readonly subscriptions: readonly Listener[];
	readonly #host: Host;
	readonly #config: Config;
	readonly #identity: HubIdentity;
	readonly #receivers: Receivers;
	readonly #qos: QoS;
	readonly #twin: Twin;
	#parts: Parts | undefined;
	#state: DeviceState = Object.freeze({ led_on: false });
	/** The answer to the command that is obeyed at present, and what answers the message that is taken. */
	#outcome: Outcome | undefined;
	#isObeying = false;
	#answer: readonly Message[] = NOTHING;
	/** Messages without a tag, and what is before their numbers: other in each life of the device. */
	#messages = 0;
	readonly #life: string;
	/** Connections in all, and tries that failed. Whether the present one is accepted, and how many of these were closed. */
	#connections = 0;
	#failures = 0;
	#isOnline = false;
	#closings = 0;

	/** @throws RangeError for a configuration that does not fit Azure IoT Hub, with what is wrong */
	constructor(config: Config, host: Host, receivers: Receivers) {
		const [problem] = hubProblems(config);
		const parsed = parseConnectionString(config.azure.connectionString ?? "");
		if (problem !== undefined) throw new RangeError(describeProblem(problem));
		if (parsed.kind === "malformed") throw new RangeError(parsed.reason);
		this.#host = host;
		this.#config = config;
		this.#identity = parsed.identity;
		this.#receivers = receivers;
		this.#qos = config.telemetry.qos;
		this.#life = `${Math.floor(host.random() * 0x1_0000_0000)}`;
		this.#twin = new Twin(host, this);
		const { qos } = config.commands;
		this.subscriptions = [
			{
				filter: TWIN_ANSWERS,
				qos: 0,
				receive: (topic, payload) => wrongAnswer(this.#twin.answer(topic, readUtf8(payload))),
			},
			{
				filter: TWIN_DESIRED,
				qos: 0,
				receive: (_, payload) => wrongAnswer(this.#twin.desired(readUtf8(payload))),
			},
			{ filter: METHODS, qos: 0, receive: (topic, payload) => this.#call(topic, payload) },
			{
				filter: inboxFilter(this.#identity),
				qos,
				receive: (_, payload) => receivers.obey(readUtf8(payload), false),
			},
		];
	}

	prepare(
		_attempt: number,
		now: number,
		date: number | undefined,
		done: (answer: Endpoint | string) => void,
	): void {
		const { host, port, credential } = this.#identity;
		const broker = { ...this.#config.broker, host, port: port ?? this.#config.broker.port };
		const endpoint = { broker, connect: this.#connect(undefined) };
		if (credential.kind === "x509") return done(endpoint);
		if (date === undefined) return done("the clock is not set, which the hub's token needs");
		if (credential.kind === "token") {
			const left = credential.expires * 1000 - date;
			if (left <= 0)
				return done(
					`the connection string's token ended on ${isoOf(credential.expires * 1000)}, and here it is ${isoOf(date)}: get a new one`,
				);
			const validUntil = now + Math.min(left, LONGEST_VALIDITY);
			return done({ broker, connect: this.#connect(credential.token), validUntil });
		}
		const { tokenLifetime } = this.#config.azure;
		const expires = Math.ceil((date + tokenLifetime) / 1000);
		const hmac = (key: Uint8Array, text: string) => this.#host.hmacSha256(key, text);
		const token = tokenOf(resourceOf(this.#identity), credential.key, expires, hmac);
		done({ broker, connect: this.#connect(token), validUntil: now + tokenLifetime * RENEWED_AFTER });
	}

	/** The session is kept by the hub, with the messages that come meanwhile. */
	#connect(password: string | undefined): Endpoint["connect"] {
		return {
			clientId: clientIdOf(this.#identity),
			cleanSession: false,
			keepAlive: this.#config.mqtt.keepAlive,
			username: userNameOf(this.#identity, MODEL_ID),
			password,
			will: {
				topic: eventsTopic(this.#identity, NOTHING),
				payload: '{"online":false}',
				qos: 1,
				retain: false,
			},
		};
	}

	join(parts: Parts): void {
		this.#parts = parts;
	}

	backoff(attempt: number, jitter: number): number {
		this.#failures++;
		if (attempt === 0) this.#closings = 0;
		this.#closings = this.#isOnline ? this.#closings + 1 : 0;
		return hubBackoff(attempt, jitter, this.#closings);
	}

	hint(code: LinkCode, date: number | undefined): string | undefined {
		if (code !== "not-authorized" && code !== "bad-credentials") return undefined;
		const today = date === undefined ? "not set" : isoOf(date);
		return `the key may be another device's, or the clock wrong: here it is ${today}`;
	}

	online(): readonly Message[] {
		this.#connections++;
		this.#isOnline = true;
		return [this.#twin.online()];
	}

	offline(): void {
		this.#isOnline = false;
		this.#twin.offline();
	}

	/** The hub knows by DISCONNECT that the device is gone. */
	farewell(): readonly Message[] {
		return NOTHING;
	}

	telemetry(reading: TelemetryPayload, tag?: string): readonly Message[] {
		const { telemetry, fallback } = this.#settings;
		const light = reading[telemetry.sensors[0]?.name ?? ""];
		const isDark = typeof light === "number" && light < (telemetry.threshold ?? fallback.threshold);
		const id = tag ?? `${this.#life}-${++this.#messages}`;
		return this.#event(reading, this.#qos, [
			["$.mid", id],
			["lightAlert", String(isDark)],
		]);
	}

	state(state: DeviceState): readonly Message[] {
		this.#state = state;
		this.#twin.changed([["led", JSON.stringify(ledOf(state))]]);
		return NOTHING;
	}

	reply(id: string, outcome: Outcome): readonly Message[] {
		if (outcome.status === 200) this.#twin.configured();
		if (!this.#isObeying) {
			const { status, payload } = outcome;
			return this.#event({ id, status, payload }, 1, [["$.cid", id]]);
		}
		this.#outcome = outcome;
		return NOTHING;
	}

	response(_: Response): readonly Message[] {
		const answer = this.#answer;
		this.#answer = NOTHING;
		return answer;
	}

	#event(body: object, qos: QoS, properties: Properties): readonly Message[] {
		const topic = eventsTopic(this.#identity, properties);
		return [{ topic, payload: JSON.stringify(body), qos, retain: false }];
	}

	/** A call of a direct method. */
	#call(topic: string, payload: Uint8Array): Refusal | undefined {
		const call = readMethod(topic);
		if (call === undefined) return { code: "unsubscribed-topic", reason: "no call of a method" };
		const { name, rid } = call;
		const method = commandOfMethod(name, readUtf8(payload), `${name}-${rid}`.slice(0, LONGEST_ID));
		const isRefused = method.kind === "refused";
		const outcome = isRefused ? because(method.status, method.reason) : this.obey(method.text);
		const body = JSON.stringify(outcome.payload ?? {});
		this.#answer = [{ topic: methodAnswer(outcome.status, rid), payload: body, qos: 0, retain: false }];
		if (!isRefused) return undefined;
		return { code: method.status === 404 ? "unknown-command" : "not-json", reason: method.reason };
	}

	/** Hands a message of the twin over for sending. */
	send(message: Message): void {
		this.#parts?.connection.publish([message]);
	}

	/** Obeys a command with an id, and returns how that went. */
	obey(text: string): Outcome {
		this.#isObeying = true;
		this.#outcome = undefined;
		const refusal = this.#receivers.obey(text, false);
		this.#isObeying = false;
		return this.#outcome ?? because(400, refusal?.reason ?? "no answer");
	}

	/** What the device reports that nobody desires. */
	report(): Reported {
		const about = { version: VERSION, engine: this.#host.engine };
		const link = { connections: this.#connections, failures: this.#failures };
		return [
			["device", JSON.stringify(about)],
			["led", JSON.stringify(ledOf(this.#state))],
			["link", JSON.stringify(link)],
		];
	}

	get #settings(): Config {
		return this.#parts?.settings.config ?? this.#config;
	}

	/** The settings in force. */
	inForce(): Reported {
		const { telemetry, fallback } = this.#settings;
		return [
			["telemetryInterval", String(telemetry.interval)],
			["threshold", String(telemetry.threshold ?? fallback.threshold)],
		];
	}
}

const isoOf = (date: number): string => new Date(date).toISOString();

const ledOf = ({ led_on, decided_by }: DeviceState): object => ({ on: led_on, decidedBy: decided_by });

const because = (status: number, reason: string): Outcome => ({ status, payload: { reason } });

const wrongAnswer = (reason: string | undefined): Refusal | undefined =>
	reason === undefined ? undefined : { code: "wrong-answer", reason };
