import { isIP } from "node:net";
import { checkServerIdentity, connect } from "node:tls";
import { type PeerCertificates, watchCertificates } from "../../server/peer-certificates.js";
import { tlsFailure } from "../../server/tls-reason.js";
import { optionsObject } from "./options.js";
import { type Opening, TCP, type TCPBuffers, type TCPFormat, type TCPOptions } from "./tcp.js";
import { ioError, socketError } from "./tcp-error.js";
import { readTLSOptions, type TLSClientOptions } from "./tls-options.js";

/** Options of the `TLS` constructor (§10, "TLS Client socket"). */
export interface TLSOptions<Format extends TCPFormat = "buffer"> extends TCPOptions<Format> {
	readonly tls: TLSClientOptions;
}

/**
 * TLS client socket (§10, "TLS Client socket"), over Node's. The server's certificate is always
 * checked: its issuer, its dates, its name. TLS 1.2 at least. Each option of the standard is honoured or
 * refused.
 */
export class TLS<Format extends TCPFormat = "buffer"> extends TCP<Format> {
	/**
	 * Begins to connect.
	 * @throws Error without options, or when one is missing, out of range, not supported or no certificate
	 */
	constructor(options: TLSOptions<Format>, buffers?: TCPBuffers) {
		super(options, buffers, opening(optionsObject(options)));
	}
}

export default TLS;

function opening(options: object): Opening {
	const { host, node } = readTLSOptions(options);
	let certificates: () => PeerCertificates | undefined = () => undefined;
	return {
		connect: (tcp) => {
			const socket = connect({
				...tcp,
				...node,
				// An address must not be told, nor the dot of an absolute name (RFC 6066, 3).
				...(isIP(host) === 0 && { servername: host.replace(/\.$/, "") }),
				checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
				rejectUnauthorized: true,
			});
			certificates = watchCertificates(socket);
			return socket;
		},
		opened: "secureConnect",
		describe: (error, peer) => {
			const failure = tlsFailure(error, host, peer, certificates());
			return failure === undefined ? socketError(error, peer) : ioError(failure.code, failure.reason, error);
		},
	};
}
