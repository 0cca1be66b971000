import { strictText } from "../bytes.js";
import { demand } from "../target.js";

/** A packet of a client's, as far as its server must know it. */
export interface ClientPacket {
	readonly kind: string;
	/** 0 where there is none. */
	readonly id: number;
	readonly qos: number;
	/** Of SUBSCRIBE and UNSUBSCRIBE: how many filters. */
	readonly filters: number;
}

const KINDS: Readonly<Record<number, string>> = Object.freeze({
	16: "connect",
	64: "puback",
	80: "pubrec",
	98: "pubrel",
	112: "pubcomp",
	130: "subscribe",
	162: "unsubscribe",
	192: "pingreq",
	224: "disconnect",
});

/** Reads one packet; anything that a client may not send is a violation. */
export function readClientPacket(bytes: Uint8Array): ClientPacket {
	const first = bytes[0] as number;
	const body = bodyOf(bytes);
	if (first >> 4 === 3) return readPublish(first, body);
	const kind = KINDS[first];
	demand(kind !== undefined, `first byte ${first} from a client`);
	if (kind === "connect") return { kind, id: 0, qos: 0, filters: 0 };
	if (kind === "pingreq" || kind === "disconnect") {
		demand(body.length === 0, `${kind} with a body`);
		return { kind, id: 0, qos: 0, filters: 0 };
	}
	const id = uint16(body, 0);
	demand(id > 0, `${kind} with packet id 0`);
	const isRequest = kind === "subscribe" || kind === "unsubscribe";
	if (!isRequest) demand(body.length === 2, `${kind} with ${body.length} bytes`);
	return { kind, id, qos: 0, filters: isRequest ? countFilters(body, kind === "subscribe" ? 1 : 0) : 0 };
}

function bodyOf(bytes: Uint8Array): Uint8Array {
	let length = 0;
	let at = 1;
	for (let scale = 1; ; scale *= 128) {
		const byte = bytes[at++] as number;
		length += (byte & 0x7f) * scale;
		if (byte < 0x80) break;
	}
	demand(bytes.length === at + length, "a packet of another length than it says");
	return bytes.subarray(at);
}

function readPublish(first: number, body: Uint8Array): ClientPacket {
	const qos = (first >> 1) & 3;
	demand(qos < 3 && (qos > 0 || (first & 8) === 0), `PUBLISH with first byte ${first}`);
	const topicEnd = 2 + uint16(body, 0);
	const topic = strictText(body.subarray(2, topicEnd));
	demand(topic !== undefined && topic !== "" && !/[\0#+]/.test(topic), "PUBLISH to no topic name");
	const id = qos > 0 ? uint16(body, topicEnd) : 0;
	demand(qos === 0 || id > 0, "PUBLISH with packet id 0");
	return { kind: "publish", id, qos, filters: 0 };
}

function countFilters(body: Uint8Array, extra: number): number {
	let count = 0;
	for (let at = 2; at < body.length; at += 2 + uint16(body, at) + extra) count++;
	demand(count > 0, "a request for nothing");
	return count;
}

const uint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
