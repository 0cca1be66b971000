import type { Duplex } from "node:stream";
import { type ForeignProtocol, foreignProtocol } from "./foreign-protocol.js";
import { type PacketProblem, PacketScanner } from "./packet-scanner.js";

/** Why a guarded stream is read no further. */
export type Refusal = PacketProblem | { readonly kind: "foreign"; readonly protocol: ForeignProtocol };

/**
 * Watches what comes on a stream that carries MQTT, before a buffer or a parser has it: neither Aedes
 * nor MQTT.js has a limit for the size of a packet, and both keep all of one until it is complete.
 *
 * It stands in `push`, by which each kind of stream (TCP, TLS, WebSocket) hands over the bytes it
 * received, and copies nothing; but while the first few bytes may be those of another protocol, they
 * are held back.
 *
 * @param limit bytes of the largest packet, its fixed header included
 * @param refuse called once, when the stream is read no further; it has to destroy it
 * @throws RangeError for a limit that is none
 */
export function guard(stream: Duplex, limit: number, refuse: (refusal: Refusal) => void): void {
	const scanner = new PacketScanner(limit);
	const push = stream.push.bind(stream);
	let isRefused = false;
	/** The first bytes, while they may be those of another protocol; `undefined` when they are not. */
	let held: Buffer | undefined = Buffer.alloc(0);

	const end = (refusal: Refusal): false => {
		isRefused = true;
		refuse(refusal);
		return false;
	};

	stream.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
		if (isRefused) return false;
		if (!(chunk instanceof Uint8Array)) {
			// The end of the stream.
			if (held !== undefined && held.length > 0) push(held);
			held = undefined;
			return push(chunk, encoding);
		}
		let bytes = chunk;
		if (held !== undefined) {
			if (held.length > 0) bytes = Buffer.concat([held, chunk]);
			const protocol = foreignProtocol(bytes);
			if (protocol === "undecided") {
				held = Buffer.from(bytes);
				return true;
			}
			held = undefined;
			if (protocol !== undefined) return end({ kind: "foreign", protocol });
		}
		const problem = scanner.scan(bytes);
		return problem === undefined ? push(bytes, encoding) : end(problem);
	};
}
