/** Topic names and filters (4.7). */

/**
 * Why the UTF-8 in `bytes` from `start` up to `end` is no topic name to publish to, or `undefined`
 * when it is one.
 */
export function topicNameProblem(bytes: Uint8Array, start = 0, end = bytes.length): string | undefined {
	if (start === end) return "empty topic [MQTT-4.7.3-1]";
	for (let at = start; at < end; at++) {
		// All that is forbidden is below ',', and most of what is used above.
		if ((bytes[at] as number) > 0x2b) continue;
		const byte = bytes[at] as number;
		if (byte === 0) return "U+0000 in a topic [MQTT-4.7.3-2]";
		// '#' and '+'
		if (byte === 0x23 || byte === 0x2b) return "wildcard in a topic name [MQTT-3.3.2-2]";
	}
	return undefined;
}

/** Why `filter` is no topic filter to subscribe to, or `undefined` when it is one. */
export function topicFilterProblem(filter: string): string | undefined {
	if (filter.length === 0) return "empty topic filter [MQTT-4.7.3-1]";
	for (let index = 0; index < filter.length; index++) {
		const character = filter[index];
		if (character === "\0") return "U+0000 in a topic filter [MQTT-4.7.3-2]";
		if (character !== "#" && character !== "+") continue;
		const before = index === 0 || filter[index - 1] === "/";
		const last = index === filter.length - 1;
		if (character === "#" && !(before && last)) {
			return "# must be the last level of a topic filter [MQTT-4.7.1-2]";
		}
		if (!(before && (last || filter[index + 1] === "/"))) {
			return "+ must be a whole level of a topic filter [MQTT-4.7.1-3]";
		}
	}
	return undefined;
}

/** Whether the topic name `topic` matches the filter (4.7.1, 4.7.2). */
export function matchesFilter(topic: string, filter: string): boolean {
	if (topic === filter) return true;
	const names = topic.split("/");
	const levels = filter.split("/");
	// Wildcards at the first level leave out the broker's own topics [MQTT-4.7.2-1].
	if (topic.startsWith("$") && (levels[0] === "#" || levels[0] === "+")) return false;
	for (let index = 0; index < levels.length; index++) {
		if (levels[index] === "#") return true;
		if (index >= names.length) return false;
		if (levels[index] !== "+" && levels[index] !== names[index]) return false;
	}
	return names.length === levels.length;
}
