import { connect, type Socket, type TcpNetConnectOpts } from "node:net";
import type { IOError } from "../../firmware/ecma-419.js";
import { socketError } from "./tcp-error.js";
import { USUAL_BUFFERS } from "./tcp-options.js";

/** How a socket of Node's is opened, and what its failures are called: without TLS, or with it. */
export interface Opening {
	connect(options: TcpNetConnectOpts): Socket;
	/** Node's event for a socket that may be written. */
	readonly opened: "connect" | "secureConnect";
	/** What `onError` is given: one short line, with a code. */
	describe(error: NodeJS.ErrnoException, peer: string): IOError;
}

/** Nothing but TCP. */
export const PLAIN: Opening = Object.freeze({ connect, opened: "connect", describe: socketError });

/** Where the bytes of all sockets land, before each socket takes what it cannot deliver at once. */
const landing = Buffer.allocUnsafeSlow(USUAL_BUFFERS.readable);

/**
 * A buffer for what comes, of this size. Plain sockets share one: from when the system fills it until the
 * socket's callback returns no other code runs. Not so on Windows, which fills it in the background, nor
 * under TLS, which may decrypt while another socket's bytes lie there.
 */
export const landingOf = (size: number, opening: Opening): Buffer<ArrayBuffer> =>
	opening === PLAIN && size === landing.byteLength && process.platform !== "win32"
		? landing
		: Buffer.allocUnsafeSlow(size);
