import { parseConnectionString } from "./connection-string.js";

/** Bytes: a twin or a message from the cloud is larger than a command. */
const RECEIVE_BUFFER = 16_384;

type Section = Readonly<Record<string, unknown>>;

const sectionOf = (value: unknown): Section | undefined =>
	typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Section) : undefined;

/** Characters of a configuration's id at most. */
const LONGEST_ID = 64;

/** A device's id as the configuration's rules have it: Azure allows more. */
function idOf(device: string): string {
	let id = "";
	for (const character of device.slice(0, LONGEST_ID)) {
		const isAllowed = !":%*?!(),=@$'".includes(character);
		id += isAllowed ? character : "_";
	}
	return id;
}

/**
 * A configuration, before it is checked, with what its Azure connection string says of the device's id and the broker,
 * where it does not say so itself. Any other configuration stays as it is.
 */
export function withHub(source: unknown): unknown {
	const section = sectionOf(source);
	const text = sectionOf(section?.azure)?.connectionString;
	if (typeof text !== "string") return source;
	const parsed = parseConnectionString(text);
	if (parsed.kind === "malformed") return source;
	const { host, port, device } = parsed.identity;
	const mqtt = sectionOf(section?.mqtt);
	const broker = { protocol: "mqtts", path: "/$iothub/websocket", host, port, ...sectionOf(section?.broker) };
	return { id: idOf(device), ...section, broker, mqtt: { receiveBuffer: RECEIVE_BUFFER, ...mqtt } };
}
