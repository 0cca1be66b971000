import { isDeviceId } from "../../server/topics.js";
import { isReserved, type Members, OPERATOR } from "./table.js";

/** The file of a folder that has its records. */
export const RECORDS_FILE = "access.json";

/** A certificate that was issued. */
export interface IssuedCertificate {
	/** Its common name. */
	readonly name: string;
	/** In hexadecimal, lower case. */
	readonly serial: string;
	/** When it ends, in ISO 8601. */
	readonly until: string;
	/** When it was revoked, if it was. */
	readonly revoked?: string;
}

/** What `nightlight provision` remembers: no secrets. */
export interface Records extends Members {
	/** Names and addresses of the broker: clients use the first. */
	readonly hosts: readonly string[];
	/** Of MQTT over TLS. */
	readonly port: number;
	/** All that have not ended yet, of roles and broker too. */
	readonly certificates: readonly IssuedCertificate[];
}

/** What a folder begins with. */
export const NO_RECORDS: Records = Object.freeze({
	hosts: Object.freeze(["127.0.0.1", "localhost"]),
	port: 8883,
	devices: new Map(),
	operators: Object.freeze([OPERATOR]),
	certificates: Object.freeze([]),
});

/** The records as the text of their file. */
export const recordsText = ({ devices, ...others }: Records): string =>
	`${JSON.stringify({ ...others, devices: Object.fromEntries(devices) }, null, "\t")}\n`;

/** Reads the text of the file. @throws SyntaxError, in words, if it is not what `recordsText` writes */
export function readRecords(text: string): Records {
	const value = parsed(text);
	if (!isObject(value)) throw new SyntaxError("no object");
	const { hosts, port, devices, operators, certificates } = value;
	if (!areTexts(hosts) || hosts.length === 0) throw new SyntaxError("hosts: no list of names");
	if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535)
		throw new SyntaxError("port: no port");
	// A name with a wildcard or a line end would be a right of others.
	if (!isObject(devices) || !Object.keys(devices).every(isFree) || !Object.values(devices).every(areNames))
		throw new SyntaxError("devices: no lists of groups by the ids of devices");
	if (!areNames(operators) || !operators.every((name) => name === OPERATOR || isFree(name)))
		throw new SyntaxError("operators: no list of names");
	if (!Array.isArray(certificates) || !certificates.every(isIssued))
		throw new SyntaxError("certificates: no list of certificates");
	return {
		...{ hosts, port, operators, certificates },
		devices: new Map(Object.entries(devices) as [string, readonly string[]][]),
	};
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** Node's words for what is no JSON may have parts of it, and line ends. */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new SyntaxError("no JSON");
	}
}

const areNames = (value: unknown): value is readonly string[] => areTexts(value) && value.every(isDeviceId);

/** Whether a device, or an operator beside the first one, may have this name. */
const isFree = (name: string): boolean => isDeviceId(name) && !isReserved(name);

const areTexts = (value: unknown): value is readonly string[] =>
	Array.isArray(value) && value.every((one) => typeof one === "string");

const isDate = (value: unknown): boolean => typeof value === "string" && !Number.isNaN(Date.parse(value));

const isIssued = (value: unknown): value is IssuedCertificate =>
	isObject(value) &&
	typeof value.name === "string" &&
	typeof value.serial === "string" &&
	/^[0-9a-f]+$/.test(value.serial) &&
	isDate(value.until) &&
	(value.revoked === undefined || isDate(value.revoked));
