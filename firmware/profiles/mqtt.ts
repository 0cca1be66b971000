import type { Config } from "../config.js";
import type { TelemetryPayload } from "../events.js";
import type { ConnectOptions, Message, QoS, Subscription } from "../mqtt/packet.js";

/** What the device says about whether it is there; retained, so that late comers know. */
const AVAILABILITY = Object.freeze({ online: "online", offline: "offline" });

/**
 * The lesson's topics: `<id>/telemetry` and `<id>/commands`, and beside them `<id>/status` for
 * availability and `<id>/state` for the actual state of the LED.
 */
export class MqttProfile {
	readonly #config: Config;

	constructor(config: Config) {
		this.#config = config;
	}

	/** How to connect; the will says `offline` for a device that goes without a word. */
	get connect(): ConnectOptions {
		const { id, mqtt } = this.#config;
		return {
			clientId: `${id}nightlight_client`,
			cleanSession: mqtt.cleanSession,
			keepAlive: mqtt.keepAlive,
			username: mqtt.username,
			password: mqtt.password,
			will: this.#status(AVAILABILITY.offline),
		};
	}

	get subscriptions(): readonly Subscription[] {
		return [{ filter: this.#topic("commands"), qos: this.#config.commands.qos }];
	}

	/** The first message of a connection, and the last one before a clean disconnect. */
	get birth(): Message {
		return this.#status(AVAILABILITY.online);
	}

	get farewell(): Message {
		return this.#status(AVAILABILITY.offline);
	}

	telemetry(payload: TelemetryPayload): Message {
		return this.#message("telemetry", JSON.stringify(payload), false, this.#config.telemetry.qos);
	}

	/** The actual state, retained: what a page shows that is opened later. */
	state(state: { led_on: boolean }): Message {
		return this.#message("state", JSON.stringify(state), true);
	}

	#status(availability: string): Message {
		return this.#message("status", availability, true);
	}

	#message(name: string, payload: string, retain: boolean, qos: QoS = 0): Message {
		return { topic: this.#topic(name), payload, qos, retain };
	}

	#topic(name: string): string {
		return `${this.#config.id}/${name}`;
	}
}
