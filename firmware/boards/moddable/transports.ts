import TLSSocket from "embedded:io/socket/tcp/tls";
import { Digest } from "crypt";
import { WebSocket } from "firmware/websocket/websocket";
import RNG from "rng";
import type { TCPConstructor, TLSClient } from "../../ecma-419.js";
import type { Transports } from "./board.js";
import { createTLS } from "./tls.js";

/** A number from 0 up to, not including, 1, out of the SDK's generator for TLS. */
const random = (): number => new DataView(RNG.get(4)).getUint32(0) / 0x1_0000_0000;

function sha1(bytes: Uint8Array): Uint8Array {
	const digest = new Digest("SHA1");
	digest.write(bytes);
	return new Uint8Array(digest.close());
}

/**
 * TLS and WebSockets, for a board that wants them.
 * @param tls whom TLS trusts, and as whom
 */
export const createTransports =
	(tls: NonNullable<TLSClient["tls"]>): Transports =>
	(TCP: TCPConstructor) => {
		const secure = { io: createTLS(TLSSocket, TCP), tls };
		return {
			tls: { client: secure },
			ws: { stream: { io: WebSocket, random, sha1, socket: { io: TCP } } },
			wss: { stream: { io: WebSocket, random, sha1, socket: secure } },
		};
	};
