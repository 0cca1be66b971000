/** Packets of a server as MQTT 3.1.1 has them: a decoder that is slow and plain, and shares no code with the firmware's. */
import { latin1, strictText } from "../bytes.js";

/** A packet of a server's, or the end of what can be read. */
export interface Read {
	readonly kind: string;
	readonly id: number;
	readonly qos: number;
	/** Whether all of its body is there. */
	readonly isWhole: boolean;
	/** All that there is to it, in one line; of an oversize message, the payload as far as it has come. */
	readonly line: string;
	/** Where its body is. */
	readonly start: number;
	readonly end: number;
}

const SIMPLE: Readonly<Record<number, readonly [kind: string, first: number]>> = Object.freeze({
	4: ["puback", 0x40],
	5: ["pubrec", 0x50],
	6: ["pubrel", 0x62],
	7: ["pubcomp", 0x70],
	11: ["unsuback", 0xb0],
});

const MALFORMED: Read = Object.freeze({
	kind: "malformed",
	id: 0,
	qos: 0,
	line: "malformed",
	isWhole: true,
	start: 0,
	end: 0,
});

/**
 * The packets in `stream`, for a receiver that takes bodies of `capacity` bytes whole. Ends with
 * `malformed` where a server has broken the protocol.
 */
export function referenceRead(stream: Uint8Array, capacity: number): Read[] {
	const found: Read[] = [];
	for (let at = 0; at < stream.length; ) {
		const first = stream[at] as number;
		if (!isFirst(first)) return [...found, MALFORMED];
		let length = 0;
		let size = 0;
		for (let more = true; more; size++) {
			if (size === 4) return [...found, MALFORMED];
			const byte = stream[at + 1 + size];
			if (byte === undefined) return found;
			length += (byte % 128) * 128 ** size;
			more = byte >= 128;
		}
		const start = at + 1 + size;
		const end = start + length;
		const fits = fitsLength(first, length, capacity);
		if (!fits) return [...found, MALFORMED];
		const there = Math.min(length, capacity);
		if (start + there > stream.length) return found;
		const packet = read(first, stream.subarray(start, start + there), length, start);
		if (packet === MALFORMED) return [...found, packet];
		const rest = latin1(stream.subarray(start + there, end));
		found.push({ ...packet, isWhole: end <= stream.length, line: packet.line + rest });
		at = end;
	}
	return found;
}

function isFirst(first: number): boolean {
	const type = first >> 4;
	if (type === 3) return (first & 6) !== 6 && ((first & 6) !== 0 || (first & 8) === 0);
	return first === 0x20 || first === 0x90 || first === 0xd0 || SIMPLE[type]?.[1] === first;
}

function fitsLength(first: number, length: number, capacity: number): boolean {
	if (first >> 4 === 3) return length >= 3;
	if (length > capacity) return false;
	if (first === 0x90) return length >= 3;
	return length === (first === 0xd0 ? 0 : 2);
}

function read(first: number, body: Uint8Array, length: number, start: number): Read {
	const plain = (kind: string, line: string, id = 0): Read => ({
		kind,
		isWhole: true,
		id,
		qos: 0,
		line: `${kind} ${line}`,
		start,
		end: start + length,
	});
	const id = uint16(body, 0);
	switch (first >> 4) {
		case 3:
			return readPublish(first, body, length, start);
		case 2: {
			const [flags, code] = body as unknown as [number, number];
			if (flags > 1 || code > 5 || (flags === 1 && code > 0)) return MALFORMED;
			return plain("connack", `${flags === 1} ${code}`);
		}
		case 9: {
			const codes = [...body.subarray(2)];
			if (id === 0 || codes.some((code) => code > 2 && code !== 0x80)) return MALFORMED;
			return plain("suback", `${id} ${codes}`, id);
		}
		case 13:
			return plain("pingresp", "");
		default: {
			const [kind] = SIMPLE[first >> 4] as [string, number];
			return id === 0 ? MALFORMED : plain(kind, `${id}`, id);
		}
	}
}

function readPublish(first: number, body: Uint8Array, length: number, start: number): Read {
	const qos = (first >> 1) & 3;
	const topicEnd = 2 + uint16(body, 0);
	const from = qos > 0 ? topicEnd + 2 : topicEnd;
	if (body.length < 2 || from > body.length) return MALFORMED;
	const topic = strictText(body.subarray(2, topicEnd));
	if (topic === undefined || topic === "" || /[\0#+]/.test(topic)) return MALFORMED;
	const id = qos > 0 ? uint16(body, topicEnd) : 0;
	if (qos > 0 && id === 0) return MALFORMED;
	const kind = length > body.length ? "oversize" : "publish";
	const about = `${topic} ${id} ${qos} ${(first & 1) === 1}`;
	const rest = `${kind === "publish" ? (first & 8) !== 0 : length - from} ${latin1(body.subarray(from))}`;
	return { kind, id, qos, line: `${kind} ${about} ${rest}`, isWhole: true, start, end: start + length };
}

const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
