import { type Violation, violation } from "./packet.js";

const EMPTY = Object.freeze(violation("MQTT-4.7.3-1", "an empty topic"));
const WILDCARD = Object.freeze(violation("MQTT-3.3.2-2", "a wildcard in a topic name"));
const MISPLACED_MULTI = Object.freeze(violation("MQTT-4.7.1-2", "# that is not a last level of its own"));
const MISPLACED_SINGLE = Object.freeze(violation("MQTT-4.7.1-3", "+ that is not a level of its own"));

/** What is wrong with a topic name, if something is; U+0000 is no text to begin with. */
export function nameFault(name: string): Violation | undefined {
	if (name.length === 0) return EMPTY;
	for (let at = 0; at < name.length; at++) {
		const unit = name.charCodeAt(at);
		if (unit === 0x23 || unit === 0x2b) return WILDCARD;
	}
	return undefined;
}

/** What is wrong with a topic filter, if something is. */
export function filterFault(filter: string): Violation | undefined {
	if (filter.length === 0) return EMPTY;
	const levels = filter.split("/");
	for (const [index, level] of levels.entries()) {
		if (level.includes("#") && (level !== "#" || index !== levels.length - 1)) return MISPLACED_MULTI;
		if (level.includes("+") && level !== "+") return MISPLACED_SINGLE;
	}
	return undefined;
}

/** Whether a filter can match topics other than the one it spells. */
export const hasWildcard = (filter: string): boolean => /(?:^|\/)[#+](?:\/|$)/.test(filter);

/** Whether the topic is one of the server's, which a filter that begins with a wildcard leaves out [MQTT-4.7.2-1]. */
export const isReserved = (topic: string): boolean => topic.charCodeAt(0) === 0x24;

/** Whether a filter matches a topic name; both are valid (4.7). */
export function matches(filter: string, topic: string): boolean {
	const wanted = filter.split("/");
	if (isReserved(topic) && (wanted[0] === "#" || wanted[0] === "+")) return false;
	const levels = topic.split("/");
	for (const [index, level] of wanted.entries()) {
		// `sport/#` matches `sport` too (4.7.1.2).
		if (level === "#") return true;
		if (index >= levels.length || (level !== "+" && level !== levels[index])) return false;
	}
	return wanted.length === levels.length;
}
