import { lookup } from "node:dns";
import { isIP } from "node:net";
import { standardForm } from "./ip-address.js";
import { defineTarget, Lifetime } from "./lifetime.js";
import { optionsObject, required } from "./options.js";

/** Completion callback of `resolve`: an error, or `null`, the address, and the host asked for. */
export type ResolveCallback = (this: Resolver, error: Error | null, address?: string, host?: string) => void;

/**
 * Domain name resolver (§18) over the operating system's, so that `/etc/hosts` and the like count.
 * Gives an IPv4 address where there is one, as the networks of small devices have no other.
 */
export class Resolver {
	declare target?: unknown;
	readonly #lifetime: Lifetime<Resolver>;

	/** Has no options of its own. @throws Error without an options object */
	constructor(options: object) {
		defineTarget(this, optionsObject(options));
		this.#lifetime = new Lifetime(this);
	}

	/**
	 * Resolves a name. An IP address resolves to itself. Several may be under way; they complete in
	 * any order.
	 * @throws Error after `close`, without a host, or without a function to call back
	 */
	resolve(options: { readonly host: string }, callback: ResolveCallback): void {
		this.#lifetime.check();
		const host = required(optionsObject(options), "host", String);
		if (typeof callback !== "function") throw new TypeError("resolve needs a function to call back");
		if (isIP(host) !== 0) {
			this.#lifetime.queue(callback, null, host, host);
			return;
		}
		// Node warns about an empty name and reports neither an error nor an address.
		if (host === "") {
			this.#lifetime.queue(callback, new Error("cannot resolve an empty name"));
			return;
		}
		// Not `order`, which came with Node 20.13.
		lookup(host, { verbatim: false }, (error, address) => {
			if (this.#lifetime.ended) return;
			if (error === null) callback.call(this, null, standardForm(address), host);
			else callback.call(this, new Error(`cannot resolve ${host} (${error.code})`));
		});
	}

	/** Gives up what is under way: no callback is invoked any more. May be called twice. */
	close(): void {
		this.#lifetime.end();
	}
}
