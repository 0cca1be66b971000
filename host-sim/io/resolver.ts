import { type LookupAddress, lookup } from "node:dns";
import { isIP } from "node:net";
import type { IOError } from "../../firmware/ecma-419.js";
import { standardForm } from "./ip-address.js";
import { defineTarget, Lifetime } from "./lifetime.js";
import { optionsObject, required } from "./options.js";
import { ioError } from "./tcp-error.js";

/** Completion callback of `resolve`: an error, or `null`, the address, and the host asked for. */
export type ResolveCallback = (
	this: Resolver,
	error: IOError | null,
	address?: string,
	host?: string,
) => void;

/** How all addresses of a name are found: the operating system's way, unless a test has another. */
export type Lookup = (
	host: string,
	options: { readonly all: true; readonly verbatim: false },
	callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** Milliseconds after which an address is taken to have served: it is given once more before the next one. */
const SERVED = 60_000;

/** The address that was given last for a name. */
interface Given {
	readonly address: string;
	/** When, by `performance.now()`. */
	readonly at: number;
	/** Whether it was the one before, too. */
	readonly isAgain: boolean;
}

/**
 * Domain name resolver (§18) over the operating system's, so that `/etc/hosts` and the like count.
 *
 * The standard gives one address for a name. A name may have several of which some do not answer, and who
 * asks again mostly could not use the one before: so each call gives the next one, IPv4 first, as the
 * networks of small devices have no other. After a minute without a question the same one comes once more.
 */
export class Resolver {
	declare target?: unknown;
	readonly #lifetime: Lifetime<Resolver>;
	readonly #lookup: Lookup;
	readonly #given = new Map<string, Given>();

	/** Has no options of its own. @throws Error without an options object */
	constructor(options: object, find: Lookup = lookup) {
		defineTarget(this, optionsObject(options));
		this.#lifetime = new Lifetime(this);
		this.#lookup = find;
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
			this.#lifetime.queue(callback, ioError("name-not-resolved", "cannot resolve an empty name"));
			return;
		}
		// Not `order`, which came with Node 20.13.
		this.#lookup(host, { all: true, verbatim: false }, (error, found) => {
			if (this.#lifetime.ended) return;
			const addresses = [...new Set(found?.map(({ address }) => standardForm(address)))];
			if (error === null && addresses.length > 0)
				callback.call(this, null, this.#next(host, addresses), host);
			else
				callback.call(
					this,
					ioError("name-not-resolved", `cannot resolve ${host} (${error?.code ?? "no address"})`),
				);
		});
	}

	/** Which of its addresses, one at least, a name has this time. */
	#next(host: string, addresses: readonly string[]): string {
		const at = performance.now();
		const last = this.#given.get(host);
		const index = addresses.indexOf(last?.address ?? "");
		const isAgain = index >= 0 && last?.isAgain === false && at - last.at >= SERVED;
		const address = addresses[isAgain ? index : (index + 1) % addresses.length] as string;
		this.#given.set(host, { address, at, isAgain });
		return address;
	}

	/** Gives up what is under way: no callback is invoked any more. May be called twice. */
	close(): void {
		this.#lifetime.end();
	}
}
