import { readUtf8, utf8Length, writeUtf8 } from "../mqtt/utf8.js";
import { base64 } from "./base64.js";

/** What a client asks a server for. */
export interface Request {
	/** A name or an address; IPv6 without brackets. */
	host: string;
	port: number;
	/** The port that a URL without one means: 80, with TLS 443. `Host` leaves it out. */
	usualPort: number;
	path: string;
	/** The subprotocol. */
	protocol: string;
	/** 16 bytes that nobody can predict, as Base64. */
	key: string;
}

/** The opening handshake of a client (RFC 6455, 4.1). */
export function encodeRequest({ host, port, usualPort, path, protocol, key }: Request): Uint8Array {
	const authority = host.includes(":") ? `[${host}]` : host;
	return bytesOf(
		[
			`GET ${path} HTTP/1.1`,
			`Host: ${authority}${port === usualPort ? "" : `:${port}`}`,
			"Upgrade: websocket",
			"Connection: Upgrade",
			`Sec-WebSocket-Key: ${key}`,
			"Sec-WebSocket-Version: 13",
			`Sec-WebSocket-Protocol: ${protocol}`,
			"\r\n",
		].join("\r\n"),
	);
}

/** What a server that has understood `key` answers (RFC 6455, 4.2.2, 5.4). */
export const acceptOf = (key: string, sha1: (bytes: Uint8Array) => Uint8Array): string =>
	base64(sha1(bytesOf(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)));

function bytesOf(text: string): Uint8Array {
	const bytes = new Uint8Array(utf8Length(text));
	writeUtf8(bytes, 0, text);
	return bytes;
}

/** `end`: where in the bytes given last the answer ends, and frames begin. */
export type Verdict =
	| { kind: "accepted"; end: number }
	| { kind: "refused"; code: RefusedCode; reason: string };

type RefusedCode = "websocket-refused" | "other-protocol";

/** Bytes of the whole answer at most, and of a line that are looked at. */
const LONGEST_ANSWER = 8192;
const LONGEST_LINE = 256;

const START = "HTTP/";
const NO_HTTP = "the broker does not speak HTTP";
const LINE_FEED = 0x0a;

/**
 * Reads a server's answer to the opening handshake (RFC 6455, 4.1), in pieces of any size. Only what it
 * asks for is looked at, and kept no longer than a line.
 */
export class Answer {
	readonly #accept: string;
	readonly #protocol: string;
	readonly #line = new Uint8Array(LONGEST_LINE);
	#length = 0;
	#total = 0;
	#hasStatus = false;
	#upgrades = false;
	#connects = false;
	#accepted: string | undefined;
	#selected: string | undefined;

	/** @param accept what `acceptOf` says  @param protocol the subprotocol that was asked for */
	constructor(accept: string, protocol: string) {
		this.#accept = accept;
		this.#protocol = protocol;
	}

	/** Takes the next bytes; `undefined` when more are needed. */
	read(bytes: Uint8Array): Verdict | undefined {
		for (let at = 0; at < bytes.length; at++) {
			const byte = bytes[at] as number;
			if (this.#total < START.length && byte !== START.charCodeAt(this.#total)) {
				return refused(this.#total === 0 ? describeFirst(byte) : NO_HTTP, "other-protocol");
			}
			if (++this.#total > LONGEST_ANSWER) return refused(`an answer of more than ${LONGEST_ANSWER} bytes`);
			if (byte !== LINE_FEED) {
				// What does not fit can only make an answer of a line that does not count, or is wrong.
				if (this.#length < LONGEST_LINE) this.#line[this.#length++] = byte;
				continue;
			}
			const line = readUtf8(this.#line.subarray(0, this.#length)) ?? "?";
			const isEnd = line === "" || line === "\r";
			this.#length = 0;
			const problem = isEnd ? this.#problem() : this.#readLine(line.trim());
			if (problem !== undefined) return refused(problem);
			if (isEnd) return { kind: "accepted", end: at + 1 };
		}
		return undefined;
	}

	/** Why the line does not do, if it does not. */
	#readLine(line: string): string | undefined {
		if (!this.#hasStatus) {
			this.#hasStatus = true;
			if (`${line} `.startsWith("HTTP/1.1 101 ")) return undefined;
			return `the broker answers ${JSON.stringify(line.slice(line.indexOf(" ") + 1))}`;
		}
		const colon = line.indexOf(":");
		const value = line.slice(colon + 1).trim();
		switch (line.slice(0, Math.max(0, colon)).toLowerCase()) {
			case "upgrade":
				this.#upgrades = hasToken(value, "websocket");
				return undefined;
			case "connection":
				this.#connects ||= hasToken(value, "upgrade");
				return undefined;
			case "sec-websocket-extensions":
				return value === ""
					? undefined
					: `the broker uses an extension nobody asked for: ${JSON.stringify(value)}`;
			case "sec-websocket-accept":
				if (this.#accepted !== undefined) return "two Sec-WebSocket-Accept (RFC 6455, 11.3.3)";
				this.#accepted = value;
				return undefined;
			case "sec-websocket-protocol":
				if (this.#selected !== undefined) return "two Sec-WebSocket-Protocol (RFC 6455, 11.3.4)";
				this.#selected = value;
				return undefined;
			default:
				return undefined;
		}
	}

	/** Why the answer does not do, now that it is complete (RFC 6455, 4.1; [MQTT-6.0.0-4]). */
	#problem(): string | undefined {
		if (!this.#hasStatus) return NO_HTTP;
		if (!this.#upgrades || !this.#connects) return "the broker does not upgrade to WebSocket";
		if (this.#accepted !== this.#accept) return "the broker does not prove that it speaks WebSocket";
		if (this.#selected === this.#protocol) return undefined;
		if (this.#selected === undefined) return `the broker does not select the subprotocol ${this.#protocol}`;
		return `the broker selects the subprotocol ${JSON.stringify(this.#selected)}, not ${this.#protocol}`;
	}
}

/** What an answer is that begins with `byte`, and so is none: a TLS alert (RFC 8446, 5.1), `SSH-` (RFC 4253, 4.2), any. */
function describeFirst(byte: number): string {
	if (byte === 0x15) return "this port seems to speak TLS (try wss://)";
	return byte === 0x53 ? "this port seems to speak SSH" : NO_HTTP;
}

const refused = (reason: string, code: RefusedCode = "websocket-refused"): Verdict => ({
	kind: "refused",
	code,
	reason,
});

/** Whether a list of tokens has this one, in whatever case (RFC 9110, 5.6.1). */
const hasToken = (list: string, token: string): boolean =>
	list.split(",").some((one) => one.trim().toLowerCase() === token);
