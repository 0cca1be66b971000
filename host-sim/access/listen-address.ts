import { isIP } from "node:net";

/**
 * The address for a broker to listen on, by its names and addresses: for those of this machine alone, one of this
 * machine; `undefined`: all of them.
 */
export const listenAddress = (hosts: readonly string[]): string | undefined =>
	// Clients of this machine alone have no other way to it.
	hosts.every(isLocal) ? (hosts.find((host) => isIP(host) !== 0) ?? "127.0.0.1") : undefined;

/** Whether a name or address is this machine's own. */
const isLocal = (host: string): boolean =>
	host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
