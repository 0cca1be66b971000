import type { IOError } from "./ecma-419.js";
import type { LinkCode } from "./events.js";

/** What `onError` of a socket and a resolver's callback are given: why, for programs and in words. */
export function ioError(code: LinkCode, reason: string): IOError {
	const error: IOError = new Error(reason);
	error.code = code;
	return error;
}
