/** Properties by name; a null value has no `=` on the wire, an empty one has nothing behind it. */
export type Properties = Readonly<Record<string, string | null>>;

/** System properties on the wire, and Microsoft's names for them. */
const SYSTEM: Readonly<Record<string, string>> = Object.freeze({
	"$.mid": "messageId",
	"$.cid": "correlationId",
	"$.uid": "userId",
	"$.ct": "contentType",
	"$.ce": "contentEncoding",
	"$.exp": "absoluteExpiryTime",
	"$.sub": "componentName",
	"$.to": "to",
	"$.on": "outputName",
});

const WIRE: ReadonlyMap<string, string> = new Map(Object.entries(SYSTEM).map(([wire, name]) => [name, wire]));

/** The properties of a message. */
export interface Bag {
	/** By Microsoft's names; one that has none keeps its name on the wire, such as `$.cdid`. */
	readonly system: Properties;
	readonly application: Properties;
}

/**
 * Reads a property bag: `name=value` pairs joined by `&`, both URL-encoded. A `?` before it and a `/` behind it are
 * accepted, as some documents show them. Of a name that is there twice the last counts.
 * @returns undefined if the encoding is broken
 */
export function readBag(text: string): Bag | undefined {
	const system = new Map<string, string | null>();
	const application = new Map<string, string | null>();
	for (const pair of text
		.replace(/^\/?\?/, "")
		.replace(/\/$/, "")
		.split("&")) {
		if (pair === "") continue;
		const at = pair.indexOf("=");
		const name = decoded(at < 0 ? pair : pair.slice(0, at));
		const value = at < 0 ? null : decoded(pair.slice(at + 1));
		if (name === undefined || value === undefined) return undefined;
		if (name.startsWith("$.")) system.set(SYSTEM[name] ?? name, value);
		else application.set(name, value);
	}
	return { system: Object.fromEntries(system), application: Object.fromEntries(application) };
}

/** A property bag as text, system properties first. @throws URIError for a lone surrogate */
export function writeBag({ system, application }: Bag): string {
	const pairs = [
		...Object.entries(system).map(([name, value]) => pair(WIRE.get(name) ?? name, value)),
		...Object.entries(application).map(([name, value]) => pair(name, value)),
	];
	return pairs.join("&");
}

/** Bytes of names and values. */
export const bagBytes = ({ system, application }: Bag): number =>
	[...Object.entries(system), ...Object.entries(application)].reduce(
		(sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value ?? ""),
		0,
	);

const pair = (name: string, value: string | null): string =>
	value === null ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;

/** URL-decoded text; undefined if its encoding is broken. `+` stays. */
export function decoded(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
}
