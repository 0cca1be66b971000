import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Connection } from "../../../firmware/connectivity/connection.js";
import type { DeviceEvent, LinkState } from "../../../firmware/events.js";
import type { QoS } from "../../../firmware/mqtt/packet.js";
import { MqttProfile } from "../../../firmware/profiles/mqtt.js";
import { createHost } from "../../../host-sim/provider.js";
import { configOf, type Settings } from "../../support/virtual/config.js";
import { eventually } from "./eventually.js";

/** Little patience, so that a test need not have much. */
const QUICK = Object.freeze({ initial: 50, maximum: 400 });

/** The firmware's connection on real sockets and a real storage; its program keeps what it hears. */
export class Device {
	readonly events: DeviceEvent[] = [];
	/** The payloads that reached the program. */
	readonly messages: string[] = [];
	readonly #id: string;
	readonly #connection: Connection;
	readonly #qos: QoS;

	constructor(port: number, id: string, settings: Settings = {}) {
		const config = configOf({
			id,
			broker: { host: "127.0.0.1", port },
			...settings,
			reconnect: { ...QUICK, ...settings.reconnect },
		});
		const host = createHost({
			restart: () => {},
			inputs: {},
			storage: mkdtempSync(join(tmpdir(), "device-")),
			report: (event) => this.events.push(event),
		});
		const profile = new MqttProfile(config, {
			obey: (text) => {
				this.messages.push(text ?? "");
				return undefined;
			},
			answer: () => undefined,
		});
		this.#id = id;
		this.#qos = config.telemetry.qos;
		// The scenarios do without greetings.
		const greetings = {
			online: () => [],
			farewell: () => [{ topic: `${id}/status`, payload: "offline", qos: 0 as const, retain: false }],
		};
		const plain = {
			prepare: profile.prepare.bind(profile),
			subscriptions: profile.subscriptions,
			...greetings,
		};
		this.#connection = new Connection(host, config, plain, { onOnline: () => {}, onOffline: () => {} });
		this.#connection.start();
	}

	/** Publishes telemetry with the QoS of the configuration, or another; whether it was taken. */
	publish(payload: string, qos: QoS = this.#qos): boolean {
		return this.#connection.publish([{ topic: `${this.#id}/telemetry`, payload, qos, retain: false }]);
	}

	/** The link's events so far. */
	get links(): readonly Extract<DeviceEvent, { event: "link" }>[] {
		return this.events.filter((event) => event.event === "link");
	}

	/** How often the link got there so far. */
	count(state: LinkState): number {
		return this.links.filter((link) => link.state === state).length;
	}

	/** Waits until the link got there for the `times`th time. */
	async link(state: LinkState, times = 1): Promise<void> {
		await eventually(`the link to be ${state}`, () => this.count(state) >= times);
	}

	/** The messages that were refused, and why. */
	get refusals(): readonly string[] {
		return this.events.flatMap((event) => (event.event === "refused" ? [event.reason] : []));
	}

	async heard(payload: string): Promise<void> {
		await eventually(`"${payload}", having heard ${JSON.stringify(this.messages)}`, () =>
			this.messages.includes(payload),
		);
	}

	stop(): Promise<void> {
		return new Promise((resolve) => this.#connection.stop(resolve));
	}
}
