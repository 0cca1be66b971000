/**
 * What the other side seems to speak by the first byte it sends, if that is not MQTT, and which scheme to try.
 * No packet that a broker may send begins so: its flags would be wrong for its type [MQTT-2.2.2-2].
 * @param scheme the broker's, as in its URL
 */
export function foreignReason(first: number | undefined, scheme: string): string | undefined {
	const isPlain = scheme === "mqtt";
	if (!isPlain && scheme !== "mqtts") return undefined;
	switch (first) {
		// "HTTP/", RFC 9112, 4.
		case 0x48:
			return `this port seems to speak HTTP (try ${isPlain ? "ws" : "wss"}://)`;
		// "SSH-", RFC 4253, 4.2.
		case 0x53:
			return "this port seems to speak SSH";
		// An alert, RFC 8446, 5.1.
		case 0x15:
			return isPlain ? "this port seems to speak TLS (try mqtts://)" : undefined;
		default:
			return undefined;
	}
}

/**
 * What is likely when the other side closes before it has said anything: it waits for another protocol.
 * @param scheme the broker's, as in its URL
 * @param isOpen whether the connection was open, and a WebSocket through its handshake
 */
export function silenceHint(scheme: string, isOpen: boolean): string {
	if (scheme === "mqtt" && isOpen)
		return "; perhaps this port speaks TLS or WebSocket (try mqtts:// or ws://)";
	if (scheme === "ws" && !isOpen) return "; perhaps this port speaks TLS or MQTT (try wss:// or mqtt://)";
	return "";
}
