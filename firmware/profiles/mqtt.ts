import { type Config, groupTopic, topicOf } from "../config.js";
import type { Endpoint, Listener } from "../endpoint.js";
import type { Outcome, Refusal, TelemetryPayload } from "../events.js";
import type { ConnectOptions, Message, QoS } from "../mqtt/packet.js";
import { readUtf8 } from "../mqtt/utf8.js";
import type { DeviceState, Profile, Receivers } from "./profile.js";

/** What the device says about whether it is there; retained, so that late comers know. */
const AVAILABILITY = Object.freeze({ online: "online", offline: "offline" });

/** Listens for a server's answers; one that is lost comes again. */
const answers = (filter: string, { answer }: Pick<Receivers, "answer">): Listener => ({
	filter,
	qos: 0,
	receive: (_topic, payload) => answer(readUtf8(payload)),
});

/** No message, and no subscription. */
const NOTHING: readonly never[] = Object.freeze([]);

/**
 * The lesson's topics, as `topics` in the configuration says: telemetry and commands, and beside them the
 * status for availability and the state of the LED. What has no topic is not said. It has no
 * answers: the state shows what a command did.
 */
export class MqttProfile implements Profile, Listener {
	readonly #config: Config;
	readonly #receivers: Pick<Receivers, "obey" | "answer">;
	/** Whether and where it listens for commands, and the topics of what is said often. */
	readonly subscriptions: readonly Listener[];
	readonly filter: string;
	readonly qos: QoS;
	readonly #telemetry: string | undefined;
	readonly #state: string | undefined;

	constructor(config: Config, receivers: Pick<Receivers, "obey" | "answer">) {
		this.#config = config;
		this.#receivers = receivers;
		const filter = this.#topic("commands");
		const own: readonly Listener[] = filter === undefined ? NOTHING : [this];
		const groups = config.groups.map((group) => this.#ofGroup(groupTopic(group)));
		const acks = config.outbox.delivery === "server" ? this.#topic("acks") : undefined;
		const listeners = groups.length === 0 ? own : [...own, ...groups];
		this.subscriptions = acks === undefined ? listeners : [...listeners, answers(acks, receivers)];
		this.filter = filter ?? "";
		this.qos = config.commands.qos;
		this.#telemetry = this.#topic("telemetry");
		this.#state = this.#topic("state");
	}

	/** Takes a command. */
	receive(topic: string, payload: Uint8Array, isStored: boolean): Refusal | undefined {
		return this.#receivers.obey(readUtf8(payload), isStored, topic);
	}

	#ofGroup(filter: string): Listener {
		const receive = (topic: string, payload: Uint8Array, isStored: boolean) =>
			this.receive(topic, payload, isStored);
		return { filter, qos: this.#config.commands.qos, receive };
	}

	/** Always the same. */
	prepare(_attempt: number, _now: number, _date: number | undefined, done: (answer: Endpoint) => void): void {
		done({ broker: this.#config.broker, connect: this.connect });
	}

	/** How to connect; the will says `offline` for a device that goes without a word. */
	get connect(): ConnectOptions {
		const { id, mqtt } = this.#config;
		return {
			clientId: mqtt.clientId ?? `${id}nightlight_client`,
			cleanSession: mqtt.cleanSession,
			keepAlive: mqtt.keepAlive,
			username: mqtt.username,
			password: mqtt.password,
			will: this.farewell()[0],
		};
	}

	online(): readonly Message[] {
		return this.#say(this.#topic("status"), AVAILABILITY.online, true);
	}

	farewell(): readonly Message[] {
		return this.#say(this.#topic("status"), AVAILABILITY.offline, true);
	}

	telemetry(reading: TelemetryPayload): readonly Message[] {
		return this.#say(this.#telemetry, JSON.stringify(reading), false, this.#config.telemetry.qos);
	}

	/** Retained: what a page shows that is opened later. */
	state(state: DeviceState): readonly Message[] {
		return this.#say(this.#state, JSON.stringify(state), true);
	}

	reply(id: string, { status, payload }: Outcome): readonly Message[] {
		return this.#say(this.#topic("responses"), JSON.stringify({ id, status, payload }), false, 1);
	}

	#say(topic: string | undefined, payload: string, retain: boolean, qos: QoS = 0): readonly Message[] {
		return topic === undefined ? NOTHING : [{ topic, payload, qos, retain }];
	}

	#topic(name: keyof Config["topics"]): string | undefined {
		const { id, topics } = this.#config;
		const template = topics[name];
		return template === null ? undefined : topicOf(template, id);
	}
}
