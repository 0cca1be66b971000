import { Duplex } from "node:stream";
import type { Outlet } from "./outlet.js";

/** A connection as a stream, which is what aedes takes. Never full: the link takes whatever is sent. */
export class LinkStream extends Duplex {
	readonly #outlet: Outlet;
	/** Aedes puts its client here. */
	client: { readonly id: string | null } | undefined;
	/** The network connection ended first. */
	isLost = false;

	constructor(outlet: Outlet) {
		super({ allowHalfOpen: false });
		this.#outlet = outlet;
	}

	override _read(): void {}

	override _write(chunk: Buffer, _encoding: string, done: () => void): void {
		this.#send(chunk);
		done();
	}

	/** What was corked leaves at once, as a socket's would. */
	override _writev(chunks: readonly { chunk: Buffer }[], done: () => void): void {
		this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)));
		done();
	}

	override _final(done: () => void): void {
		this.#outlet.close();
		done();
	}

	override _destroy(error: Error | null, done: (error: Error | null) => void): void {
		this.#outlet.close();
		done(error);
	}

	#send(bytes: Buffer): void {
		this.#outlet.send(bytes, this.client?.id ?? "");
	}
}
