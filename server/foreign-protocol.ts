/** What is not MQTT, and can be told by its first bytes. */
export type ForeignProtocol = "HTTP" | "TLS" | "SSH";

const ascii = (text: string): readonly number[] => Array.from(text, (character) => character.charCodeAt(0));

/**
 * How a side of another protocol begins to speak. None is the beginning of an MQTT packet: the flags
 * in the first byte are wrong for its type [MQTT-2.2.2-2].
 */
const BEGINNINGS: readonly { readonly protocol: ForeignProtocol; readonly bytes: readonly number[] }[] =
	Object.freeze([
		{ protocol: "HTTP", bytes: ascii("HTTP/") },
		// A WebSocket begins with it (RFC 6455, 4.1).
		{ protocol: "HTTP", bytes: ascii("GET ") },
		{ protocol: "SSH", bytes: ascii("SSH-") },
		// An alert and a ClientHello (RFC 8446, 5.1).
		{ protocol: "TLS", bytes: [0x15, 3] },
		{ protocol: "TLS", bytes: [0x16, 3] },
	]);

/**
 * The protocol that a stream seems to speak by its first bytes.
 * @returns "undecided" while they may become one; `undefined` when it is none of these
 */
export function foreignProtocol(bytes: Uint8Array): ForeignProtocol | "undecided" | undefined {
	let isOpen = false;
	for (const beginning of BEGINNINGS) {
		const known = beginning.bytes.slice(0, bytes.length);
		if (!known.every((byte, index) => byte === bytes[index])) continue;
		if (known.length === beginning.bytes.length) return beginning.protocol;
		isOpen = true;
	}
	return isOpen ? "undecided" : undefined;
}

/** Which scheme of a broker's URL is for a port that speaks something else than the one in use. */
const SCHEMES: Readonly<Record<string, Readonly<Partial<Record<ForeignProtocol, string>>>>> = Object.freeze({
	mqtt: { HTTP: "ws", TLS: "mqtts" },
	mqtts: { HTTP: "wss" },
	ws: { TLS: "wss" },
	wss: {},
});

/** What a port may speak that closes before it has said anything: it waits for another protocol. */
const SILENT: Readonly<Record<string, string>> = Object.freeze({
	mqtt: "TLS or WebSocket (try mqtts:// or ws://)",
	ws: "TLS or MQTT (try wss:// or mqtt://)",
});

/**
 * Words behind the reason of a connection that closed before the broker said anything; none where nothing is likely.
 * @param hasCertificate whether we showed a certificate: TLS 1.3 has no answer to it, and some brokers close without a word
 */
export function silenceHint(scheme: string, hasCertificate: boolean): string {
	const other = SILENT[scheme];
	if (other !== undefined) return `; perhaps this port speaks ${other}`;
	return hasCertificate
		? "; perhaps our client certificate is not taken there: has it been revoked, or expired, or is it of another CA?"
		: "";
}

/**
 * In words, for people, what a broker's port seems to speak and which scheme to try.
 * @param scheme the one in use: mqtt, mqtts, ws or wss
 */
export function foreignReason(protocol: ForeignProtocol, scheme: string): string {
	const other = SCHEMES[scheme]?.[protocol];
	return `this port seems to speak ${protocol}${other === undefined ? "" : ` (try ${other}://)`}`;
}
