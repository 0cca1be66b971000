import { isObject, type JsonObject, type JsonValue } from "./json.js";

/** JSON merge patch (RFC 7396) of an object: null deletes, objects merge, anything else replaces. */
export function merge(target: JsonValue | undefined, patch: JsonObject): JsonObject {
	const result = new Map(isObject(target) ? Object.entries(target) : []);
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) result.delete(key);
		else result.set(key, isObject(value) ? merge(result.get(key), value) : value);
	}
	return Object.fromEntries(result);
}
