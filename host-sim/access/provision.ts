import { X509Certificate } from "node:crypto";
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { CertificateAuthority, type KeyPair } from "../certificates/authority.js";
import { areOnePair, daysLeft, isFor, isFresh } from "../certificates/fitness.js";
import type { PrivateFolder } from "../certificates/private-folder.js";
import { aclFile } from "./acl-file.js";
import { clientConfig } from "./client-config.js";
import { FolderError } from "./folder-error.js";
import { listenAddress } from "./listen-address.js";
import { mosquittoConf } from "./mosquitto-conf.js";
import { recordsOf } from "./read-access.js";
import { type IssuedCertificate, RECORDS_FILE, type Records, recordsText } from "./records.js";
import { identitiesOf, OPERATOR } from "./table.js";

/** What is wanted of a folder. */
export interface Wanted {
	/** What the folder has so far. */
	readonly records: Records;
	/** Devices with their groups; `undefined`: those that it has, or none. */
	readonly devices: ReadonlyMap<string, readonly string[] | undefined>;
	/** Further operators. */
	readonly operators?: readonly string[];
	/** Whose certificates hold no longer. */
	readonly revoked: readonly string[];
	/** How long certificates hold that are issued now. */
	readonly days: number;
}

/** A certificate as it is now. */
export interface Provided {
	/** `ca`, `broker`, or the name of a client. */
	readonly name: string;
	readonly isDevice: boolean;
	readonly groups: readonly string[];
	readonly state: "new" | "renewed" | "kept";
	readonly until: Date;
}

/** Of a CA. */
const CA_DAYS = 3650;

/** A certificate that ends within these days is replaced; within a third of the wanted days, if that is less. */
export const RENEWAL_DAYS = 30;

/**
 * Brings a folder to what is wanted: issues what is missing, ends soon or was revoked, and writes the broker's files.
 * What is still good stays as it is.
 * @throws FolderError (rejects) if its CA cannot be used; Error of the system if it cannot be written
 */
export async function provision(folder: PrivateFolder, wanted: Wanted): Promise<readonly Provided[]> {
	const { authority, state } = await authorityIn(folder, wanted.records.certificates.length === 0);
	const records = withRevoked(wanted);
	const { hosts } = records;
	const identities = identitiesOf(records);
	const near = Math.min(RENEWAL_DAYS, wanted.days / 3);
	const issued: (IssuedCertificate & KeyPair)[] = [];
	const provided: Provided[] = [{ name: "ca", isDevice: false, groups: [], state, until: authority.until }];
	for (const { name, groups, role } of [{ name: "broker", role: "broker", groups: [] }, ...identities]) {
		const serverNames = name === "broker" ? hosts : undefined;
		const kept = pairIn(folder, name);
		const isKept =
			kept !== undefined &&
			isGood(kept, { name, authority, records, near: Math.min(near, daysLeft(authority.cert) / 2) }) &&
			(serverNames === undefined || isFor(kept.cert, serverNames));
		const request = { commonName: name, days: wanted.days, keys: "p256" as const };
		const pair = isKept
			? kept
			: await authority.issue({ ...request, ...(serverNames !== undefined && { serverNames }) });
		const until = new Date(new X509Certificate(pair.cert).validTo);
		if (!isKept) issued.push({ name, serial: serialOf(pair.cert), until: until.toISOString(), ...pair });
		const next = isKept ? "kept" : kept === undefined ? "new" : "renewed";
		provided.push({ name, isDevice: role === "device", groups, state: next, until });
	}
	const certificates = [
		...records.certificates,
		...issued.map(({ name, serial, until }) => ({ name, serial, until })),
	];
	// What the records do not have could never be revoked: they come first.
	write(folder, RECORDS_FILE, recordsText({ ...records, certificates }));
	for (const { name, cert, key } of issued) {
		folder.write(`${name}.key`, key);
		folder.write(`${name}.pem`, cert);
	}
	await writeRevocations(folder, authority, records);
	write(folder, "acl", aclFile(identities));
	write(folder, "mosquitto.conf", confOf(folder, records));
	for (const { name, groups, role } of identities) {
		const file = `${name}.json`;
		const own = { name, host: hosts[0] as string, port: records.port };
		const isDevice = role === "device";
		write(folder, file, clientConfig(folder.read(file), isDevice ? { ...own, groups } : own));
	}
	return provided;
}

/** Writes a file whose text is another now. */
function write(folder: PrivateFolder, name: string, text: string): void {
	if (folder.read(name) !== text) folder.write(name, text);
}

/** The CA that a folder has in `ca.pem` and `ca.key`; a new one, if it `isNew` and has none. */
async function authorityIn(
	folder: PrivateFolder,
	isNew: boolean,
): Promise<{
	authority: CertificateAuthority;
	state: Provided["state"];
}> {
	const [cert, key] = [folder.read("ca.pem"), folder.read("ca.key")];
	if (cert === undefined && key === undefined && isNew) {
		const made = await CertificateAuthority.create({
			...{ commonName: "Nightlight CA", days: CA_DAYS, keys: "p256" },
		});
		folder.write("ca.key", made.key);
		folder.write("ca.pem", made.authority.cert);
		return { authority: made.authority, state: "new" };
	}
	const another = "or name another folder, for a new CA";
	if (cert === undefined || key === undefined)
		throw new FolderError(
			`${cert === undefined ? "ca.pem" : "ca.key"} of its CA is missing: put it back, ${another}`,
		);
	if (!areOnePair({ cert, key }))
		throw new FolderError(
			`ca.pem and ca.key are no certificate and its key: put back those that were, ${another}`,
		);
	if (!new X509Certificate(cert).ca)
		throw new FolderError(
			`ca.pem is no CA's certificate, so that nobody would take what it signs: use a CA's (CA:TRUE), ${another}`,
		);
	if (isFresh(cert, 0)) return { authority: await authorityOf({ cert, key }, another), state: "kept" };
	throw new FolderError("the certificate of its CA has ended: name another folder, for a new CA");
}

/** @param another what to do instead, in words */
async function authorityOf(pair: KeyPair, another: string): Promise<CertificateAuthority> {
	try {
		return await CertificateAuthority.from(pair);
	} catch {
		throw new FolderError(
			`ca.key is a key of another kind than RSA and the curve P-256: use one of these, ${another}`,
		);
	}
}

/** The records with the wanted devices, and without those that are revoked and not wanted again. */
function withRevoked({ records, revoked, devices: asked, operators: added = [] }: Wanted): Records {
	const now = new Date().toISOString();
	const devices = new Map([...records.devices].filter(([name]) => !revoked.includes(name)));
	for (const [name, groups] of asked) devices.set(name, groups ?? records.devices.get(name) ?? []);
	const certificates = records.certificates
		.filter(({ until }) => Date.parse(until) > Date.now())
		.map((one) => (revoked.includes(one.name) && one.revoked === undefined ? { ...one, revoked: now } : one));
	const others = records.operators.filter((name) => name === OPERATOR || !revoked.includes(name));
	const operators = [...new Set([...others, ...added])];
	return { ...records, devices, operators, certificates };
}

/** A certificate and its key, if both are there. */
function pairIn(folder: PrivateFolder, name: string): KeyPair | undefined {
	const [cert, key] = [folder.read(`${name}.pem`), folder.read(`${name}.key`)];
	return cert === undefined || key === undefined ? undefined : { cert, key };
}

/** Whether a certificate is this name's, of this CA, not revoked, and does not end within `near` days. */
function isGood(
	pair: KeyPair,
	{
		name,
		authority,
		records,
		near,
	}: { name: string; authority: CertificateAuthority; records: Records; near: number },
): boolean {
	if (!isFresh(pair.cert, near) || !areOnePair(pair) || !authority.hasSigned(pair.cert)) return false;
	const serial = serialOf(pair.cert);
	const record = records.certificates.find((one) => one.serial === serial);
	return record !== undefined && record.name === name && record.revoked === undefined;
}

/** A certificate's serial number in lower case. */
export const serialOf = (cert: string): string => new X509Certificate(cert).serialNumber.toLowerCase();

/** The revocation list, anew if another certificate is on it or its CA is another. */
async function writeRevocations(
	folder: PrivateFolder,
	authority: CertificateAuthority,
	{ certificates }: Records,
): Promise<void> {
	const revocations = certificates.flatMap(({ serial, revoked }) =>
		revoked === undefined ? [] : [{ serial, at: new Date(revoked) }],
	);
	const kept = folder.read("crl.pem");
	const serials = revocations.map(({ serial }) => serial);
	if (kept !== undefined && (await authority.hasListed(kept, serials))) return;
	folder.write("crl.pem", await authority.revocationList(revocations));
}

function confOf(folder: PrivateFolder, { hosts, port }: Records): string {
	return mosquittoConf({
		pathOf: (name) => resolve(folder.pathOf(name)),
		address: listenAddress(hosts),
		port,
		owner: userInfo().username,
	});
}

/** The files of a CA, the lock, and what an interrupted run leaves of them. */
const BEGINNING = /^(ca\.pem|ca\.key|lock)(\.\d+\.new)?$/;

/**
 * The records of a folder; `undefined` if it is empty, or has a CA of the user's and nothing else.
 * @throws FolderError if it is another folder, or its records are damaged
 */
export function recordsIn(folder: PrivateFolder): Records | undefined {
	const text = folder.read(RECORDS_FILE);
	if (text === undefined) {
		const others = folder.names().filter((name) => !BEGINNING.test(name));
		if (others.length === 0) return undefined;
		throw new FolderError(
			`has other files and no ${RECORDS_FILE}: name a new folder, or put the ${RECORDS_FILE} back that was there`,
		);
	}
	return recordsOf(text);
}
