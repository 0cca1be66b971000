import { decodeBase64 } from "./base64.js";

/** How a device shows that it is who it says. */
export type Credential =
	/** Signs tokens with a key of the identity, in bytes. */
	| { readonly kind: "key"; readonly key: Uint8Array }
	/** A token that was made elsewhere, and the second since 1970 at which it ends. */
	| { readonly kind: "token"; readonly token: string; readonly expires: number }
	/** Nothing in MQTT: TLS has a client certificate. */
	| { readonly kind: "x509" };

/** What a connection string says. */
export interface HubIdentity {
	/** The hub's name: it is in the user name and in what tokens are for. */
	readonly hub: string;
	/** Where to connect: the hub, or a gateway before it; a host name. */
	readonly host: string;
	/** Of the gateway, if it is another one than the transport's own. */
	readonly port: number | undefined;
	readonly device: string;
	readonly module: string | undefined;
	readonly credential: Credential;
}

export type ParsedConnectionString =
	| { readonly kind: "valid"; readonly identity: HubIdentity }
	/** `part`: the name of the part that is wrong. No text of a secret is in the reason. */
	| { readonly kind: "malformed"; readonly part: string; readonly reason: string };

type Parts = Record<(typeof NAMES)[number], string>;

const NAMES = Object.freeze([
	"HostName",
	"GatewayHostName",
	"DeviceId",
	"ModuleId",
	"SharedAccessKey",
	"SharedAccessSignature",
	"x509",
] as const);

/**
 * Characters of an id at most, and which there are beside letters and digits (Azure, "Understand the identity registry"):
 * without `;`, which parts connection strings, and `+` and `#`, which no topic name has (MQTT 3.1.1, 4.7.1).
 */
const LONGEST_ID = 128;
const IN_ID = "-:.%_*?!(),=@$'";

/**
 * Reads the connection string of a device or a module, as Azure shows it: parts `Name=value`, separated by `;`, in any
 * order. Spaces and line ends around it do not count.
 */
export function parseConnectionString(text: string): ParsedConnectionString {
	const parts: Partial<Parts> = {};
	for (const part of text.trim().split(";")) {
		if (part === "") continue;
		const end = part.indexOf("=");
		const name = part.slice(0, Math.max(end, 0));
		const known = NAMES.find((one) => one === name);
		if (name === "SharedAccessKeyName") {
			return malformed(name, "it is a connection string of the service: take that of a device");
		}
		if (known === undefined) {
			// It may be a secret without its name.
			const shown = end > 0 && end <= 20 ? name : "a part without a name";
			return malformed(shown, `unknown: the parts are ${NAMES.join(", ")}`);
		}
		if (parts[known] !== undefined) return malformed(known, "it is there twice");
		parts[known] = part.slice(end + 1);
	}
	return identityOf(parts);
}

function identityOf(parts: Partial<Parts>): ParsedConnectionString {
	const { HostName: hub, DeviceId: device, ModuleId: module, GatewayHostName: gateway } = parts;
	if (!isHostName(hub))
		return malformed("HostName", "it wants the hub's name, such as my-hub.azure-devices.net");
	if (!isId(device)) return malformed("DeviceId", WANTS_ID);
	if (module !== undefined && !isId(module)) return malformed("ModuleId", WANTS_ID);
	const [host, port, ...more] = (gateway ?? hub).split(":");
	const number = port === undefined ? undefined : Number(port);
	if (more.length > 0 || !isHostName(host) || !isPort(number)) {
		return malformed(
			"GatewayHostName",
			"it wants a host name, and after a colon a port if that is another one",
		);
	}
	const credential = credentialOf(parts);
	if (credential.kind === "malformed") return credential;
	return { kind: "valid", identity: { hub, host, port: number, device, module, credential } };
}

function credentialOf({
	SharedAccessKey: key,
	SharedAccessSignature: token,
	x509,
}: Partial<Parts>): Credential | Extract<ParsedConnectionString, { kind: "malformed" }> {
	const isX509 = x509 === "true";
	if (x509 !== undefined && !isX509) return malformed("x509", 'it wants "true"');
	const given = Number(key !== undefined) + Number(token !== undefined) + Number(isX509);
	if (given !== 1) {
		const reason = given === 0 ? "there is none, nor a SharedAccessSignature, nor x509=true" : WANTS_ONE;
		return malformed("SharedAccessKey", reason);
	}
	if (key !== undefined) {
		const bytes = key === "" ? undefined : decodeBase64(key);
		return bytes === undefined
			? malformed("SharedAccessKey", "it is not Base64: is it cut off?")
			: { kind: "key", key: bytes };
	}
	if (token !== undefined) {
		const expires = expiryOf(token);
		return expires === undefined
			? malformed("SharedAccessSignature", "it wants SharedAccessSignature sr=…&sig=…&se=…")
			: { kind: "token", token, expires };
	}
	return { kind: "x509" };
}

const WANTS_ID = `it wants 1 to ${LONGEST_ID} of letters, digits and ${IN_ID}`;
const WANTS_ONE = "there is one of SharedAccessKey, SharedAccessSignature and x509=true";

const malformed = (part: string, reason: string) => ({ kind: "malformed", part, reason }) as const;

/** The second since 1970 in a token's `se`. */
function expiryOf(token: string): number | undefined {
	const prefix = "SharedAccessSignature ";
	if (!token.startsWith(prefix)) return undefined;
	const fields = token.slice(prefix.length).split("&");
	const fieldOf = (name: string) => fields.find((field) => field.startsWith(name))?.slice(name.length);
	const seconds = Number(fieldOf("se=") || Number.NaN);
	const isWhole = fieldOf("sr=") !== undefined && fieldOf("sig=") !== undefined && seconds > 0;
	return isWhole && seconds % 1 === 0 ? seconds : undefined;
}

const isPort = (port: number | undefined): boolean =>
	port === undefined || (port >= 1 && port <= 65_535 && port % 1 === 0);

const isHostName = (text: string | undefined): text is string =>
	text !== undefined && text.length <= 253 && every(text, "-.");

const isId = (text: string | undefined): text is string =>
	text !== undefined && text.length <= LONGEST_ID && every(text, IN_ID);

/** Whether `text` is letters, digits and these others, one at least. */
function every(text: string, others: string): boolean {
	for (const character of text) {
		const isDigit = character >= "0" && character <= "9";
		const isLetter = (character >= "a" && character <= "z") || (character >= "A" && character <= "Z");
		if (!isDigit && !isLetter && !others.includes(character)) return false;
	}
	return text !== "";
}
