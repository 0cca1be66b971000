import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Answer, acceptOf, encodeRequest, type Verdict } from "../../../firmware/websocket/handshake.js";
import { anyCuts, cut, sha1 } from "./support.js";

/** RFC 6455, 1.3 */
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const STATUS = "HTTP/1.1 101 Switching Protocols";
const HEADERS = [
	"Upgrade: websocket",
	"Connection: Upgrade",
	`Sec-WebSocket-Accept: ${ACCEPT}`,
	"Sec-WebSocket-Protocol: mqtt",
];
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const answer = (...lines: readonly string[]): Uint8Array => bytesOf(`${lines.join("\r\n")}\r\n\r\n`);

/** What comes of these pieces, and the number of bytes taken. */
function read(pieces: readonly Uint8Array[]): { verdict: Verdict | undefined; taken: number } {
	const reader = new Answer(ACCEPT, "mqtt");
	let taken = 0;
	for (const piece of pieces) {
		const verdict = reader.read(piece);
		if (verdict !== undefined)
			return { verdict, taken: taken + (verdict.kind === "accepted" ? verdict.end : 0) };
		taken += piece.length;
	}
	return { verdict: undefined, taken };
}

it("asks for the upgrade with all that RFC 6455, 4.1 wants, and for mqtt [MQTT-6.0.0-3]", () => {
	const request = encodeRequest({
		host: "broker.test",
		port: 9001,
		usualPort: 80,
		path: "/mqtt?a=1",
		protocol: "mqtt",
		key: KEY,
	});
	expect(Buffer.from(request).toString("latin1").split("\r\n")).toEqual([
		"GET /mqtt?a=1 HTTP/1.1",
		"Host: broker.test:9001",
		"Upgrade: websocket",
		"Connection: Upgrade",
		`Sec-WebSocket-Key: ${KEY}`,
		"Sec-WebSocket-Version: 13",
		"Sec-WebSocket-Protocol: mqtt",
		"",
		"",
	]);
});

it.each([
	{ name: "a name and a port", host: "broker.test", port: 9001, usualPort: 80, header: "broker.test:9001" },
	{
		name: "no port that is the usual one",
		host: "broker.test",
		port: 80,
		usualPort: 80,
		header: "broker.test",
	},
	{ name: "no port that is TLS's usual one", host: "b", port: 443, usualPort: 443, header: "b" },
	{ name: "the usual port of the other kind", host: "b", port: 80, usualPort: 443, header: "b:80" },
	{ name: "an IPv6 address in brackets", host: "::1", port: 9001, usualPort: 80, header: "[::1]:9001" },
	{ name: "an IPv6 address without a port", host: "::1", port: 80, usualPort: 80, header: "[::1]" },
])("names the host as RFC 6455, 4.1 wants it: $name", ({ host, port, usualPort, header }) => {
	const request = encodeRequest({ host, port, usualPort, path: "/", protocol: "mqtt", key: KEY });
	expect(Buffer.from(request).toString()).toContain(`\r\nHost: ${header}\r\n`);
});

it("knows the RFC's answer to the RFC's key", () => {
	expect(acceptOf(KEY, sha1)).toBe(ACCEPT);
});

describe("an answer", () => {
	it.each([
		{ name: "as the RFC has it", lines: [STATUS, ...HEADERS] },
		{
			name: "in other cases and orders",
			lines: [
				STATUS,
				...[...HEADERS].reverse().map((line) => line.replace(/^[^:]*/, (name) => name.toUpperCase())),
			],
		},
		{ name: "with several tokens", lines: [STATUS, "Connection: keep-alive, UPGRADE", ...HEADERS] },
		{ name: "without a reason phrase", lines: ["HTTP/1.1 101", ...HEADERS] },
		{
			name: "with more headers, one of them long",
			lines: [STATUS, `Set-Cookie: ${"x".repeat(2000)}`, "Server: é", ...HEADERS],
		},
		{ name: "with an empty list of extensions", lines: [STATUS, "Sec-WebSocket-Extensions:", ...HEADERS] },
	])("is accepted $name", ({ lines }) => {
		const bytes = answer(...lines);
		expect(read([bytes])).toEqual({ verdict: { kind: "accepted", end: bytes.length }, taken: bytes.length });
		const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
		expect(read(single)).toEqual({ verdict: { kind: "accepted", end: 1 }, taken: bytes.length });
	});

	const without = (name: string, ...others: string[]) => [
		STATUS,
		...HEADERS.filter((line) => !line.startsWith(name)),
		...others,
	];
	const OTHER = `Sec-WebSocket-Accept: ${"A".repeat(27)}=`;
	it.each([
		{
			name: "404",
			lines: ["HTTP/1.1 404 Not Found", ...HEADERS],
			reason: 'the broker answers "404 Not Found"',
		},
		{ name: "200", lines: ["HTTP/1.1 200 OK"], reason: 'the broker answers "200 OK"' },
		{ name: "1012", lines: ["HTTP/1.1 1012 X", ...HEADERS], reason: 'the broker answers "1012 X"' },
		{ name: "101x", lines: ["HTTP/1.1 101x", ...HEADERS], reason: 'the broker answers "101x"' },
		{ name: "HTTP/1.0", lines: ["HTTP/1.0 101 X", ...HEADERS], reason: 'the broker answers "101 X"' },
		{ name: "no HTTP", lines: ["220 broker.test ESMTP"], reason: "the broker does not speak HTTP" },
		{ name: "nothing", lines: [], reason: "the broker does not speak HTTP" },
		{
			name: "an alert of TLS",
			lines: ["\x15\x03\x01\x00\x02\x02\x46"],
			reason: "this port seems to speak TLS (try wss://)",
		},
		{ name: "SSH", lines: ["SSH-2.0-OpenSSH_9.2"], reason: "this port seems to speak SSH" },
		{ name: "no Upgrade", lines: without("Upgrade"), reason: "the broker does not upgrade to WebSocket" },
		{
			name: "another Upgrade",
			lines: without("Upgrade", "Upgrade: h2c"),
			reason: "the broker does not upgrade to WebSocket",
		},
		{
			name: "no Connection",
			lines: without("Connection"),
			reason: "the broker does not upgrade to WebSocket",
		},
		{
			name: "no Accept",
			lines: without("Sec-WebSocket-Accept"),
			reason: "the broker does not prove that it speaks WebSocket",
		},
		{
			name: "another Accept",
			lines: without("Sec-WebSocket-Accept", OTHER),
			reason: "the broker does not prove that it speaks WebSocket",
		},
		{
			name: "an Accept in another case",
			lines: without("Sec-WebSocket-Accept", `Sec-WebSocket-Accept: ${ACCEPT.toLowerCase()}`),
			reason: "the broker does not prove that it speaks WebSocket",
		},
		{
			name: "two Accepts",
			lines: [STATUS, ...HEADERS, OTHER],
			reason: "two Sec-WebSocket-Accept (RFC 6455, 11.3.3)",
		},
		{
			name: "no subprotocol [MQTT-6.0.0-4]",
			lines: without("Sec-WebSocket-Protocol"),
			reason: "the broker does not select the subprotocol mqtt",
		},
		{
			name: "another subprotocol [MQTT-6.0.0-4]",
			lines: without("Sec-WebSocket-Protocol", "Sec-WebSocket-Protocol: chat"),
			reason: 'the broker selects the subprotocol "chat", not mqtt',
		},
		{
			name: "two subprotocols",
			lines: [STATUS, ...HEADERS, "Sec-WebSocket-Protocol: mqtt"],
			reason: "two Sec-WebSocket-Protocol (RFC 6455, 11.3.4)",
		},
		{
			name: "an extension",
			lines: [STATUS, ...HEADERS, "Sec-WebSocket-Extensions: permessage-deflate"],
			reason: 'the broker uses an extension nobody asked for: "permessage-deflate"',
		},
		{
			name: "headers without end",
			lines: [STATUS, ...Array(100).fill(`X: ${"x".repeat(100)}`)],
			reason: "an answer of more than 8192 bytes",
		},
	])("is refused: $name", ({ lines, reason }) => {
		const bytes = answer(...lines);
		const code = /speak (HTTP|TLS|SSH)/.test(reason) ? "other-protocol" : "websocket-refused";
		const refused = { kind: "refused", code, reason };
		expect(read([bytes]).verdict).toEqual(refused);
		expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte))).verdict).toEqual(refused);
	});

	it("does not end with a line of white space", () => {
		const answer = Buffer.from([STATUS, ...HEADERS, "\f", ""].join("\r\n"));
		expect(new Answer(ACCEPT, "mqtt").read(answer)).toBeUndefined();
	});

	it("is not waited for to the end when it begins wrong", () => {
		expect(read([Uint8Array.of(0x20, 2)]).verdict).toEqual({
			kind: "refused",
			code: "other-protocol",
			reason: "the broker does not speak HTTP",
		});
	});

	it("ends where frames begin, wherever it is cut", () => {
		const bytes = answer(STATUS, ...HEADERS);
		const stream = Uint8Array.from([...bytes, 0x82, 0x00]);
		fc.assert(
			fc.property(anyCuts, (cuts) => {
				expect(read(cut(stream, cuts))).toMatchObject({ verdict: { kind: "accepted" }, taken: bytes.length });
			}),
		);
	});

	it("never throws, and is refused in a line, whatever comes", () => {
		const line = fc.oneof(fc.constantFrom(...HEADERS, STATUS, ""), fc.string({ unit: "binary-ascii" }));
		const noise = fc.oneof(
			fc.uint8Array({ maxLength: 300 }),
			fc.array(line).map((lines) => answer(STATUS, ...lines)),
		);
		fc.assert(
			fc.property(noise, anyCuts, (bytes, cuts) => {
				const { verdict } = read(cut(Uint8Array.from(bytes), cuts));
				if (verdict?.kind === "refused") expect(verdict.reason).toMatch(/^[ -\u{10ffff}]{1,400}$/u);
			}),
			{ numRuns: 500 },
		);
	});
});
