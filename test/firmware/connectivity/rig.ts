import { Connection } from "../../../firmware/connectivity/connection.js";
import type { ConnectionProfile, Listener } from "../../../firmware/endpoint.js";
import type { DeviceEvent, LinkCode, Refusal } from "../../../firmware/events.js";
import { readUtf8 } from "../../../firmware/mqtt/utf8.js";
import { ScriptedBroker } from "../../support/virtual/broker.js";
import { VirtualClock } from "../../support/virtual/clock.js";
import { configOf, type Settings } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";
import { VirtualNetwork } from "../../support/virtual/network.js";
import type { VirtualStorage } from "../../support/virtual/storage.js";

export interface RigOptions {
	/** What the device's clock shows at first. */
	start?: number;
	storage?: VirtualStorage;
	clientId?: string;
	/** What it subscribes to. */
	filters?: readonly string[];
	/** What its profile does otherwise than usual. */
	profile?: (rig: Rig, usual: ConnectionProfile) => Partial<ConnectionProfile>;
	random?: () => number;
}

/** A connection over a virtual host; its program subscribes, and says `online`, as the nightlight does. */
export class Rig {
	readonly clock: VirtualClock;
	readonly network: VirtualNetwork;
	readonly broker: ScriptedBroker;
	readonly host: VirtualHost;
	readonly connection: Connection;
	/** The messages that reached the program, and whether they were retained. */
	readonly messages: string[] = [];
	/** How often the program was told that it is on line. */
	programs = 0;
	/** How often the program was told that it is off line. */
	offline = 0;
	/** What the program does with a message. */
	onMessage: (text: string) => void = () => {};

	/** Without chance, so that the waiting times are exact. */
	constructor(
		settings: Settings = {},
		{
			start,
			storage,
			clientId = "d1",
			filters = ["d1/commands"],
			profile,
			random = () => 0,
		}: RigOptions = {},
	) {
		this.clock = new VirtualClock(start);
		this.network = new VirtualNetwork(this.clock);
		this.broker = new ScriptedBroker(this.network);
		const { clock, network } = this;
		this.host = new VirtualHost({ clock, network, random, ...(storage && { storage }) });
		const config = configOf(settings);
		const { cleanSession, keepAlive, username, password } = config.mqtt;
		const will = { topic: "d1/status", payload: "offline", qos: 0, retain: true } as const;
		const connect = { clientId, cleanSession, keepAlive, username, password, will };
		const receive: Listener["receive"] = (_topic, payload, retain) => this.#receive(payload, retain);
		const usual: ConnectionProfile = {
			prepare: (_attempt, _now, _date, done) => done({ broker: config.broker, connect }),
			subscriptions: filters.map((filter) => ({ filter, qos: config.commands.qos, receive })),
			online: () => [{ ...will, payload: "online" }],
			farewell: () => [will],
		};
		this.connection = new Connection(
			this.host,
			config,
			{ ...usual, ...profile?.(this, usual) },
			{
				onOnline: () => {
					this.programs++;
				},
				onOffline: () => {
					this.offline++;
				},
			},
		);
	}

	start(): this {
		this.connection.start();
		return this;
	}

	/** Starts, and lets all of the greetings go over the wire, which a slow one takes longer for. */
	online(wait = 20): this {
		this.start().clock.advance(wait);
		if (this.state !== "online") throw new Error(`not online: ${this.links.join(", ")}`);
		return this;
	}

	/** Publishes telemetry; whether it was taken. */
	publish(payload: string, qos: 0 | 1 = 0): boolean {
		return this.connection.publish([{ topic: "d1/telemetry", payload, qos, retain: false }]);
	}

	/** Stops; the result tells when that was done. */
	stop(): { doneAt: number | undefined } {
		const result: { doneAt: number | undefined } = { doneAt: undefined };
		this.connection.stop(() => {
			if (result.doneAt !== undefined) throw new Error("stopped twice");
			result.doneAt = this.clock.elapsed;
		});
		return result;
	}

	get state() {
		return this.host.links.at(-1);
	}

	/** Each state of the link, with the waiting time and the reason. */
	get links(): string[] {
		return this.host.eventsOf("link").map(describeLink);
	}

	/** The last reason that the link had. */
	get reason(): string | undefined {
		return this.host
			.eventsOf("link")
			.flatMap(({ reason }) => reason ?? [])
			.at(-1);
	}

	/** The last code that the link had. */
	get code(): LinkCode | undefined {
		return this.host
			.eventsOf("link")
			.flatMap(({ code }) => code ?? [])
			.at(-1);
	}

	#receive(payload: Uint8Array, retain: boolean): Refusal | undefined {
		const text = readUtf8(payload) ?? "no text";
		this.messages.push(retain ? `${text} (retained)` : text);
		this.onMessage(text);
		return text === "refuse me" ? { code: "unknown-command", reason: "as you wish" } : undefined;
	}
}

function describeLink({ state, delay, reason }: Extract<DeviceEvent, { event: "link" }>): string {
	return `${state}${delay === undefined ? "" : ` ${delay}`}${reason === undefined ? "" : `: ${reason}`}`;
}
