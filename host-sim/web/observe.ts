import { Link, type LinkOptions } from "../../server/link.js";
import { isDeviceId } from "../../server/topics.js";
import { type LedState, stateOf } from "./led-state.js";

/** What the page hears from devices beside their readings. */
export interface ObserverOptions {
	/** How to get to the broker, and as whom. */
	readonly link: Omit<LinkOptions, "onChange" | "onMessage" | "filter">;
	/** The device's id; `+`: all devices. */
	readonly id: string;
	/** Where devices say that they are there, and what their LED does; `{id}` is a device's id, `null`: nowhere. */
	readonly topics: { readonly status: string | null; readonly state: string | null };
	readonly onStatus: (device: string, isOnline: boolean) => void;
	readonly onState: (device: string, state: LedState) => void;
}

/** Listens to the status and state topics of devices, until it is stopped; nothing to listen to is no mistake. */
export function observe({ link, id, topics, onStatus, onState }: ObserverOptions): { stop(): Promise<void> } {
	const status = topicOf(topics.status, id);
	const state = topicOf(topics.state, id);
	const filter = [status, state].flatMap((topic) => topic?.filter ?? []);
	if (filter.length === 0) return { stop: async () => {} };
	return new Link({
		...link,
		filter,
		onChange: () => {},
		onMessage: ({ topic, payload }, _, next) => {
			const text = new TextDecoder().decode(payload);
			const online = status?.deviceOf(topic);
			if (online !== undefined && (text === "online" || text === "offline"))
				onStatus(online, text === "online");
			const lit = state?.deviceOf(topic);
			const said = lit === undefined ? undefined : stateOf(text);
			if (lit !== undefined && said !== undefined) onState(lit, said);
			next();
		},
	});
}

interface DeviceTopic {
	readonly filter: string;
	/** Whose it is, if it is anyone's. */
	deviceOf(topic: string): string | undefined;
}

/** A topic of devices; none where `+` cannot stand for an id. */
function topicOf(template: string | null, id: string): DeviceTopic | undefined {
	if (template === null) return undefined;
	if (id !== "+") {
		const own = template.replace("{id}", id);
		return { filter: own, deviceOf: (topic) => (topic === own ? id : undefined) };
	}
	const levels = template.split("/");
	const place = levels.indexOf("{id}");
	if (place < 0) return undefined;
	return {
		filter: levels.map((level, at) => (at === place ? "+" : level)).join("/"),
		deviceOf: (topic) => {
			const device = topic.split("/")[place];
			const isIts = device !== undefined && topic === template.replace("{id}", device);
			return isIts && isDeviceId(device) ? device : undefined;
		},
	};
}
