import { isIP } from "node:net";
import { type ConnectionOptions, checkServerIdentity, connect } from "node:tls";
import { tlsReason } from "../../server/tls-reason.js";
import { bytesOf } from "./byte-buffer.js";
import { optional, optionsObject, type Range, required } from "./options.js";
import { pemOf } from "./pem.js";
import { type Opening, TCP, type TCPBuffers, type TCPFormat, type TCPOptions } from "./tcp.js";
import { socketError } from "./tcp-error.js";

/** Byte Buffers in DER: one, or several. */
type DER = ArrayBuffer | Uint8Array;

/** Options of the `TLS` constructor (§10, "TLS Client socket"). */
export interface TLSOptions<Format extends TCPFormat = "buffer"> extends TCPOptions<Format> {
	readonly tls: {
		/** The name of the remote endpoint: told to it (SNI), and looked for in its certificate. */
		readonly host: string;
		/** Certificates to trust; Node's own when absent. */
		readonly ca?: DER | readonly DER[];
		/** Our certificate, then those it rests on. */
		readonly clientCertificate?: DER | readonly DER[];
		/** Its key, as PKCS #8. */
		readonly clientKey?: DER | readonly DER[];
	};
}

/**
 * TLS client socket (§10, "TLS Client socket"), over Node's. The server's certificate is always
 * checked: its issuer, its dates, its name. TLS 1.2 at least. Of the options only those of `TLSOptions`
 * are known: nothing here asks for the others.
 */
export class TLS<Format extends TCPFormat = "buffer"> extends TCP<Format> {
	/**
	 * Begins to connect.
	 * @throws Error without options, or when one is missing, out of range or no certificate
	 */
	constructor(options: TLSOptions<Format>, buffers?: TCPBuffers) {
		super(options, buffers, opening(optionsObject(options)));
	}
}

export default TLS;

function opening(options: object): Opening {
	const tls = required(options, "tls", optionsObject);
	const host = required(tls, "host", hostName);
	const secrets: ConnectionOptions = {
		...pems(tls, "ca", "ca", "CERTIFICATE"),
		...pems(tls, "clientCertificate", "cert", "CERTIFICATE"),
		...pems(tls, "clientKey", "key", "PRIVATE KEY"),
	};
	return {
		connect: (tcp) =>
			connect({
				...tcp,
				...secrets,
				// An address must not be told (RFC 6066, 3).
				...(isIP(host) === 0 && { servername: host }),
				checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
				rejectUnauthorized: true,
			}),
		opened: "secureConnect",
		describe: (error, peer) => {
			const reason = tlsReason(error, host, peer);
			return reason === undefined ? socketError(error, peer) : new Error(reason, { cause: error });
		},
	};
}

const hostName: Range<string> = (value, name) => {
	const host = String(value);
	if (host === "") throw new RangeError(`${name}: a name or an address is required`);
	return host;
};

/** The option `name`, if there is one, under the name and in the form that Node knows. */
function pems(
	tls: object,
	name: string,
	nodeName: "ca" | "cert" | "key",
	label: "CERTIFICATE" | "PRIVATE KEY",
): ConnectionOptions {
	const ders = optional(tls, name, (value) => (Array.isArray(value) ? value : [value]), undefined);
	if (ders === undefined) return {};
	return { [nodeName]: ders.map((der) => pemOf(label, bytesOf(der))).join("") };
}
