/** What JSON can say. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export interface JsonObject {
	readonly [key: string]: JsonValue;
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes as JSON; undefined if they are none (RFC 8259: UTF-8 without a byte order mark). */
export function readJson(bytes: Uint8Array): JsonValue | undefined {
	try {
		return JSON.parse(UTF_8.decode(bytes)) as JsonValue;
	} catch {
		return undefined;
	}
}

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
	typeof value === "object" && value !== null && !Array.isArray(value);

export const byteLength = (text: string): number => Buffer.byteLength(text);
