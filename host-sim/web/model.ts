import type { Packet } from "mqtt-packet";
import type { DeviceEvent } from "../../firmware/events.js";
import type { PacketWay } from "../../server/connection.js";
import type { ServerEvent } from "../../server/events.js";
import { Topics, type TopicTemplates } from "../../server/topics.js";
import type { BrokerEvent } from "../broker/events.js";
import type { HostEvent } from "../host-event.js";
import type { Wire } from "../io/tapped.js";
import type { Controls } from "./controls.js";
import { describePacket } from "./describe-packet.js";
import { DeviceModel } from "./device-model.js";
import { keptOf } from "./ladder.js";
import type { LedState } from "./led-state.js";
import { linkView, noteLink } from "./link-view.js";
import type { DeviceView, Lane, LinkView, Push, Rule, RuleView, Rung, Sample } from "./protocol.js";
import { SAMPLE_INTERVAL } from "./samples.js";

/** What has changed. */
export type Change =
	| { readonly kind: "new" | "device"; readonly id: string }
	| { readonly kind: "rung"; readonly id: string; readonly rung: Rung }
	| { readonly kind: "sample" | "late"; readonly id: string; readonly sample: Sample }
	| { readonly kind: "server" }
	| { readonly kind: "rules" };

/** What a model is made for. */
export interface ModelOptions {
	/** The broker's URL, and whether it runs in this process. */
	readonly broker: string;
	readonly ownBroker: boolean;
	/** Whether it is an Azure IoT Hub, which is broker and server in one. */
	readonly isHub?: boolean | undefined;
	readonly rule: Rule;
	/** Of the devices; `+`: all at the broker. */
	readonly id: string | readonly string[];
	readonly topics: TopicTemplates;
	/** Sends a person's command again to a device that was away while it held. */
	readonly repeat?: (id: string, led: boolean) => void;
	/** Milliseconds since 1970; that of the system if left out. */
	readonly now?: () => number;
}

/** Devices that are kept: anybody can make up ids on a broker of strangers. */
const MOST = 1000;

/** What a sensor measures of which nobody told us more. */
const USUAL_RANGE = Object.freeze({ minimum: 0, maximum: 1023 });

/** All that the page shows: fed with events, packets and readings, asked for views. */
export class Model {
	readonly #options: ModelOptions;
	readonly #now: () => number;
	readonly #topics: Topics;
	readonly #devices = new Map<string, DeviceModel>();
	/** Ids by the topics on which devices hear the server. */
	readonly #sentTopics = new Map<string, string>();
	/** What is known of devices that are not there yet: the LED by its retained state. */
	readonly #lit = new Map<string, LedState>();
	readonly #listeners = new Set<(change: Change) => void>();
	readonly #timer: NodeJS.Timeout;
	#server: LinkView;
	#serverClientId = "";
	#hasRules = false;
	#readRules: () => readonly RuleView[] = () => [];

	constructor(options: ModelOptions) {
		this.#options = options;
		this.#now = options.now ?? Date.now;
		this.#topics = new Topics(options.id === "+" ? undefined : options.id, options.topics);
		this.#server = { state: "offline", since: this.#now() };
		this.#timer = setInterval(() => this.look(), SAMPLE_INTERVAL);
		this.#timer.unref();
	}

	/** Calls back for each change, from within it; what is returned ends that. */
	listen(listener: (change: Change) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	device(id: string): DeviceModel | undefined {
		return this.#devices.get(id);
	}

	/** The first push of a stream. @param id of a device; left out: all in short */
	hello(id?: string): Push {
		const { broker, ownBroker, isHub = false, rule } = this.#options;
		const device = id === undefined ? undefined : this.#devices.get(id);
		const rules = isHub ? [] : this.rules(id);
		return {
			...{ type: "hello", version: 1, broker, ownBroker, rule },
			...(isHub ? { hub: true as const } : { server: this.#server }),
			...(rules.length > 0 && { rules }),
			...{ count: this.count, now: this.#now() },
			...(device !== undefined && {
				device: device.view,
				samples: device.samples.all,
				late: device.late.all,
				rungs: device.rungs,
			}),
			...(id === undefined && { all: [...this.#devices.values()].map(({ summary }) => summary) }),
		};
	}

	get count(): number {
		return this.#devices.size;
	}

	get server(): LinkView {
		return this.#server;
	}

	/** Adds a device that this process simulates; what it is heard of by is returned. */
	simulate(
		id: string,
		range: DeviceView["range"],
		controls: Controls,
	): { event(event: DeviceEvent | HostEvent): void; tap(): Wire } {
		const device = this.#add(id, range, controls);
		return { event: (event) => device.event(event), tap: () => device.wire() };
	}

	/** The rules of the rule file as they are now. @param id of a device: those that ask or command it */
	rules(id?: string): readonly RuleView[] {
		const rules = this.#readRules();
		if (id === undefined) return rules;
		return rules.filter(
			({ commands, votes }) => commands.includes(id) || votes.some(({ device }) => device === id),
		);
	}

	/**
	 * Takes the server: its client id, by which the broker calls it, and what says how its rules are now; times in
	 * milliseconds since 1970.
	 */
	serverIs(clientId: string, readRules: () => readonly RuleView[]): void {
		this.#serverClientId = clientId;
		this.#readRules = readRules;
		this.#hasRules = readRules().length > 0;
	}

	/** Takes what the server tells. */
	serverEvent(event: ServerEvent): void {
		switch (event.event) {
			case "link": {
				this.#server = linkView(event, this.#now());
				for (const device of this.#devices.values()) noteLink(device, "server", event);
				if (this.#hasRules) this.#tell({ kind: "rules" });
				return this.#tell({ kind: "server" });
			}
			case "decision":
			case "rules":
				this.#hasRules = true;
				return this.#tell({ kind: "rules" });
			case "received": {
				if (this.#hasRules) this.#tell({ kind: "rules" });
				const device = this.#seen(event.device);
				// One that was sent late does not say how the device is now.
				return event.payload.late === true
					? device?.receivedLate(event.payload)
					: device?.received(event.payload);
			}
			case "sent":
				return this.#seen(event.device)?.commanded(event.payload.led_on);
			case "refused":
				if (event.device !== undefined) this.#seen(event.device)?.serverRefused(event);
		}
	}

	/** Takes what the broker of this process tells: why a client of ours is gone. */
	brokerEvent(event: BrokerEvent): void {
		if (event.event !== "disconnected" || event.reason === undefined) return;
		const { client, reason } = event;
		for (const device of this.#devices.values()) {
			if (device.controls?.clientId === client) device.note("broker", `closed the device: ${reason}`, "bad");
			if (client === this.#serverClientId) device.note("broker", `closed the server: ${reason}`, "bad");
		}
	}

	/** Takes a packet of the server's: messages go to their device's ladder, all else to each. */
	serverPacket(way: PacketWay, packet: Packet): void {
		const ends: [from: Lane, to: Lane] = way === "sent" ? ["server", "broker"] : ["broker", "server"];
		if (packet.cmd !== "publish") {
			const view = describePacket(packet);
			for (const device of this.#devices.values()) device.packet(...ends, view);
			return;
		}
		const id = way === "sent" ? this.#sentTopics.get(packet.topic) : this.#topics.deviceOf(packet.topic);
		if (id !== undefined) this.#seen(id)?.packet(...ends, describePacket(packet));
	}

	/** Takes what a device says on its status topic. */
	status(id: string, isOnline: boolean): void {
		const device = isOnline ? this.#seen(id) : this.#devices.get(id);
		device?.linked({ state: isOnline ? "online" : "offline" });
	}

	/** Takes what a device says of its LED, on its state topic. */
	state(id: string, state: LedState): void {
		const device = this.#devices.get(id);
		if (device !== undefined) device.says(state);
		else if (this.#lit.has(id) || this.#lit.size < MOST) this.#lit.set(id, state);
	}

	/** Looks at all sensors. */
	look(): void {
		for (const device of this.#devices.values()) device.look();
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#listeners.clear();
	}

	/** The device of an id, which may be new; none where there are too many. */
	#seen(id: string): DeviceModel | undefined {
		const device = this.#devices.get(id);
		if (device !== undefined || this.#devices.size >= MOST) return device;
		return this.#add(id, USUAL_RANGE, undefined);
	}

	#add(id: string, range: DeviceView["range"], controls: Controls | undefined): DeviceModel {
		const device = new DeviceModel({
			...{ id, range, controls, now: this.#now },
			kept: () => keptOf(this.#devices.size),
			listener: {
				changed: () => this.#tell({ kind: "device", id }),
				rung: (_, rung) => this.#tell({ kind: "rung", id, rung }),
				sample: (_, kind, sample) => this.#tell({ kind, id, sample }),
				forgot: (_, led) => this.#options.repeat?.(id, led),
			},
		});
		this.#devices.set(id, device);
		for (const topic of [this.#topics.commandsOf(id), this.#topics.acksOf(id)])
			if (topic !== undefined) this.#sentTopics.set(topic, id);
		this.#tell({ kind: "new", id });
		const state = this.#lit.get(id);
		this.#lit.delete(id);
		if (state !== undefined) device.says(state);
		return device;
	}

	#tell(change: Change): void {
		for (const listener of this.#listeners) listener(change);
	}
}
