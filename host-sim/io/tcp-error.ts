const describe = (code: string | undefined, peer: string): string => {
	switch (code) {
		case "ECONNREFUSED":
			return `connection refused by ${peer}`;
		case "ECONNRESET":
		case "EPIPE":
			return `connection reset by ${peer}`;
		case "ECONNABORTED":
			return `connection to ${peer} aborted`;
		case "ETIMEDOUT":
			return `connection to ${peer} timed out`;
		case "EHOSTUNREACH":
			return `no route to ${peer}`;
		case "ENETUNREACH":
		case "EADDRNOTAVAIL":
			return `network of ${peer} unreachable`;
		case "ENETDOWN":
			return "network down";
		case "EACCES":
		case "EPERM":
			return `connection to ${peer} not permitted`;
		case "EMFILE":
		case "ENFILE":
			return "too many open files";
		default:
			return `connection to ${peer} failed (${code ?? "unknown error"})`;
	}
};

/** What `onError` of a TCP socket is given: one short line, with Node's own error as the `cause`. */
export const socketError = (error: NodeJS.ErrnoException, peer: string): Error =>
	new Error(describe(error.code, peer), { cause: error });

/** What `onError` is given when the peer has sent all it wanted to and disconnected. */
export const disconnected = (peer: string): Error => new Error(`${peer} closed the connection`);
