/** What a client of the broker is, by its certificate. */
export type Role = "device" | "server" | "page" | "operator";

/** Topics that a role may write and read: `{id}` is the client's own name, `{group}` each of its groups. */
interface Row {
	readonly writes: readonly string[];
	readonly reads: readonly string[];
}

/**
 * The access table: who may write and read which topics. In it `+` is a whole level, as in a subscription
 * (MQTT 3.1.1, 4.7.1.3); it has no `#`. What it does not name is refused.
 */
export const ACCESS: Readonly<Record<Role, Row>> = Object.freeze({
	device: Object.freeze({
		writes: Object.freeze(["{id}/telemetry", "{id}/state", "{id}/status", "{id}/responses"]),
		reads: Object.freeze(["{id}/commands", "{id}/acks", "groups/{group}/commands"]),
	}),
	server: Object.freeze({
		writes: Object.freeze(["+/commands", "+/acks", "+/responses", "groups/+/responses"]),
		reads: Object.freeze([
			...["+/telemetry", "+/status", "+/state", "+/orders", "+/responses", "+/acks"],
			"groups/+/orders",
		]),
	}),
	// The connection that a server's page has of its own.
	page: Object.freeze({
		writes: Object.freeze([]),
		reads: Object.freeze(["+/state", "+/status"]),
	}),
	operator: Object.freeze({
		writes: Object.freeze(["+/orders", "groups/+/orders", "groups/+/commands"]),
		reads: Object.freeze(["+/responses", "groups/+/responses", "+/telemetry", "+/state", "+/status"]),
	}),
});

/** Who a client is. */
export interface Identity {
	/** The common name of its certificate: a device's id, an operator's name, or `server` or `page`. */
	readonly name: string;
	readonly role: Role;
	/** The groups of a device. */
	readonly groups: readonly string[];
}

/** What a client may do, as topic filters. */
export interface Rights {
	readonly writes: readonly string[];
	readonly reads: readonly string[];
}

/** Those who may use a broker. */
export interface Members {
	/** The groups of each device. */
	readonly devices: ReadonlyMap<string, readonly string[]>;
	/** The names of operators: each has a certificate of its own, as one lets in one connection. */
	readonly operators: readonly string[];
}

/** Who they are, with the server and its page. */
export const identitiesOf = ({ devices, operators }: Members): readonly Identity[] => [
	...(["server", "page"] as const).map((role) => ({ name: role, role, groups: [] })),
	...operators.map((name) => ({ name, role: "operator" as const, groups: [] })),
	...[...devices].map(([name, groups]) => ({ name, role: "device" as const, groups })),
];

/** The row of the table for a client. */
export function rightsOf({ name, role, groups }: Identity): Rights {
	const put = (template: string): readonly string[] =>
		template.includes("{group}")
			? groups.map((group) => template.replace("{group}", group))
			: [template.replace("{id}", name)];
	const { writes, reads } = ACCESS[role];
	return { writes: writes.flatMap(put), reads: reads.flatMap(put) };
}

/** Whether a client may publish on a topic, or have it in its will. */
export const mayWrite = ({ writes }: Rights, topic: string): boolean =>
	writes.some((filter) => covers(filter, topic));

/** Whether a client may get what is published on a topic. */
export const mayRead = ({ reads }: Rights, topic: string): boolean =>
	reads.some((filter) => covers(filter, topic));

/**
 * Whether a client may subscribe to a filter: one right of it covers all topics that the filter takes, so that
 * wildcards never open more. A shared subscription (`$share/…`) is none of these.
 */
export const maySubscribe = mayRead;

/** Whether all topics that `wanted` takes, itself if it has no wildcards, are taken by a filter of the table. */
function covers(filter: string, wanted: string): boolean {
	const [own, levels] = [filter.split("/"), wanted.split("/")];
	// A wildcard takes no topic of the broker's own (MQTT 3.1.1, 4.7.2).
	if (own.length !== levels.length || wanted.startsWith("$")) return false;
	return own.every((level, at) => level === levels[at] || (level === "+" && levels[at] !== "#"));
}

/** The operator that there always is. */
export const OPERATOR = "operator";

/** Names that others have: roles, what topics begin with, and files that lie beside a device's. */
const RESERVED = Object.freeze([...["server", "page", OPERATOR, "groups", "broker", "ca", "crl", "access"]]);

/** Whether no device and no further operator may have this name; letter case makes no difference, as for some file systems it makes none. */
export const isReserved = (id: string): boolean => RESERVED.includes(id.toLowerCase());
