import { Answer, type Verdict } from "../../../firmware/websocket/handshake.js";
import { bytesOf, EACH, joined, latin1, pieces, strictText, WHOLE } from "../bytes.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target } from "../target.js";

const HEADER = 2;
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const LINES = [
	"Upgrade: websocket",
	"Connection: Upgrade",
	"connection: keep-alive, upgrade",
	`Sec-WebSocket-Accept: ${ACCEPT}`,
	"Sec-WebSocket-Protocol: mqtt",
	"Sec-WebSocket-Protocol: mqttv3.1",
	"Sec-WebSocket-Extensions: permessage-deflate",
	"Server: é",
	`X: ${"x".repeat(300)}`,
	"no header",
	": ",
];
const STATUS = [
	"HTTP/1.1 101 Switching Protocols",
	"HTTP/1.1 400 Bad Request",
	"HTTP/1.1 101",
	"HTTP/",
	"SSH-2.0-x",
];
const NEEDED = Object.freeze([0, 1, 3, 4]);

/** An answer, most of the time one that does; with bytes of frames behind it. */
export function anyAnswer(random: Random, accept: string): Uint8Array {
	const lines = NEEDED.map((index) => LINES[index] as string).filter(() => random.chance(0.95));
	for (let count = random.small(3); count > 0; count--) lines.splice(random.below(5), 0, random.pick(LINES));
	lines.unshift(random.chance(0.9) ? (STATUS[0] as string) : random.pick(STATUS));
	const end = random.chance(0.9) ? "\r\n" : "\n";
	const text = `${lines.join(end)}${end}${end}`.replace(ACCEPT, accept);
	return joined([bytesOf(text), random.bytes(random.small(10))]);
}

/** The verdict on these pieces, and how many bytes of the stream the answer takes. */
function read(chunks: readonly Uint8Array[]): { line: string; verdict: Verdict | undefined; end: number } {
	const answer = new Answer(ACCEPT, "mqtt");
	let taken = 0;
	for (const chunk of chunks) {
		const verdict = answer.read(chunk);
		if (verdict?.kind === "accepted") {
			demand(verdict.end > 0 && verdict.end <= chunk.length, "an end outside of what was given");
			return { line: `accepted ${taken + verdict.end}`, verdict, end: taken + verdict.end };
		}
		if (verdict !== undefined) return { line: `refused ${verdict.reason}`, verdict, end: taken };
		taken += chunk.length;
	}
	return { line: "more", verdict: undefined, end: taken };
}

/** Bytes of a line that count; a line that is no UTF-8 does not count at all. */
const LONGEST_LINE = 256;

/** A line from its bytes, one character for each, without the white space around it. */
const lineOf = (bytes: string): string =>
	(strictText(Buffer.from(bytes.slice(0, LONGEST_LINE), "latin1")) ?? "?").trim();

/** Where an answer ends: behind the first empty line; 0 when there is none. */
export function endOfAnswer(stream: Uint8Array): number {
	const text = latin1(stream);
	let start = 0;
	for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
		if (/^\r?$/.test(text.slice(start, end))) return end + 1;
		start = end + 1;
	}
	return 0;
}

/** What an answer that is accepted must say (RFC 6455, 4.1). */
function checkAccepted(head: Uint8Array): void {
	const [status = "", ...lines] = latin1(head).split("\n").map(lineOf);
	demand(status.startsWith("HTTP/1.1 101"), "accepts another status");
	const values = (name: string) =>
		lines.flatMap((line) => {
			const colon = line.indexOf(":");
			return line.slice(0, Math.max(0, colon)).toLowerCase() === name ? [line.slice(colon + 1).trim()] : [];
		});
	demand(values("sec-websocket-accept").join("|") === ACCEPT, "accepts another key");
	demand(values("sec-websocket-protocol").join("|") === "mqtt", "accepts another subprotocol");
	demand(values("sec-websocket-extensions").join("") === "", "accepts an extension");
	demand(/websocket/i.test(values("upgrade").at(-1) ?? ""), "accepts without an upgrade");
	demand(/upgrade/i.test(values("connection").join()), "accepts without Connection: Upgrade");
}

export const webSocketHandshake: Target = {
	name: "websocket-handshake",
	covers: ["firmware/websocket/handshake.ts"],
	share: 2,
	generate: (random) => joined([random.bytes(HEADER), spoilt(anyAnswer(random, ACCEPT), random, 0.5)]),
	run: (input) => {
		const [high = 0, low = 0] = input;
		const stream = input.subarray(Math.min(HEADER, input.length));
		const whole = read(pieces(stream, WHOLE));
		for (const cut of [EACH, high * 256 + low]) {
			demandSame(read(pieces(stream, cut)).line, whole.line, "another verdict when the answer is cut");
		}
		if (whole.verdict?.kind === "accepted") {
			demand(whole.end === endOfAnswer(stream), "the answer ends elsewhere");
			checkAccepted(stream.subarray(0, whole.end));
		}
		if (whole.verdict?.kind === "refused")
			demand(!/[\r\n]/.test(whole.verdict.reason), "a reason of more than a line");
		return whole.verdict?.kind ?? "more";
	},
};
