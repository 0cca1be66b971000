import { type Identity, type Rights, rightsOf } from "./table.js";

/** A client's certificate, as far as it says who the client is. */
export interface ClientCertificate {
	/** `undefined` if it has none, or several. */
	readonly commonName: string | undefined;
	/** In hexadecimal, lower case. */
	readonly serial: string;
	/** When it ends. */
	readonly until: Date;
}

/** A client that is let in, or why it is not. */
export type Admission =
	| { readonly kind: "admitted"; readonly name: string }
	| { readonly kind: "refused"; readonly reason: string };

/** Who may use a broker, and for what. */
export class AccessList {
	readonly #rights: ReadonlyMap<string, Rights>;
	readonly #revoked: ReadonlySet<string>;

	/** @param revoked the serial numbers of certificates that hold no longer, in hexadecimal, lower case */
	constructor(identities: readonly Identity[], revoked: Iterable<string> = []) {
		this.#rights = new Map(identities.map((identity) => [identity.name, rightsOf(identity)]));
		this.#revoked = new Set(revoked);
	}

	/**
	 * Who a client is, by a certificate that leads to the CA. Its end and its revocation are looked at here too: a TLS
	 * session that is resumed does not show them to OpenSSL again.
	 */
	admit({ commonName, serial, until }: ClientCertificate, now: number): Admission {
		const refused = (reason: string): Admission => ({ kind: "refused", reason });
		if (commonName === undefined) return refused("the client's certificate has no common name, or several");
		if (this.#revoked.has(serial)) return refused(`the certificate of ${commonName} was revoked`);
		if (until.getTime() <= now) return refused(`the certificate of ${commonName} has expired`);
		if (!this.#rights.has(commonName)) return refused(`${commonName} has no access here`);
		return { kind: "admitted", name: commonName };
	}

	/** What a client may do; nothing if it is not known. */
	rightsOf(name: string): Rights {
		return this.#rights.get(name) ?? NONE;
	}
}

const NONE: Rights = Object.freeze({ writes: Object.freeze([]), reads: Object.freeze([]) });
