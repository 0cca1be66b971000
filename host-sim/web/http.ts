import type { IncomingMessage, ServerResponse } from "node:http";

/** What the browser may do with what it gets from us. */
export const HEADERS: Readonly<Record<string, string>> = Object.freeze({
	"Content-Security-Policy":
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"Cache-Control": "no-store",
	"X-Content-Type-Options": "nosniff",
	"Referrer-Policy": "no-referrer",
	"Cross-Origin-Resource-Policy": "same-origin",
});

/** Bytes of the longest body. */
const LONGEST_BODY = 65_536;

/** A request that is not answered as it wishes; its message says why. */
export class HttpError extends Error {
	override readonly name = "HttpError";
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;

	constructor(status: number, reason: string, headers: Readonly<Record<string, string>> = {}) {
		super(reason);
		this.status = status;
		this.headers = headers;
	}
}

/** The value of a cookie, if the request has it. */
export function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
	const cookies = headers.cookie?.split(";") ?? [];
	const found = cookies.map((cookie) => cookie.trim()).find((cookie) => cookie.startsWith(`${name}=`));
	return found?.slice(name.length + 1);
}

/**
 * The body of a request, which must be JSON, as text.
 * @throws HttpError when it is of another type, longer than 65,536 bytes, or not UTF-8
 */
export async function readJson(request: IncomingMessage): Promise<string> {
	const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
	if (type !== "application/json") throw new HttpError(415, "the body must be of type application/json");
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request.iterator({ destroyOnReturn: false })) {
		length += (chunk as Buffer).length;
		if (length > LONGEST_BODY) throw new HttpError(413, `the body is longer than ${LONGEST_BODY} bytes`);
		chunks.push(chunk as Buffer);
	}
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
	} catch {
		throw new HttpError(400, "the body is not UTF-8");
	}
}

/** Answers with a text of a type. */
export function answer(
	response: ServerResponse,
	status: number,
	type: string,
	body: string | Uint8Array,
	headers: Readonly<Record<string, string>> = {},
): void {
	response.writeHead(status, {
		...HEADERS,
		"Content-Type": type,
		"Content-Length": Buffer.byteLength(body),
		...headers,
	});
	response.end(response.req.method === "HEAD" ? undefined : body);
}

/** Bytes of a body that we let come after we have refused it, so that its sender hears why. */
const TOLERATED = 32 * 1_048_576;

/** Answers with the reason why not, and lets go of what still comes. */
export function refuse(request: IncomingMessage, response: ServerResponse, error: HttpError): void {
	let left = TOLERATED;
	request.on("data", (chunk: Buffer) => {
		left -= chunk.length;
		if (left < 0) request.destroy();
	});
	const body = JSON.stringify({ reason: error.message });
	answer(response, error.status, "application/json", body, { ...error.headers, Connection: "close" });
}
