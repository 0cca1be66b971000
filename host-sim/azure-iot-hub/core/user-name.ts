import { decoded } from "./property-bag.js";

/** What the user name of CONNECT says. */
export interface UserName {
	readonly host: string;
	readonly device: string;
	readonly module?: string;
	/** Such as `2021-04-12`. Without it a hub does not accept reported properties. */
	readonly apiVersion?: string;
	/** The Plug and Play model. */
	readonly modelId?: string;
	/** Name and version of the client's library. */
	readonly clientType?: string;
}

const API_VERSION = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?$/;

/**
 * Reads a user name: `{host}/{device}[/{module}]/?api-version=…`, with `&DeviceClientType=…` and `&model-id=…` in any
 * order, encoded or not; also without the `?`, as old clients write it, and without anything behind the ids.
 * @returns what it says, or what is wrong with it
 */
export function readUserName(text: string): UserName | string {
	const [path, query] = split(text);
	const segments = path.split("/");
	if (segments.at(-1) === "") segments.pop();
	const [host, device, module, ...others] = segments;
	if (!host || !device || module === "" || others.length > 0)
		return "it must be {host}/{device}/?api-version=2021-04-12, of a module {host}/{device}/{module}/?api-version=2021-04-12";
	const fields = readQuery(query);
	if (fields === undefined) return "its URL encoding is broken";
	const apiVersion = fields.get("api-version");
	if (apiVersion !== undefined && !API_VERSION.test(apiVersion))
		return "its api-version is not a date such as 2021-04-12";
	const modelId = fields.get("model-id");
	const clientType = fields.get("DeviceClientType");
	return {
		host,
		device,
		...(module !== undefined && { module }),
		...(apiVersion !== undefined && { apiVersion }),
		...(modelId !== undefined && { modelId }),
		...(clientType !== undefined && { clientType }),
	};
}

/** Ids and fields; a `?` may also be part of an id, so the fields begin behind the `/` of either spelling. */
function split(text: string): readonly [path: string, query: string] {
	const begin = /\/(?:\?|(?=(?:api-version|DeviceClientType|model-id)=))/.exec(text);
	if (begin === null) return [text, ""];
	return [text.slice(0, begin.index), text.slice(begin.index + begin[0].length)];
}

function readQuery(query: string): ReadonlyMap<string, string> | undefined {
	const fields = new Map<string, string>();
	for (const field of query.split("&")) {
		const at = field.indexOf("=");
		const name = decoded(field.slice(0, Math.max(at, 0)));
		const value = decoded(field.slice(at + 1));
		if (name === undefined || value === undefined) return undefined;
		fields.set(name, value);
	}
	return fields;
}
