import { decoded } from "./property-bag.js";
import type { Identity } from "./registry.js";

/** What a client publishes, by its topic. */
export type Publication =
	/** `bag`: the property bag as it stands in the topic. */
	| { readonly kind: "telemetry"; readonly bag: string }
	| { readonly kind: "twin-read"; readonly rid: string }
	| { readonly kind: "twin-report"; readonly rid: string }
	| { readonly kind: "method-response"; readonly rid: string; readonly status: number };

/** What a client subscribes to, by its filter. */
export type Subject = "c2d" | "inputs" | "twin-responses" | "desired" | "methods";

type Name = Pick<Identity, "device" | "module">;

const root = ({ device, module }: Name): string =>
	module === undefined ? `devices/${device}` : `devices/${device}/modules/${module}`;

const EVENTS = "/messages/events";
const TWIN_GET = "$iothub/twin/GET/";
const TWIN_PATCH = "$iothub/twin/PATCH/properties/reported/";
const METHOD_RESPONSE = /^\$iothub\/methods\/res\/(-?[0-9]{1,9})\/\?/;

/** Reads the topic of a client's message; undefined for one that no document names. */
export function readTopic(name: Name, topic: string): Publication | undefined {
	const bag = eventsBag(name, topic);
	if (bag !== undefined) return { kind: "telemetry", bag };
	if (topic.startsWith(TWIN_GET)) return withRid(topic.slice(TWIN_GET.length), "twin-read");
	if (topic.startsWith(TWIN_PATCH)) return withRid(topic.slice(TWIN_PATCH.length), "twin-report");
	const response = METHOD_RESPONSE.exec(topic);
	const rid = response === null ? undefined : ridOf(topic.slice(topic.indexOf("?")));
	if (rid === undefined) return undefined;
	return { kind: "method-response", rid, status: Number(response?.[1]) };
}

/** The property bag of the topic that telemetry of this client goes to, a will too; undefined for another topic. */
export function eventsBag(name: Name, topic: string): string | undefined {
	const events = `${root(name)}${EVENTS}`;
	if (topic === events) return "";
	return topic.startsWith(`${events}/`) ? topic.slice(events.length + 1) : undefined;
}

/** What a filter is for; undefined for one that no document names. */
export function readFilter(name: Name, filter: string): Subject | undefined {
	switch (filter) {
		case "$iothub/twin/res/#":
			return "twin-responses";
		case "$iothub/twin/PATCH/properties/desired/#":
			return "desired";
		case "$iothub/methods/POST/#":
			return "methods";
	}
	const own = root(name);
	if (name.module === undefined) return filter === `${own}/messages/devicebound/#` ? "c2d" : undefined;
	return filter === `${own}/inputs/#` || filter === `${own}/#` ? "inputs" : undefined;
}

/** Where a message to a device goes. */
export const deviceboundTopic = (name: Name, bag: string): string =>
	`${root(name)}/messages/devicebound/${bag}`;

/** Where a message to an input of a module goes. */
export const inputTopic = (name: Name, input: string, bag: string): string =>
	`${root(name)}/inputs/${encodeURIComponent(input)}/${bag}`;

/** @param rid as it stood in the request */
export const twinResponseTopic = (status: number, rid: string, version?: number): string =>
	`$iothub/twin/res/${status}/?$rid=${rid}${version === undefined ? "" : `&$version=${version}`}`;

export const desiredTopic = (version: number): string =>
	`$iothub/twin/PATCH/properties/desired/?$version=${version}`;

export const methodTopic = (method: string, rid: string): string =>
	`$iothub/methods/POST/${encodeURIComponent(method)}/?$rid=${rid}`;

function withRid(query: string, kind: "twin-read" | "twin-report"): Publication | undefined {
	const rid = ridOf(query);
	return rid === undefined ? undefined : { kind, rid };
}

/** The request id of `?$rid=…`, as it stands there. */
function ridOf(query: string): string | undefined {
	if (!query.startsWith("?")) return undefined;
	for (const field of query.slice(1).split("&")) {
		const at = field.indexOf("=");
		if (at > 0 && decoded(field.slice(0, at)) === "$rid") return field.slice(at + 1);
	}
	return undefined;
}
