import type { HubIdentity } from "./connection-string.js";
import { percentEncode } from "./percent.js";

/** The version of the hub's interface that the device speaks. */
const API_VERSION = "2021-04-12";

/** MQTT's client id. */
export const clientIdOf = ({ device, module }: Pick<HubIdentity, "device" | "module">): string =>
	module === undefined ? device : `${device}/${module}`;

/** MQTT's user name: who connects to which hub, and what the device is like. */
export const userNameOf = (
	{ hub, device, module }: Pick<HubIdentity, "hub" | "device" | "module">,
	modelId: string,
): string =>
	`${hub}/${clientIdOf({ device, module })}/?api-version=${API_VERSION}&model-id=${percentEncode(modelId)}`;

/** What all topics of an identity begin with. */
const rootOf = ({ device, module }: Pick<HubIdentity, "device" | "module">): string =>
	`devices/${device}/${module === undefined ? "" : `modules/${module}/`}`;

/** What each message says of its body, so that the hub can route by it: JSON in UTF-8. */
const OF_JSON = "%24.ct=application%2Fjson&%24.ce=utf-8";

/** Properties of a message: those of the system have a `$.` before their name. */
export type Properties = readonly (readonly [name: string, value: string])[];

/** The topic of a message to the hub, whose body is JSON. */
export function eventsTopic(
	identity: Pick<HubIdentity, "device" | "module">,
	properties: Properties,
): string {
	let bag = OF_JSON;
	for (const [name, value] of properties) bag += `&${percentEncode(name)}=${percentEncode(value)}`;
	return `${rootOf(identity)}messages/events/${bag}`;
}

/** Where messages from the cloud come: those to the device, or to a module's inputs. */
export const inboxFilter = (identity: Pick<HubIdentity, "device" | "module">): string =>
	`${rootOf(identity)}${identity.module === undefined ? "messages/devicebound/#" : "inputs/#"}`;

/** Filters of direct methods, of answers about the twin, and of changes of its desired properties. */
export const METHODS = "$iothub/methods/POST/#";
export const TWIN_ANSWERS = "$iothub/twin/res/#";
export const TWIN_DESIRED = "$iothub/twin/PATCH/properties/desired/#";

/** Asks for the whole twin, and changes its reported properties. */
export const twinGet = (rid: number): string => `$iothub/twin/GET/?$rid=${rid}`;
export const twinPatch = (rid: number): string => `$iothub/twin/PATCH/properties/reported/?$rid=${rid}`;

/** The answer to a direct method. */
export const methodAnswer = (status: number, rid: string): string =>
	`$iothub/methods/res/${status}/?$rid=${rid}`;

/** A call of a direct method, as its topic says it; `undefined` for another topic. */
export function readMethod(topic: string): { readonly name: string; readonly rid: string } | undefined {
	const name = between(topic, "$iothub/methods/POST/");
	const rid = parameterOf(topic, "$rid");
	return name === undefined || rid === undefined ? undefined : { name, rid };
}

/** An answer about the twin; `undefined` for another topic. */
export function readTwinAnswer(topic: string): { readonly status: number; readonly rid: number } | undefined {
	const status = between(topic, "$iothub/twin/res/");
	const rid = parameterOf(topic, "$rid");
	return status === undefined || rid === undefined ? undefined : { status: Number(status), rid: Number(rid) };
}

/** What is between a prefix and the next slash. */
function between(topic: string, prefix: string): string | undefined {
	if (!topic.startsWith(prefix)) return undefined;
	const end = topic.indexOf("/", prefix.length);
	return end <= prefix.length ? undefined : topic.slice(prefix.length, end);
}

/** A parameter behind the question mark, as it stands there. */
function parameterOf(topic: string, name: string): string | undefined {
	const at = topic.indexOf("/?");
	if (at < 0) return undefined;
	const parameter = topic
		.slice(at + 2)
		.split("&")
		.find((one) => one.startsWith(`${name}=`));
	return parameter?.slice(name.length + 1);
}
