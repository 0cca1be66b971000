import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { isLoopback } from "../broker/listen.js";
import { HttpError } from "./http.js";

/** Addresses that stand for all of a machine's: of IPv4; of IPv6 and, with it, of IPv4. */
const ALL = Object.freeze({ "0.0.0.0": ["IPv4"], "::": ["IPv4", "IPv6"] });

/** How this machine is reached from itself. */
const OWN_NAMES = Object.freeze(["127.0.0.1", "localhost", "[::1]"]);

/** An address as it is in a URL. `address`: an IP address, without a zone */
const inUrl = (address: string): string =>
	new URL(`http://${isIPv6(address) ? `[${address}]` : address}`).hostname;

/** An IPv4 address that came over IPv6, as IPv4 has it. */
const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");

/**
 * The addresses at which a browser opens a page, the one to begin with first.
 * @param address that it is bound to
 */
export function urlsOf(address: string, port: number): [first: string, ...others: string[]] {
	const families: readonly string[] | undefined = ALL[address as keyof typeof ALL];
	const interfaces = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
	const reachable = (families ?? []).flatMap((family) =>
		interfaces
			// Browsers take no zone, which an address of one link needs.
			.filter((one) => one.family === family && !one.internal && !/^fe[89ab]/i.test(one.address))
			.map((one) => one.address),
	);
	const [first = families === undefined ? address : "127.0.0.1", ...others] = reachable;
	const urlOf = (host: string) => `http://${inUrl(unmapped(host))}:${port}/`;
	return [urlOf(first), ...others.map(urlOf)];
}

/** How other machines may name this one: its host name, alone and in the local network. */
function hostNames(): string[] {
	const name = hostname().toLowerCase();
	const label = name.split(".", 1)[0];
	return [name, `${label}`, `${label}.local`];
}

/**
 * The hosts in URLs that lead to us.
 * @param address of this machine at which the request has come
 * @param isOpen whether others than this machine reach us
 */
function namesOf(address: string, isOpen: boolean): string[] {
	const own = unmapped(address);
	return [
		inUrl(own.replace(/%.*/, "")),
		...(isLoopback(own) ? OWN_NAMES : []),
		...(isOpen ? hostNames() : []),
	];
}

/**
 * Refuses requests that are not meant for us, or that another site's page makes: a browser sends such a
 * page's own name as `Host` (DNS rebinding) or as `Origin`, or says that it is another's (Fetch Metadata).
 * @param port that we listen on
 * @param isOpen whether others than this machine reach us
 * @throws HttpError
 */
export function checkOrigin({ headers, socket }: IncomingMessage, port: number, isOpen: boolean): void {
	// A browser leaves the usual port out.
	const ports = port === 80 ? ["", ":80"] : [`:${port}`];
	const names = namesOf(socket.localAddress ?? "127.0.0.1", isOpen);
	const ours = names.flatMap((name) => ports.map((end) => `${name}${end}`));
	const host = headers.host?.toLowerCase() ?? "";
	if (!ours.includes(host)) throw new HttpError(421, `this page is at http://${names[0]}:${port}/ only`);
	const { origin, "sec-fetch-site": site, "sec-fetch-mode": mode } = headers;
	const isOthers = origin !== undefined && origin.toLowerCase() !== `http://${host}`;
	// An image or a script of another page has no Origin; a link to us may be followed.
	const isEmbedded = (site === "cross-site" || site === "same-site") && mode !== "navigate";
	if (isOthers || isEmbedded) throw new HttpError(403, "a page of another origin may not use this one");
}
