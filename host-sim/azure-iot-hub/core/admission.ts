import type { IConnectPacket } from "mqtt-packet";
import { durationText } from "./duration.js";
import type { AuthenticationKind, RefusalCode } from "./events.js";
import { readBag } from "./property-bag.js";
import { type Identity, idOf, type Policy, type Registry } from "./registry.js";
import { covers, isSignedWith, readToken, type Token } from "./sas.js";
import { eventsBag } from "./topics.js";
import { readUserName, type UserName } from "./user-name.js";

/** The certificate that a client showed in the TLS handshake. */
export interface PeerCertificate {
	/** Of the DER form, in hexadecimal; case and colons do not matter. */
	readonly sha1: string;
	readonly sha256: string;
	readonly commonName: string;
	/** Whether it is valid now and signed by a CA of the hub. */
	readonly isSignedByHub: boolean;
}

/** What is known of a client before its first byte. */
export interface HubPeer {
	readonly certificate?: PeerCertificate | undefined;
}

/** What CONNECT is checked against. */
export interface Gate {
	readonly registry: Registry;
	/** Lower case. */
	readonly hostNames: readonly string[];
	readonly policies: readonly Policy[];
	/** Milliseconds since 1970. */
	readonly date: number;
}

/** A client that may connect. */
export interface Admitted {
	readonly identity: Identity;
	readonly userName: UserName;
	readonly authentication: AuthenticationKind;
	/** When its token ends, in milliseconds since 1970. */
	readonly expires?: number;
}

export interface Refusal {
	readonly refused: RefusalCode;
	readonly reason: string;
	/** Of CONNACK; without, the connection is closed. */
	readonly returnCode?: 1 | 2 | 3 | 4 | 5;
}

const ID_REJECTED = 2;
const NOT_AUTHORIZED = 5;

const unauthorized = (refused: RefusalCode, reason: string): Refusal => ({
	refused,
	reason,
	returnCode: NOT_AUTHORIZED,
});

/** Checks CONNECT: who it is, whether it is one of ours, and whether it can prove it. */
export function admit(connect: IConnectPacket, peer: HubPeer, gate: Gate): Admitted | Refusal {
	const userName = readUserName(connect.username ?? "");
	if (typeof userName === "string") return unauthorized("bad-user-name", `the user name: ${userName}`);
	const id = idOf(userName);
	if (connect.clientId !== id)
		return {
			refused: "client-id-refused",
			reason: `the client id is ${quoted(connect.clientId)}, the user name names ${quoted(id)}; they must be the same`,
			returnCode: ID_REJECTED,
		};
	if (!gate.hostNames.includes(userName.host.toLowerCase()))
		return unauthorized(
			"unknown-hub",
			`the user name names the hub ${quoted(userName.host)}; this one is ${gate.hostNames.join(" or ")}`,
		);
	const identity = gate.registry.get(id);
	if (identity === undefined)
		return unauthorized("device-not-found", `${quoted(id)} is not registered; ids are case-sensitive`);
	if (!identity.isEnabled) return unauthorized("device-disabled", `${quoted(id)} is disabled`);
	const proof = prove(connect, peer, identity, gate);
	if ("refused" in proof) return proof;
	return willProblem(connect, identity) ?? { identity, userName, ...proof };
}

type Proof = Pick<Admitted, "authentication" | "expires">;

function prove(connect: IConnectPacket, peer: HubPeer, identity: Identity, gate: Gate): Proof | Refusal {
	if (identity.authentication.type !== "sas") return proveByCertificate(peer, identity);
	const password = connect.password?.toString() ?? "";
	if (password === "")
		return unauthorized("no-credentials", "there is no password; this identity connects with a SAS token");
	const token = readToken(password);
	if (typeof token === "string")
		return unauthorized("bad-token", `the password is not a SAS token: ${token}`);
	return proveByToken(token, identity, gate);
}

function proveByToken(
	token: Token,
	identity: Identity,
	{ hostNames, policies, date }: Gate,
): Proof | Refusal {
	const path = identity.module === undefined ? "" : `/modules/${identity.module}`;
	const wanted = hostNames.map((host) => `${host}/devices/${identity.device}${path}`);
	if (!wanted.some((resource) => covers(token.resource, resource)))
		return unauthorized("token-resource", `the token is for ${quoted(token.resource)}, not for ${wanted[0]}`);
	const keys = keysFor(token, identity, policies);
	if (keys === undefined)
		return unauthorized("token-policy", `no policy ${quoted(token.policy ?? "")} may connect devices`);
	if (!keys.some((key) => isSignedWith(token, key)))
		return unauthorized(
			"token-signature",
			`the token is not signed with a key of ${token.policy ?? idOf(identity)}; the signature is over sr as it stands in the token`,
		);
	if (token.expires <= date)
		return unauthorized(
			"token-expired",
			`the token expired ${durationText(date - token.expires)} ago: se=${token.se} is ${iso(token.expires)}, the hub's clock says ${iso(date)}; the commonest cause is a wrong clock of the device`,
		);
	const authentication = token.policy === undefined ? "sas" : "sas-policy";
	return { authentication, expires: token.expires };
}

function keysFor(
	{ policy }: Token,
	{ authentication }: Identity,
	policies: readonly Policy[],
): readonly string[] | undefined {
	if (policy === undefined)
		return authentication.type === "sas" ? [authentication.primaryKey, authentication.secondaryKey] : [];
	const found = policies.find(({ name, rights }) => name === policy && rights.includes("DeviceConnect"));
	return found === undefined ? undefined : [found.key];
}

function proveByCertificate({ certificate }: HubPeer, { authentication, device }: Identity): Proof | Refusal {
	if (certificate === undefined)
		return unauthorized("no-credentials", "there is no client certificate; this identity connects with one");
	if (authentication.type === "certificateAuthority") {
		if (!certificate.isSignedByHub)
			return unauthorized(
				"certificate-refused",
				"the certificate is not valid, or not signed by the hub's CA",
			);
		if (certificate.commonName !== device)
			return unauthorized(
				"certificate-refused",
				`the certificate's common name is ${quoted(certificate.commonName)}, not ${quoted(device)}`,
			);
		return { authentication: "x509-ca" };
	}
	if (authentication.type !== "selfSigned")
		return unauthorized("no-credentials", "it connects with a SAS token");
	const known = [authentication.primaryThumbprint, authentication.secondaryThumbprint ?? ""].map(plain);
	const shown = [certificate.sha1, certificate.sha256].map(plain);
	return known.some((thumbprint) => thumbprint !== "" && shown.includes(thumbprint))
		? { authentication: "x509-thumbprint" }
		: unauthorized("certificate-refused", `no thumbprint of ${quoted(device)} is ${certificate.sha1}`);
}

function willProblem({ will }: IConnectPacket, identity: Identity): Refusal | undefined {
	if (will === undefined) return undefined;
	const bag = eventsBag(identity, will.topic);
	if (bag === undefined)
		return {
			refused: "bad-will",
			reason: `a will goes to the client's events, not to ${quoted(will.topic)}`,
		};
	if (readBag(bag) === undefined)
		return { refused: "bad-will", reason: "the will's properties are not URL-encoded" };
	return will.qos === 2 ? { refused: "bad-will", reason: "the will has QoS 2" } : undefined;
}

const plain = (thumbprint: string): string => thumbprint.replaceAll(":", "").toLowerCase();

const iso = (date: number): string => new Date(date).toISOString().replace(".000", "");

const quoted = (text: string): string => JSON.stringify(text.slice(0, 200));
