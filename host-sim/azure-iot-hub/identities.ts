import { createHash, randomBytes } from "node:crypto";
import type { PrivateFolder } from "../certificates/private-folder.js";
import type { HubCertificates } from "./certificates.js";
import { addressParts, connectionString, type HubAddress } from "./connection-string.js";
import type { Authentication, Identity, Policy } from "./core/hub.js";

/** An identity that is wanted. */
export interface WantedIdentity {
	readonly device: string;
	readonly module?: string;
	/** How it connects: with a SAS token, or a certificate of the hub's CA, known by thumbprint or by its signature. */
	readonly kind: "sas" | "x509" | "x509-ca";
}

/** An identity with its files. */
export interface IdentityFiles {
	readonly identity: Identity;
	/** The file of its connection string. */
	readonly file: string;
	/** The files of its certificate and key. */
	readonly cert?: string;
	readonly key?: string;
}

/** What a hub keeps of keys: base64, by policy and by identity. */
interface KeptKeys {
	readonly policies: Readonly<Record<string, string>>;
	readonly identities: Readonly<Record<string, readonly [primary: string, secondary: string]>>;
}

const KEYS_FILE = "keys.json";
const KEY_BYTES = 32;

/** A new key, in base64. */
export const newKey = (): string => randomBytes(KEY_BYTES).toString("base64");

/** The policies that every hub has. */
const RIGHTS: Readonly<Record<string, Policy["rights"]>> = Object.freeze({
	iothubowner: ["DeviceConnect", "ServiceConnect", "RegistryWrite"],
	service: ["ServiceConnect"],
	device: ["DeviceConnect"],
});

/** The keys that a folder has, so that connection strings go on working over restarts. */
export class Keys {
	readonly #folder: PrivateFolder;
	#kept: KeptKeys;

	/** @throws SyntaxError if its file is not JSON */
	constructor(folder: PrivateFolder) {
		this.#folder = folder;
		const text = folder.read(KEYS_FILE);
		const kept = text === undefined ? {} : (JSON.parse(text) as Partial<KeptKeys>);
		const policies = Object.fromEntries(Object.keys(RIGHTS).map((name) => [name, newKey()]));
		this.#kept = { policies: { ...policies, ...kept.policies }, identities: kept.identities ?? {} };
		this.#write();
	}

	get policies(): readonly Policy[] {
		return Object.entries(RIGHTS).map(([name, rights]) => ({
			name,
			key: this.#kept.policies[name] ?? "",
			rights,
		}));
	}

	/** The two keys of an identity, made the first time. */
	of(name: string): readonly [primary: string, secondary: string] {
		const kept = this.#kept.identities[name];
		if (kept !== undefined) return kept;
		const made = [newKey(), newKey()] as const;
		this.#kept = { ...this.#kept, identities: { ...this.#kept.identities, [name]: made } };
		this.#write();
		return made;
	}

	#write(): void {
		this.#folder.write(KEYS_FILE, `${JSON.stringify(this.#kept, null, "\t")}\n`);
	}
}

/** Makes what an identity needs to connect, and writes it to its files. */
export async function prepareIdentity(
	{ device, module, kind }: WantedIdentity,
	folder: PrivateFolder,
	keys: Keys,
	certificates: HubCertificates,
	address: HubAddress,
): Promise<IdentityFiles> {
	const name = module === undefined ? device : `${device}.${module}`;
	const { before, after } = addressParts(address);
	const ids = { DeviceId: device, ...(module !== undefined && { ModuleId: module }) };
	const write = (proof: Readonly<Record<string, string>>) =>
		folder.write(`${name}.connection`, `${connectionString({ ...before, ...ids, ...proof, ...after })}\n`);
	const identityWith = (authentication: Authentication): Identity => ({
		device,
		...(module !== undefined && { module }),
		authentication,
		isEnabled: true,
	});
	if (kind === "sas") {
		const [primaryKey, secondaryKey] = keys.of(module === undefined ? device : `${device}/${module}`);
		const identity = identityWith({ type: "sas", primaryKey, secondaryKey });
		return { identity, file: write({ SharedAccessKey: primaryKey }) };
	}
	const { cert } = await certificates.device(folder, name, device);
	const authentication: Authentication =
		kind === "x509-ca"
			? { type: "certificateAuthority" }
			: { type: "selfSigned", primaryThumbprint: thumbprint(cert) };
	return {
		identity: identityWith(authentication),
		file: write({ x509: "true" }),
		cert: folder.pathOf(`${name}.pem`),
		key: folder.pathOf(`${name}.key`),
	};
}

/** SHA-256 of a certificate's DER form, in hexadecimal. */
const thumbprint = (cert: string): string =>
	createHash("sha256")
		.update(Buffer.from(cert.replace(/-----[A-Z ]+-----|\s/g, ""), "base64"))
		.digest("hex");
