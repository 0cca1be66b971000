import type { IPublishPacket, Packet } from "mqtt-packet";
import { cut } from "../../server/telemetry.js";
import { filterWords, type HubProperty, type HubTopic, readHubTopic } from "./azure-topics.js";

/** What a rung says of a packet to or from a hub, beside what it says of any packet. */
export interface HubWords {
	readonly label?: string;
	/** The property bag, `name=value`. */
	readonly properties?: readonly string[];
}

/** Hears what a hub and a device tell each other. */
export interface HubListener {
	/** The device has sent a message to the hub. */
	telemetry(payload: Uint8Array): void;
	/** The hub has answered with the whole twin. */
	twin(text: string): void;
	/** The hub tells a change of the desired properties. */
	desired(text: string): void;
	/** The hub has accepted a change of the reported properties. @param version of them from then on */
	reported(text: string, version: number | undefined): void;
}

/** Requests that may wait for their answer: of others nobody knows any more what they were. */
const MOST_REQUESTS = 64;

/** Properties of a message that are shown. */
const MOST_PROPERTIES = 50;

/** One connection of a device to its hub: knows which answer is to which request. */
export class HubConnection {
	readonly #listener: HubListener;
	/** Names of the methods that were called, and what was asked of the twin, by request id. */
	readonly #calls = new Map<string, string>();
	readonly #requests = new Map<string, { readonly report?: string }>();

	constructor(listener: HubListener) {
		this.#listener = listener;
	}

	/** Takes a packet; what is to be said of it. @param isLost it never gets to its receiver */
	take(packet: Packet, isLost: boolean): HubWords {
		if (packet.cmd === "subscribe")
			return { label: cut(packet.subscriptions.map(({ topic }) => filterWords(topic)).join(", ")) };
		if (packet.cmd !== "publish") return {};
		const topic = readHubTopic(packet.topic);
		if (topic === undefined) return {};
		const words = this.#wordsOf(topic);
		this.#note(topic, packet);
		if (!isLost) this.#tell(topic, packet);
		return words;
	}

	#wordsOf(topic: HubTopic): HubWords {
		switch (topic.kind) {
			case "telemetry":
			case "cloud-to-device": {
				const what = topic.kind === "telemetry" ? "telemetry" : "message";
				const own = topic.properties.filter(([name]) => !name.startsWith("$."));
				return {
					label: cut([what, ...own.map(pairOf)].join(" ")),
					properties: topic.properties.slice(0, MOST_PROPERTIES).map((pair) => cut(pairOf(pair))),
				};
			}
			case "twin-get":
				return { label: `twin? (${topic.rid})` };
			case "twin-report":
				return { label: `reported (${topic.rid})` };
			case "twin-desired":
				return { label: `desired${versionWords(topic.version)}` };
			case "twin-answer":
				return { label: cut(this.#answerWords(topic)) };
			case "method-call":
				return { label: cut(`method ${topic.name} (${topic.rid})`) };
			case "method-answer": {
				const name = this.#calls.get(topic.rid);
				return {
					label: cut(`method${name === undefined ? "" : ` ${name}`}: ${topic.status} (${topic.rid})`),
				};
			}
		}
	}

	#answerWords({ status, rid, version }: Extract<HubTopic, { kind: "twin-answer" }>): string {
		const request = this.#requests.get(rid);
		const what = request === undefined || request.report === undefined ? "twin" : "reported";
		return `${what}: ${status}${versionWords(version)} (${rid})`;
	}

	/** Remembers what an answer will be to. */
	#note(topic: HubTopic, { payload }: IPublishPacket): void {
		if (topic.kind === "method-call") put(this.#calls, topic.rid, topic.name);
		if (topic.kind === "twin-get") put(this.#requests, topic.rid, {});
		if (topic.kind === "twin-report") put(this.#requests, topic.rid, { report: String(payload) });
	}

	#tell(topic: HubTopic, { payload }: IPublishPacket): void {
		switch (topic.kind) {
			case "telemetry":
				return this.#listener.telemetry(Buffer.from(payload));
			case "twin-desired":
				return this.#listener.desired(String(payload));
			case "method-answer":
				return void this.#calls.delete(topic.rid);
			case "twin-answer": {
				const request = this.#requests.get(topic.rid);
				this.#requests.delete(topic.rid);
				if (request?.report === undefined) {
					if (request !== undefined && topic.status === 200) this.#listener.twin(String(payload));
				} else if (topic.status === 204) this.#listener.reported(request.report, topic.version);
			}
		}
	}
}

/** Puts an entry in; of too many, the oldest is dropped. */
function put<V>(map: Map<string, V>, key: string, value: V): void {
	map.delete(key);
	map.set(key, value);
	if (map.size > MOST_REQUESTS) map.delete(map.keys().next().value as string);
}

const pairOf = ([name, value]: HubProperty): string => (value === undefined ? name : `${name}=${value}`);

const versionWords = (version: number | undefined): string =>
	version === undefined ? "" : `, version ${version}`;
