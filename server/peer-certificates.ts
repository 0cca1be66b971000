import type { DetailedPeerCertificate, TLSSocket } from "node:tls";

/** What a certificate is known by, and when it is valid. */
export interface CertificateInfo {
	/** Its common name, else its organisation's. */
	readonly name: string;
	/** The same of whoever signed it. */
	readonly issuer: string;
	/** Milliseconds since 1970. */
	readonly validFrom: number;
	readonly validTo: number;
	/** Whether it says where to find the certificate of its issuer, as those do that rest on an intermediate of a public CA. */
	readonly isIssuerPublished: boolean;
}

/** A broker's own certificate, then those that it rests on: what the broker sent, and what is trusted here. */
export type PeerCertificates = readonly CertificateInfo[];

/** The longest chain that is looked at. */
const MOST = 10;

/**
 * Keeps what a TLS client socket hears of the broker's certificates. Once Node has refused them, and told
 * so by an error without them, the socket knows them no longer: so they are read in `secure`, which Node
 * emits when the handshake is over and before it judges. Without that event there is nothing to keep, and
 * the reason of a failure is told without names.
 */
export function watchCertificates(socket: TLSSocket): () => PeerCertificates | undefined {
	let certificates: PeerCertificates | undefined;
	socket.prependOnceListener("secure", () => {
		certificates = chainOf(socket.getPeerCertificate(true));
	});
	return () => certificates;
}

function chainOf(own: DetailedPeerCertificate): PeerCertificates {
	const chain: CertificateInfo[] = [];
	const seen = new Set<DetailedPeerCertificate>();
	let next: DetailedPeerCertificate | undefined = own;
	// The last one of a whole chain is its own issuer.
	while (next?.subject !== undefined && !seen.has(next) && chain.length < MOST) {
		seen.add(next);
		chain.push({
			name: nameOf(next.subject),
			issuer: nameOf(next.issuer),
			validFrom: Date.parse(next.valid_from),
			validTo: Date.parse(next.valid_to),
			isIssuerPublished: next.infoAccess?.["CA Issuers - URI"] !== undefined,
		});
		next = next.issuerCertificate;
	}
	return chain;
}

/** A name may be there more than once. */
const nameOf = (name: DetailedPeerCertificate["subject"]): string =>
	String([name.CN ?? name.O ?? "without a name"].flat()[0]).slice(0, 100);
