import { acceptOf } from "../../../firmware/websocket/handshake.js";
import { frame, newReceiver, sha1 } from "../../firmware/websocket/support.js";
import type { Peer } from "./socket.js";

/** How a WebSocket server answers, and how it cuts what it sends. */
export interface WebSocketServing {
	/** The subprotocol that it selects; none, when undefined. */
	protocol?: string | undefined;
	/** The bytes of a message's frames. */
	framed: (bytes: Buffer) => Uint8Array;
}

/** The far end of a connection, behind a WebSocket server: bytes of messages go both ways. */
export function behindWebSocket(peer: Peer, { protocol, framed }: WebSocketServing): Peer {
	const inner: Peer = {
		onData: () => {},
		onClose: () => {},
		send: (bytes) => peer.send(framed(Buffer.from(bytes))),
		end: (bytes = new Uint8Array()) => peer.end(bytes.length > 0 ? framed(Buffer.from(bytes)) : bytes),
		reset: () => peer.reset(),
	};
	const receiver = newReceiver();
	receiver.on("message", (data: Buffer) => inner.onData(data));
	receiver.on("error", () => {});
	let request = "";
	let isOpen = false;
	peer.onData = (bytes) => {
		if (isOpen) {
			receiver.write(Buffer.from(bytes));
			return;
		}
		request += Buffer.from(bytes).toString("latin1");
		if (!request.endsWith("\r\n\r\n")) return;
		const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(request)?.[1] ?? "";
		isOpen = true;
		const lines = [
			"HTTP/1.1 101 Switching Protocols",
			"Upgrade: websocket",
			"Connection: Upgrade",
			`Sec-WebSocket-Accept: ${acceptOf(key, sha1)}`,
			...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
		];
		peer.send(Buffer.from(`${lines.join("\r\n")}\r\n\r\n`));
	};
	peer.onClose = () => inner.onClose();
	return inner;
}

const BINARY = 2;
const TEXT = 1;
const CONTINUATION = 0;

/** Each of these in a binary message of its own. */
const messages = (pieces: readonly Uint8Array[]): Buffer =>
	Buffer.concat(pieces.map((piece) => frame(BINARY, piece)));

/** `bytes` in pieces of so many. */
const piecesOf = (bytes: Buffer, length: number): Buffer[] =>
	Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
		bytes.subarray(index * length, (index + 1) * length),
	);

/** Ways to cut a stream of packets into messages and frames. */
export const FRAMINGS = {
	"a message for what is sent at once": (bytes: Buffer) => messages([bytes]),
	"a message for each byte": (bytes: Buffer) => messages(piecesOf(bytes, 1)),
	"messages of three bytes, with empty ones between": (bytes: Buffer) =>
		messages(piecesOf(bytes, 3).flatMap((piece) => [piece, Buffer.alloc(0)])),
	"a fragment for each byte, with pings between": (bytes: Buffer) =>
		Buffer.concat(
			piecesOf(bytes, 1).flatMap((piece, index) => [
				frame(index === 0 ? BINARY : CONTINUATION, piece, index === bytes.length - 1),
				frame(9, Buffer.from("?")),
			]),
		),
	"text frames": (bytes: Buffer) => frame(TEXT, bytes),
} as const;
