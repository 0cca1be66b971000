import type { IOError } from "../../firmware/ecma-419.js";
import type { LinkCode } from "../../firmware/events.js";

/** A failure for programs, and in words; `%` stands for the peer. */
type Known = readonly [code: LinkCode, words: string];

const KNOWN: Readonly<Record<string, Known>> = Object.freeze({
	ECONNREFUSED: ["connection-refused", "connection refused by %"],
	ECONNRESET: ["connection-lost", "connection reset by %"],
	EPIPE: ["connection-lost", "connection reset by %"],
	ECONNABORTED: ["connection-lost", "connection to % aborted"],
	EHOSTUNREACH: ["host-unreachable", "no route to %"],
	ENETUNREACH: ["host-unreachable", "network of % unreachable"],
	EADDRNOTAVAIL: ["host-unreachable", "network of % unreachable"],
	ENETDOWN: ["no-network", "network down"],
	EACCES: ["connection-failed", "connection to % not permitted"],
	EPERM: ["connection-failed", "connection to % not permitted"],
	EMFILE: ["connection-failed", "too many open files"],
	ENFILE: ["connection-failed", "too many open files"],
});

/** What `onError` and a resolver are given: one short line, and what it is for programs. */
export const ioError = (code: LinkCode, reason: string, cause?: unknown): IOError =>
	Object.assign(new Error(reason, cause === undefined ? {} : { cause }), { code });

/** What `onError` of a TCP socket is given, with Node's own error as the `cause`. */
export function socketError(error: NodeJS.ErrnoException, peer: string): IOError {
	const [code, words] = knownOf(error);
	return ioError(
		code,
		words.replace("%", () => peer),
		error,
	);
}

/** What `onError` is given when the peer has sent all it wanted to and disconnected. */
export const disconnected = (peer: string): IOError =>
	ioError("closed-by-broker", `${peer} closed the connection`);

function knownOf({ code, syscall }: NodeJS.ErrnoException): Known {
	if (code === undefined) return ["connection-failed", "connection to % failed (unknown error)"];
	// Of a connection that was open it says that nothing was acknowledged for too long.
	if (code === "ETIMEDOUT") {
		return [syscall === "connect" ? "timeout-connecting" : "connection-lost", "connection to % timed out"];
	}
	const known = Object.hasOwn(KNOWN, code) ? KNOWN[code] : undefined;
	return known ?? ["connection-failed", `connection to % failed (${code})`];
}
