import { type ByteBuffer, bytesOf } from "./byte-buffer.js";

/** Hears what goes over one socket, byte by byte; it must not throw, and takes copies of what it keeps. */
export interface Wire {
	/** The program wrote this, and the socket took it. */
	wrote(bytes: Uint8Array): void;
	/** The program read this. */
	read(bytes: Uint8Array): void;
	/** The other side sent this, and it never gets to the program. */
	lost?(bytes: Uint8Array): void;
}

/** A constructor of sockets in the shape of ECMA-419's TCP. */
// biome-ignore lint/suspicious/noExplicitAny: TypeScript wants it of a mixin's constructor
export type SocketClass = new (...args: any[]) => object;

/** What a subclass looks at: reading and writing in the format "buffer". */
interface Bytes {
	read(wanted?: number | ByteBuffer): ArrayBuffer | number | undefined;
	write(data: ByteBuffer | number, options?: unknown): number | undefined;
}

/**
 * Makes a class of sockets whose bytes are heard as well. Nothing else is different: it returns, throws
 * and calls back as `Base` does.
 * @param open called for each socket
 */
export function tapped<Base extends SocketClass>(Base: Base, open: () => Wire): Base {
	const Socket = Base as unknown as new (...args: unknown[]) => Bytes;
	class Tapped extends Socket {
		readonly #wire: Wire;

		// biome-ignore lint/suspicious/noExplicitAny: TypeScript wants it of a mixin's constructor
		constructor(...args: any[]) {
			super(...args);
			this.#wire = open();
		}

		override read(wanted?: number | ByteBuffer): ArrayBuffer | number | undefined {
			const taken = super.read(wanted);
			if (taken instanceof ArrayBuffer) this.#wire.read(new Uint8Array(taken));
			// Into a buffer of the program's: a count; in the format "number": the byte.
			else if (typeof taken === "number") {
				const isCount = typeof wanted === "object";
				this.#wire.read(isCount ? bytesOf(wanted).subarray(0, taken) : Uint8Array.of(taken));
			}
			return taken;
		}

		/** For a `Base` on which bytes vanish. */
		lost(bytes: Uint8Array): void {
			this.#wire.lost?.(bytes);
		}

		override write(data: ByteBuffer | number, options?: unknown): number | undefined {
			const room = super.write(data, options);
			this.#wire.wrote(typeof data === "number" ? Uint8Array.of(data) : bytesOf(data));
			return room;
		}
	}
	return Tapped as unknown as Base;
}
