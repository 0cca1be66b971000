import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import type { TLSSocket as NodeTLSSocket, TlsOptions } from "node:tls";
import { beforeAll, describe, expect, it } from "vitest";
import { TLS, type TLSOptions } from "../../../host-sim/io/tls.js";
import { Authority, type Identity } from "../../support/certificates.js";
import { bytes, closedPort, listen, pattern, settle, until } from "./support.js";
import { connectTLS, serveTLS } from "./tls-support.js";

const authority = new Authority("Nightlight Test CA");
const other = new Authority("Somebody Else");
const ca = new X509Certificate(authority.cert).raw;
const identity = authority.issue({ names: ["broker.test", "127.0.0.1"] });

const intermediate = authority.intermediate("Between");
/** A certificate, with those that it rests on behind it. */
const chain = ({ cert, key }: Identity, ...others: readonly Identity[]): Identity => ({
	cert: [cert, ...others.map((other) => other.cert)].join(""),
	key,
});

const derOf = ({ cert, key }: Identity) => ({
	clientCertificate: new X509Certificate(cert).raw,
	clientKey: createPrivateKey(key).export({ type: "pkcs8", format: "der" }),
});

const serve = (options: TlsOptions, onConnection?: (socket: NodeTLSSocket) => void) =>
	serveTLS({ ...identity, ...options }, onConnection);

const connect = (port: number, tls: Partial<TLSOptions["tls"]> = {}) =>
	connectTLS(port, { host: "broker.test", ca, ...tls });

describe("a TLS client socket", () => {
	it("tells that it is being secured, then that it may be written", async () => {
		const { heard, socket } = connect(await serve({}));
		await until(() => heard.length >= 2);
		expect(heard).toEqual(["securing", "writable true"]);
		expect(socket).toBeInstanceOf(TLS);
	});

	it("carries bytes both ways, more than its buffers hold", async () => {
		const { heard, socket } = connect(await serve({}, (peer) => peer.pipe(peer)));
		await until(() => heard.includes("writable true"));
		const sent = pattern(40_000);
		const received: number[] = [];
		for (let at = 0; received.length < sent.length; ) {
			const piece = sent.subarray(at, at + 1000);
			if (piece.length > 0) {
				try {
					socket.write(piece);
					at += piece.length;
				} catch {
					// No room at present.
				}
			}
			received.push(...(bytes(socket.read()) ?? []));
			await settle(0);
		}
		expect(Uint8Array.from(received)).toEqual(sent);
	});

	it("trusts a certificate whose intermediate certificate is sent", async () => {
		const { heard } = connect(
			await serve(chain(intermediate.issue({ names: ["broker.test"] }), intermediate)),
		);
		await until(() => heard.length >= 2);
		expect(heard).toEqual(["securing", "writable true"]);
	});

	it("leaves out a dot at the end of the name (RFC 6066, 3)", async () => {
		const names: (string | false | null)[] = [];
		const port = await serve({}, (peer) => names.push(peer.servername));
		const { heard } = connect(port, { host: "broker.test." });
		await until(() => names.length === 1 && heard.includes("writable true"));
		expect(names).toEqual(["broker.test"]);
	});

	it("tells the server the name, but no address (RFC 6066, 3)", async () => {
		const names: (string | false | null)[] = [];
		const port = await serve({}, (peer) => names.push(peer.servername));
		const named = connect(port);
		await until(() => named.heard.includes("writable true"));
		const addressed = connect(port, { host: "127.0.0.1" });
		await until(() => addressed.heard.includes("writable true"));
		await until(() => names.length === 2);
		expect(names).toEqual(["broker.test", false]);
	});

	it("shows its certificate to a server that asks", async () => {
		const mine = authority.issue({ names: ["lamp"] });
		const subjects: string[] = [];
		const port = await serve({ requestCert: true, rejectUnauthorized: true, ca: authority.cert }, (peer) =>
			subjects.push(String(peer.getPeerCertificate().subject.CN)),
		);
		const { heard } = connect(port, derOf(mine));
		await until(() => subjects.length > 0);
		expect(subjects).toEqual(["lamp"]);
		expect(heard).toEqual(["securing", "writable true"]);
	});

	it("hears of a disconnect, once", async () => {
		const { heard } = connect(await serve({}, (peer) => peer.end("x")));
		await until(() => heard.some((line) => line.startsWith("error")));
		await settle();
		expect(heard.filter((line) => line.startsWith("error"))).toEqual([
			expect.stringMatching(/^error: 127\.0\.0\.1:\d+ closed the connection$/),
		]);
	});

	it("hears nothing more after it was closed while being secured", async () => {
		const peer = await listen();
		const { heard, socket } = connect(peer.port);
		await until(() => heard.length > 0);
		socket.close();
		await settle();
		expect(heard).toEqual(["securing"]);
	});
});

interface Untrusted {
	readonly name: string;
	readonly server?: () => TlsOptions;
	readonly client?: () => Partial<TLSOptions["tls"]>;
	readonly reason: RegExp;
}

describe("a TLS client socket refuses", () => {
	let stranger: Identity;
	beforeAll(() => {
		stranger = other.issue({ names: ["broker.test"] });
	});

	it.each<Untrusted>([
		{
			name: "a certificate of a CA it does not know",
			server: () => stranger,
			reason:
				/^the certificate of broker\.test is from "Somebody Else": it is a CA that is not trusted here, or the broker does not send the intermediate certificate "Somebody Else"$/,
		},
		{
			name: "a certificate of our CA when it is told of none",
			client: () => ({ ca: [] }),
			reason:
				/^the certificate of broker\.test is from "Nightlight Test CA": it is a CA that is not trusted here, /,
		},
		{
			name: "a certificate that signed itself",
			server: () => new Authority("broker.test"),
			reason: /^the certificate of broker\.test is signed by itself, and not trusted here$/,
		},
		{
			name: "a certificate that has expired",
			server: () => authority.issue({ names: ["broker.test"], from: -3, until: -2 }),
			reason: /^the certificate of broker\.test has expired$/,
		},
		{
			name: "a certificate that is not valid yet",
			server: () => authority.issue({ names: ["broker.test"], from: 2, until: 3 }),
			reason: /^the certificate of broker\.test is not valid yet; is the clock right\?$/,
		},
		{
			name: "a certificate whose intermediate certificate is not sent",
			server: () => intermediate.issue({ names: ["broker.test"] }),
			reason: /: it is a CA .* or the broker does not send the intermediate certificate "Between"$/,
		},
		{
			name: "such a certificate that says where the intermediate certificate is",
			server: () => intermediate.issue({ names: ["broker.test"], issuerUrl: "http://ca.test/between.cer" }),
			reason: /^the broker does not send the intermediate certificate "Between"$/,
		},
		{
			name: "the second of two intermediate certificates that is not sent",
			server: () => {
				const second = intermediate.intermediate("Second");
				return chain(second.issue({ names: ["broker.test"] }), second);
			},
			reason: /or the broker does not send the intermediate certificate "Between"$/,
		},
		{
			name: "an intermediate certificate that has expired",
			server: () => {
				const expired = authority.intermediate("Old", { from: -9, until: -2 });
				return chain(expired.issue({ names: ["broker.test"] }), expired);
			},
			reason: /^the intermediate certificate "Old" has expired$/,
		},
		{
			name: "an intermediate certificate that is not valid yet",
			server: () => {
				const early = authority.intermediate("New", { from: 2 });
				return chain(early.issue({ names: ["broker.test"] }), early);
			},
			reason: /^the intermediate certificate "New" is not valid yet; is the clock right\?$/,
		},
		{
			name: "an expired certificate behind a good intermediate one",
			server: () => chain(intermediate.issue({ names: ["broker.test"], from: -3, until: -2 }), intermediate),
			reason: /^the certificate of broker\.test has expired$/,
		},
		{
			name: "a certificate for other names",
			server: () => authority.issue({ names: ["other.test", "127.0.0.1"] }),
			reason: /^the certificate is not for broker\.test, but for other\.test, 127\.0\.0\.1$/,
		},
		{
			name: "a certificate for a name when it wants an address",
			server: () => authority.issue({ names: ["broker.test"] }),
			client: () => ({ host: "127.0.0.1" }),
			reason: /^the certificate is not for 127\.0\.0\.1, but for broker\.test$/,
		},
		{
			name: "a server that speaks an old version only",
			server: () => ({ minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }),
			reason: /speaks (only versions of TLS that are no longer safe|no version of TLS that we speak)$/,
		},
	])("$name", async ({ server, client, reason }) => {
		const { heard } = connect(await serve(server?.() ?? {}), client?.() ?? {});
		await until(() => heard.length >= 2);
		await settle();
		expect(heard).toEqual(["securing", expect.stringMatching(/^error: /)]);
		expect(heard[1]?.slice("error: ".length)).toMatch(reason);
	});
});

describe("a TLS client socket hears of a server that", () => {
	const failures = async (port: number, tls: Partial<TLSOptions["tls"]> = {}) => {
		const { heard } = connect(port, tls);
		await until(() => heard.some((line) => line.startsWith("error")));
		await settle();
		const errors = heard.filter((line) => line.startsWith("error: "));
		expect(errors).toHaveLength(1);
		return errors[0]?.slice("error: ".length);
	};

	it("is not there", async () => {
		expect(await failures(await closedPort())).toMatch(/^connection refused by 127\.0\.0\.1:\d+$/);
	});

	it("speaks something else", async () => {
		const peer = await listen((socket) => socket.write("220 welcome\r\n"));
		expect(await failures(peer.port)).toMatch(/^127\.0\.0\.1:\d+ does not speak TLS$/);
	});

	it.each([
		{
			name: "closes",
			close: (socket: Socket) => socket.end(),
			reason: /^127\.0\.0\.1:\d+ closed the connection in the TLS handshake; does it speak TLS\?$/,
		},
		{
			name: "breaks the connection off",
			close: (socket: Socket) => socket.resetAndDestroy(),
			reason: /^connection reset by 127\.0\.0\.1:\d+$/,
		},
	])("$name in the handshake", async ({ close, reason }) => {
		const peer = await listen((socket) => socket.once("data", () => close(socket)));
		expect(await failures(peer.port)).toMatch(reason);
	});

	it.each([
		{ version: "TLSv1.2", reason: /refuses the TLS handshake; it may want a client certificate$/ },
		{ version: "TLSv1.3", reason: /wants a client certificate$/ },
	] as const)("wants a client certificate, with $version", async ({ version, reason }) => {
		const asking = { requestCert: true, rejectUnauthorized: true, ca: authority.cert };
		const port = await serve({ ...asking, minVersion: version, maxVersion: version });
		expect(await failures(port)).toMatch(reason);
	});
});
