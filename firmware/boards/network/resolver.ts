import type { IOError, ResolverOptions } from "../../ecma-419.js";
import { ioError } from "../../io-error.js";
import type { Network } from "./network.js";

/** Looks names up for a board that is in a network. */
export interface NameService {
	/** Calls back once, at once for what is an address itself: without an address when there is none for this name. */
	resolve(host: string, callback: (host: string, address?: string) => void): void;
}

/**
 * A resolver (ECMA-419, 3rd edition, §18) over the platform's own, which knows the name servers that DHCP
 * has told. Each try of the link begins here; so here it waits for the network, and hears why there is none.
 */
export const createResolver = (dns: NameService, network: Network): ResolverOptions["io"] =>
	class Resolver {
		#closed = false;

		resolve(
			{ host }: { host: string },
			callback: (error: IOError | null, address?: string, host?: string) => void,
		): void {
			network.whenUp((error) => {
				if (this.#closed) return;
				if (error !== undefined) return callback(error);
				// The platforms take the first address only, which on Linux is an IPv6 one here.
				dns.resolve(host === "localhost" ? "127.0.0.1" : host, (_, address) => {
					if (this.#closed) return;
					if (address === undefined) callback(ioError("name-not-resolved", `cannot resolve ${host}`));
					else callback(null, address, host);
				});
			});
		}

		close(): void {
			this.#closed = true;
		}
	};
