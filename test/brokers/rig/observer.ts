import { connectAsync, type MqttClient } from "mqtt";
import { eventually } from "./eventually.js";

/** A message as it arrived. */
export interface Arrived {
	readonly topic: string;
	readonly payload: string;
	readonly qos: number;
	readonly retain: boolean;
}

/** The other side of a broker: MQTT.js, which shares no code with the firmware. */
export class Observer {
	readonly messages: Arrived[] = [];
	readonly #client: MqttClient;
	#isClosed = false;

	private constructor(client: MqttClient) {
		this.#client = client;
		client.on("error", () => {});
		client.on("close", () => {
			this.#isClosed = true;
		});
		client.on("message", (topic, payload, { qos, retain }) => {
			this.messages.push({ topic, payload: payload.toString(), qos, retain });
		});
	}

	static async connect(url: string, clientId: string): Promise<Observer> {
		const options = { clientId, protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 5000 } as const;
		return new Observer(await connectAsync(url, options));
	}

	async subscribe(filter: string, qos: 0 | 1 | 2 = 1): Promise<void> {
		await this.#client.subscribeAsync(filter, { qos });
	}

	/** Resolves when the broker has the message, with QoS 1 and 2. */
	async publish(topic: string, payload: string, qos: 0 | 1 | 2 = 1, retain = false): Promise<void> {
		await this.#client.publishAsync(topic, payload, { qos, retain });
	}

	/** The first message with this payload. */
	heard(payload: string): Promise<Arrived> {
		return eventually(`"${payload}", having heard ${JSON.stringify(this.payloads)}`, () =>
			this.messages.find((message) => message.payload === payload),
		);
	}

	get payloads(): readonly string[] {
		return this.messages.map(({ payload }) => payload);
	}

	get isClosed(): boolean {
		return this.#isClosed;
	}

	end(): void {
		this.#client.end(true);
	}
}
