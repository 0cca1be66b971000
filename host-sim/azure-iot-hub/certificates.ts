import { hostname } from "node:os";
import { CertificateAuthority, type CertificateRequest, type KeyPair } from "../certificates/authority.js";
import { areOnePair, isFor, isFresh } from "../certificates/fitness.js";
import type { PrivateFolder } from "../certificates/private-folder.js";

const DAYS = Object.freeze({ ca: 3650, server: 397, device: 1825 });

/** A certificate that ends within these days is replaced. */
const TOO_OLD = 7;

/** The names that this machine's programs may have for the hub. */
export const serverNames = (hostName: string): readonly string[] => [
	...new Set([hostName, "localhost", "127.0.0.1", "::1", hostname()]),
];

/** The certificates of a hub, kept in a folder: its CA's, its server's, and those of devices. */
export class HubCertificates {
	/** The CA's, in PEM. */
	readonly ca: string;
	readonly #authority: CertificateAuthority;

	private constructor(authority: CertificateAuthority) {
		this.ca = authority.cert;
		this.#authority = authority;
	}

	/** With the CA that a folder has in `ca.pem` and `ca.key`, or a new one, which is kept there. */
	static async in(folder: PrivateFolder): Promise<HubCertificates> {
		const [cert, key] = [folder.read("ca.pem"), folder.read("ca.key")];
		if (cert !== undefined && key !== undefined && isFresh(cert, TOO_OLD))
			return new HubCertificates(await CertificateAuthority.from({ cert, key }));
		const made = await CertificateAuthority.create({
			...{ commonName: "Nightlight hub CA", days: DAYS.ca, keys: "rsa" },
		});
		folder.write("ca.pem", made.authority.cert);
		folder.write("ca.key", made.key);
		return new HubCertificates(made.authority);
	}

	/** The server's certificate in a folder, or a new one if that is too old, of another CA, or for other names. */
	async server(folder: PrivateFolder, hostName: string): Promise<KeyPair> {
		const names = serverNames(hostName);
		const kept = this.#kept(folder, "server");
		if (kept !== undefined && isFor(kept.cert, names)) return kept;
		return this.#issue(folder, "server", {
			...{ commonName: hostName, days: DAYS.server, keys: "rsa", serverNames: names },
		});
	}

	/** A device's certificate in a folder, or a new one. @param name the files' name without its ending */
	async device(folder: PrivateFolder, name: string, device: string): Promise<KeyPair> {
		const kept = this.#kept(folder, name);
		return kept ?? this.#issue(folder, name, { commonName: device, days: DAYS.device, keys: "p256" });
	}

	#kept(folder: PrivateFolder, name: string): KeyPair | undefined {
		const [cert, key] = [folder.read(`${name}.pem`), folder.read(`${name}.key`)];
		if (cert === undefined || key === undefined || !isFresh(cert, TOO_OLD)) return undefined;
		return this.#authority.hasSigned(cert) && areOnePair({ cert, key }) ? { cert, key } : undefined;
	}

	async #issue(folder: PrivateFolder, name: string, request: CertificateRequest): Promise<KeyPair> {
		const { cert, key } = await this.#authority.issue(request);
		folder.write(`${name}.pem`, cert);
		folder.write(`${name}.key`, key);
		return { cert, key };
	}
}
