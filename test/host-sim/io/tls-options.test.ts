import { createPrivateKey, X509Certificate } from "node:crypto";
import type { TLSSocket as NodeTLSSocket, TlsOptions } from "node:tls";
import { describe, expect, it } from "vitest";
import { TLS, type TLSOptions } from "../../../host-sim/io/tls.js";
import { Authority, type Identity } from "../../support/certificates.js";
import { until } from "./support.js";
import { connectTLS, serveTLS } from "./tls-support.js";

const authority = new Authority("Nightlight Test CA");
const ca = new X509Certificate(authority.cert).raw;
const identity = authority.issue({ names: ["broker.test"] });
const derOf = ({ cert, key }: Identity) => ({
	clientCertificate: new X509Certificate(cert).raw,
	clientKey: createPrivateKey(key).export({ type: "pkcs8", format: "der" }),
});
const mine = derOf(authority.issue({ names: ["lamp"] }));
const others = derOf(authority.issue({ names: ["other"] }));

/** Connects with these options to a server with those; what each has heard when that is settled. */
async function meet(client: object, server: TlsOptions = {}) {
	const peers: NodeTLSSocket[] = [];
	const port = await serveTLS({ ...identity, ...server }, (peer) => peers.push(peer));
	const { heard, socket } = connectTLS(port, { host: "broker.test", ca, ...client } as TLSOptions["tls"]);
	await until(() => heard.length >= 2);
	if (heard[1] === "writable true") await until(() => peers.length > 0);
	const [peer] = peers;
	return { outcome: heard[1], version: peer?.getProtocol(), protocol: peer?.alpnProtocol, peer, socket };
}

/** Constructs a socket with these options of `tls`; what it says of them. */
function refusal(tls: object | undefined): string {
	try {
		new TLS({ address: "127.0.0.1", port: 1, tls } as unknown as TLSOptions).close();
		return "nothing thrown";
	} catch (error) {
		return (error as Error).message;
	}
}

describe("§10 tls.minimumVersion and tls.maximumVersion", () => {
	const only = (version: "TLSv1.2" | "TLSv1.3") => ({ minVersion: version, maxVersion: version });

	it.each([
		{ client: {}, version: "TLSv1.3" },
		{ client: { maximumVersion: "TLSv1.2" }, version: "TLSv1.2" },
		{ client: { minimumVersion: "TLSv1.3" }, version: "TLSv1.3" },
		{ client: { minimumVersion: "TLSv1.2", maximumVersion: "TLSv1.2" }, version: "TLSv1.2" },
		{ client: { minimumVersion: "TLSv1.2", maximumVersion: "TLSv1.3" }, version: "TLSv1.3" },
	])("are honoured: $client gives $version", async ({ client, version }) => {
		expect(await meet(client)).toMatchObject({ outcome: "writable true", version });
	});

	it.each([
		{ client: { minimumVersion: "TLSv1.3" }, server: only("TLSv1.2") },
		{ client: { maximumVersion: "TLSv1.2" }, server: only("TLSv1.3") },
	])("end the handshake with a server of another version: $client", async ({ client, server }) => {
		const { outcome } = await meet(client, server);
		expect(outcome).toMatch(/^error: .* speaks (no version of TLS that we speak|only versions of TLS)/);
	});

	it.each([
		[{ minimumVersion: "TLSv1.1" }, /^tls\.minimumVersion: 'TLSv1\.1' is not "TLSv1\.2" or "TLSv1\.3"$/],
		[{ maximumVersion: "TLSv1.1" }, /^tls\.maximumVersion: 'TLSv1\.1' is not/],
		[{ minimumVersion: "1.2" }, /^tls\.minimumVersion: '1\.2' is not/],
		[{ maximumVersion: 0x303 }, /^tls\.maximumVersion: 771 is not/],
		[{ minimumVersion: undefined }, /^tls\.minimumVersion: undefined is not/],
		[
			{ minimumVersion: "TLSv1.3", maximumVersion: "TLSv1.2" },
			/^tls\.minimumVersion: TLSv1\.3 is above the maximum, TLSv1\.2$/,
		],
	])("are refused when this host cannot have them: %o", (tls, message) => {
		expect(refusal({ host: "broker.test", ...tls })).toMatch(message);
	});
});

describe("§10 tls.applicationLayerProtocol", () => {
	const server = { ALPNProtocols: ["mqtt", "x-amzn-mqtt-ca"] };

	it.each([
		{ name: "a string", offered: "x-amzn-mqtt-ca", selected: "x-amzn-mqtt-ca" },
		{ name: "a Byte Buffer", offered: new TextEncoder().encode("mqtt"), selected: "mqtt" },
		{ name: "an ArrayBuffer", offered: Uint8Array.from(Buffer.from("mqtt")).buffer, selected: "mqtt" },
		{ name: "a list of both", offered: ["h2", Buffer.from("mqtt")], selected: "mqtt" },
		{ name: "a list of one", offered: ["mqtt"], selected: "mqtt" },
	])("is offered to the server: $name", async ({ offered, selected }) => {
		const { outcome, protocol } = await meet({ applicationLayerProtocol: offered }, server);
		expect({ outcome, protocol }).toEqual({ outcome: "writable true", protocol: selected });
	});

	it("is nothing to a server without ALPN, and nothing is offered without it", async () => {
		expect(await meet({ applicationLayerProtocol: "mqtt" })).toMatchObject({ outcome: "writable true" });
		expect(await meet({}, server)).toMatchObject({ outcome: "writable true", protocol: false });
	});

	it("ends the handshake when the server has none of them", async () => {
		const { outcome } = await meet({ applicationLayerProtocol: ["h2", "h3"] }, server);
		expect(outcome).toMatch(/does not speak the application protocol asked for \(ALPN\)$/);
	});

	it.each([
		["", "the name of a protocol has 1 to 255 bytes, not 0"],
		["ü".repeat(128), "the name of a protocol has 1 to 255 bytes, not 256"],
		[["mqtt", ""], "the name of a protocol has 1 to 255 bytes, not 0"],
		[[], "the list of protocols is empty"],
		[Array(300).fill("x".repeat(255)), "the list of protocols is too long"],
		[5, "wants a string, a Byte Buffer, or a list of them"],
		[undefined, "wants a string, a Byte Buffer, or a list of them"],
		[["mqtt", null], "wants a string, a Byte Buffer, or a list of them"],
	])("is refused when it is none (case %#)", (applicationLayerProtocol, message) => {
		const said = refusal({ host: "broker.test", applicationLayerProtocol });
		expect(said).toBe(`tls.applicationLayerProtocol: ${message}`);
	});
});

describe("§10 tls.maximumFragmentLength", () => {
	it.each([512, 1024, 4096, 16_384, undefined])("is refused, as Node cannot negotiate it (%s)", (length) => {
		expect(refusal({ host: "broker.test", maximumFragmentLength: length })).toBe(
			"tls.maximumFragmentLength: cannot be negotiated here; leave it out",
		);
	});
});

describe("§10 tls.host", () => {
	it("is the server's name, whatever its address, and is told without the dot of a full name", async () => {
		for (const host of ["broker.test", "broker.test."]) {
			const { outcome, peer } = await meet({ host });
			expect({ outcome, name: peer?.servername }).toEqual({ outcome: "writable true", name: "broker.test" });
		}
	});

	it.each([{ tls: {} }, { tls: { host: "" } }, { tls: { host: "." } }])("is required: $tls", ({ tls }) => {
		expect(refusal(tls)).toMatch(/^(tls\.)?host: /);
	});

	it("is not required of a constructor without `tls`, which is", () => {
		expect(refusal(undefined)).toMatch("options object");
	});
});

describe("§10 certificates and keys", () => {
	const garbage = Uint8Array.from({ length: 300 }, (_, index) => index & 0xff);
	const pem = Buffer.from(authority.cert);
	const cut = ca.subarray(0, ca.length - 1);
	const followed = Buffer.concat([ca, Uint8Array.of(0)]);

	it.each([
		["bytes that are none", garbage],
		["nothing", new Uint8Array()],
		["PEM", pem],
		["one that is cut off", cut],
		["one with a byte behind it", followed],
		["a private key", mine.clientKey],
		["one among good ones", [ca, garbage, ca]],
	])("a certificate is refused at construction: %s", (_, value) => {
		for (const name of ["ca", "clientCertificate"]) {
			const said = refusal({ host: "broker.test", clientKey: mine.clientKey, [name]: value });
			expect(said).toBe(`tls.${name}: not a certificate in DER`);
		}
	});

	it.each(["-----BEGIN", 5, null, undefined, {}, [ca, "x"]])(
		"what is no Byte Buffer is refused (case %#)",
		(value) => {
			for (const name of ["ca", "clientCertificate", "clientKey"]) {
				expect(refusal({ host: "broker.test", [name]: value })).toMatch(new RegExp(`^tls\\.${name}: `));
			}
		},
	);

	it.each([
		["bytes that are none", { ...mine, clientKey: garbage }, "clientKey: not a private key in DER"],
		["a certificate", { ...mine, clientKey: ca }, "clientKey: not a private key in DER"],
		["a second one", { ...mine, clientKey: [mine.clientKey, mine.clientKey] }, "clientKey: one key at most"],
		["another one's", { ...mine, clientKey: others.clientKey }, "clientKey: not the key of the first"],
		["without a certificate", { clientKey: mine.clientKey }, "clientCertificate: is required with clientKey"],
		[
			"missing",
			{ clientCertificate: mine.clientCertificate },
			"clientKey: is required with clientCertificate",
		],
	])("a key is refused at construction: %s", (_, tls, message) => {
		expect(refusal({ host: "broker.test", ...tls })).toMatch(`tls.${message}`);
	});

	it("a buffer, a list, and a buffer of several certificates are taken alike", async () => {
		const other = new X509Certificate(new Authority("Somebody Else").cert).raw;
		for (const trusted of [ca, [other, ca], Buffer.concat([other, ca]), Uint8Array.from(ca).buffer]) {
			expect((await meet({ ca: trusted })).outcome).toBe("writable true");
		}
		const asking = { requestCert: true, rejectUnauthorized: true, ca: authority.cert };
		const list = { clientCertificate: [mine.clientCertificate], clientKey: [mine.clientKey] };
		expect((await meet(list, asking)).peer?.getPeerCertificate().subject.CN).toBe("lamp");
	});
});

describe("§8 constructor", () => {
	it("ignores properties of `tls` that the standard does not have: they switch nothing off", async () => {
		const unknown = {
			rejectUnauthorized: false,
			minVersion: "TLSv1",
			serverName: "x",
			checkServerIdentity() {},
		};
		expect(await meet(unknown)).toMatchObject({ outcome: "writable true", version: "TLSv1.3" });
		const stranger = new Authority("Somebody Else").issue({ names: ["broker.test"] });
		expect((await meet(unknown, stranger)).outcome).toMatch("not trusted here");
	});

	it("takes a frozen `tls`, and reads each of its properties once", () => {
		const reads = new Map<PropertyKey, number>();
		const all = {
			host: "broker.test",
			ca,
			...mine,
			minimumVersion: "TLSv1.2",
			applicationLayerProtocol: "mqtt",
		};
		const tls = new Proxy(Object.freeze(all), {
			get(options, name) {
				reads.set(name, (reads.get(name) ?? 0) + 1);
				return Reflect.get(options, name);
			},
		});
		expect(refusal(tls)).toBe("nothing thrown");
		expect(Object.fromEntries(reads)).toEqual(Object.fromEntries(Object.keys(all).map((name) => [name, 1])));
	});
});
