import type { TCPConstructor, TCPOptions, TCP as TCPSocket } from "../../ecma-419.js";
import type { LinkCode } from "../../events.js";
import { ioError } from "../../io-error.js";
import type { Network, NetworkUser } from "../network/network.js";
import type { Socket, SocketConstructor } from "./board.js";

/**
 * The SDK's TCP socket in the shape of ECMA-419, 3rd edition: `noDelay`, and a reason for `onError`. It
 * also fails at once when the network below is lost, of which lwIP tells only when its retransmissions
 * have run out, minutes later.
 */
export const createTCP = (IO: SocketConstructor, network: Network): TCPConstructor =>
	class TCP extends IO implements TCPSocket, NetworkUser {
		readonly #onWritable: TCPOptions["onWritable"];
		readonly #onError: TCPOptions["onError"];
		#opened = false;
		#ended = false;

		constructor({ noDelay = false, onWritable, onError, ...options }: TCPOptions) {
			super({ ...options, nodelay: noDelay, onWritable: TCP.#writable, onError: TCP.#failed });
			this.#onWritable = onWritable;
			this.#onError = onError;
			network.attach(this);
		}

		// One for all sockets: a closure for each would take memory as long as the socket lasts.
		static #writable(this: Socket, bytes: number): void {
			const socket = this as TCP;
			socket.#opened = true;
			socket.#onWritable?.call(socket, bytes);
		}

		static #failed(this: Socket): void {
			const socket = this as TCP;
			if (socket.#opened) socket.#fail("connection-lost", "connection lost");
			else socket.#fail("connection-failed", "cannot connect: refused or out of reach");
		}

		networkLost(reason: string): void {
			this.#fail("no-network", reason);
		}

		#fail(code: LinkCode, reason: string): void {
			if (this.#ended) return;
			this.#end();
			this.#onError?.call(this, ioError(code, reason));
		}

		override close(): void {
			this.#end();
			super.close();
		}

		#end(): void {
			this.#ended = true;
			network.detach(this);
		}
	};
