import type { KeyValueDomain } from "../ecma-419.js";
import type { StorageCode } from "../events.js";
import type { Host } from "../host.js";
import { readUtf8, utf8Length, writeUtf8 } from "../mqtt/utf8.js";

/** Does something with a domain of the key-value storage, if the board has one. A storage that fails is reported. */
export function withDomain(
	host: Host,
	path: string,
	code: StorageCode,
	action: (domain: KeyValueDomain) => void,
): void {
	try {
		const domain = host.device.keyValue?.open({ path });
		if (domain === undefined) return;
		try {
			action(domain);
		} finally {
			domain.close();
		}
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		host.report({ event: "storage", code, reason });
	}
}

/** The text of a key; `undefined` when there is no such key, empty when it is no text. */
export function readText(domain: KeyValueDomain, key: string): string | undefined {
	const value = domain.read(key);
	return value && (readUtf8(new Uint8Array(value)) ?? "");
}

/** Stores a text. */
export function writeText(domain: KeyValueDomain, key: string, text: string): void {
	const value = new Uint8Array(utf8Length(text));
	writeUtf8(value, 0, text);
	domain.write(key, value);
}
