import Resource from "Resource";
import type { Transports } from "../moddable/board.js";
import { createTransports } from "../moddable/transports.js";

export { hmacSha256 } from "../moddable/hmac.js";

/** A certificate or key in DER, which stays in flash; `undefined` when none was built in. */
const der = (name: string): ArrayBuffer | undefined =>
	Resource.exists(name) ? new Resource(name) : undefined;

/** TLS, with the certificates that `local.json` names as resources, and WebSockets. */
export default function createSecureTransports(): Transports {
	const ca = der("ca.der");
	const clientCertificate = der("client.der");
	const clientKey = der("client.key");
	return createTransports({
		...(ca !== undefined && { ca: [ca] }),
		...(clientCertificate !== undefined && { clientCertificate: [clientCertificate] }),
		...(clientKey !== undefined && { clientKey }),
	});
}
