import type { KeyValue, KeyValueDomain } from "../ecma-419.js";
import type { Host } from "../host.js";
import type { SessionRecord } from "../mqtt/output.js";
import { readUtf8, utf8Length, writeUtf8 } from "../mqtt/utf8.js";

/** The name of the key-value domain that holds the session's records. */
const DOMAIN = "mqtt-session";
/** The key whose value is the id of the client that the records are of [MQTT-3.1.3-2]. */
const CLIENT = "client";

/**
 * Keeps the session's records over a restart: the key is a record's order, the value its packet. A
 * storage that fails is reported; the session then lives in memory only.
 */
export class SessionStore {
	#domain: KeyValueDomain | undefined;
	readonly #host: Pick<Host, "report">;

	constructor(host: Pick<Host, "report">, keyValue: KeyValue | undefined) {
		this.#host = host;
		this.#domain = this.#attempt(() => keyValue?.open({ path: DOMAIN }));
	}

	/**
	 * The records of a client. Those of another one are removed, and all for a session that is clean, which
	 * also leaves none [MQTT-3.1.2-6].
	 * @param clientId `undefined` for a clean session
	 */
	load(clientId: string | undefined): SessionRecord[] {
		const records: SessionRecord[] = [];
		const keys = this.#attempt(() => [...(this.#domain ?? [])]) ?? [];
		// One that cannot be read is taken for the same: nothing is to be lost.
		const owner = this.#attempt(() => clientOf(this.#domain)) ?? clientId;
		if (clientId === undefined || owner !== clientId) {
			for (const key of keys) this.#attempt(() => this.#domain?.delete(key));
			if (clientId === undefined) this.close();
			else this.#attempt(() => this.#domain?.write(CLIENT, encode(clientId)));
			return records;
		}
		for (const key of keys) {
			const order = Number(key);
			if (!(Number.isSafeInteger(order) && order >= 1 && String(order) === key)) continue;
			// One by one, so that a damaged record leaves the others.
			const packet = this.#attempt(() => this.#domain?.read(key));
			if (packet !== undefined) records.push({ order, packet: new Uint8Array(packet) });
		}
		return records;
	}

	store({ order, packet }: SessionRecord): void {
		this.#attempt(() => this.#domain?.write(String(order), packet));
	}

	discard(order: number): void {
		this.#attempt(() => this.#domain?.delete(String(order)));
	}

	close(): void {
		this.#domain?.close();
		this.#domain = undefined;
	}

	#attempt<T>(action: () => T): T | undefined {
		try {
			return action();
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			this.#host.report({ event: "storage", reason });
			return undefined;
		}
	}
}

/** The client that the records are of; empty when there is none. */
function clientOf(domain: KeyValueDomain | undefined): string {
	const value = domain?.read(CLIENT);
	return (value && readUtf8(new Uint8Array(value))) ?? "";
}

function encode(text: string): Uint8Array {
	const bytes = new Uint8Array(utf8Length(text));
	writeUtf8(bytes, 0, text);
	return bytes;
}
