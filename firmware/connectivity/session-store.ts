import type { KeyValue, KeyValueDomain } from "../ecma-419.js";
import type { StorageCode } from "../events.js";
import type { Host } from "../host.js";
import type { SessionRecord } from "../mqtt/output.js";
import { packetLength } from "../mqtt/record.js";
import { readUtf8, utf8Length, writeUtf8 } from "../mqtt/utf8.js";

/** The name of the key-value domain that holds the session's records. */
const DOMAIN = "mqtt-session";
/** The key whose value is the id of the client that the records are of [MQTT-3.1.3-2]. */
const CLIENT = "client";

const UNREADABLE = "storage-unreadable";

/**
 * Keeps the session's records over a restart: the key is a record's order, the value its packet, and its tag behind it. A
 * storage that fails is reported. What cannot be read then lives in memory only, and so does each record that
 * cannot be written; with the next one it is tried again.
 */
export class SessionStore {
	readonly #host: Pick<Host, "report">;
	readonly #keyValue: KeyValue | undefined;
	#domain: KeyValueDomain | undefined;
	/** The client whose records could not be begun yet. */
	#unbegun: string | undefined;

	constructor(host: Pick<Host, "report">, keyValue: KeyValue | undefined) {
		this.#host = host;
		this.#keyValue = keyValue;
		this.#attempt(() => this.#open(), UNREADABLE);
	}

	/**
	 * The records of a client. Those of another one are removed, and all for a session that is clean, which
	 * also leaves none [MQTT-3.1.2-6]. When that fails, the session lives in memory only.
	 * @param clientId `undefined` for a clean session
	 */
	load(clientId: string | undefined): SessionRecord[] {
		const records: SessionRecord[] = [];
		const keys: string[] = [];
		if (this.#domain === undefined) this.#unbegun = clientId;
		else if (!this.#attempt(() => keys.push(...(this.#domain ?? [])), UNREADABLE)) {
			// Records of nobody are removed at the next start.
			if (clientId === undefined) this.#attempt(() => this.#domain?.delete(CLIENT));
			this.close();
		} else if (clientId === undefined || !this.#isOf(clientId, keys)) this.#begin(clientId, keys);
		else {
			for (const key of keys) {
				const order = Number(key);
				if (!(Number.isSafeInteger(order) && order >= 1 && String(order) === key)) continue;
				// One by one, so that a damaged record leaves the others.
				this.#attempt(() => {
					const packet = this.#domain?.read(key);
					if (packet !== undefined) records.push(recordOf(order, new Uint8Array(packet)));
				}, UNREADABLE);
			}
		}
		return records;
	}

	store({ order, packet, tag }: SessionRecord): void {
		const unbegun = this.#unbegun;
		if (unbegun !== undefined) this.#attempt(() => this.#retry(unbegun), UNREADABLE);
		// A record of nobody would become another client's.
		if (this.#unbegun !== undefined) return;
		const value = tag === undefined ? packet : joined(packet, encode(tag));
		this.#attempt(() => this.#domain?.write(String(order), value));
	}

	discard(order: number): void {
		this.#attempt(() => this.#domain?.delete(String(order)));
	}

	close(): void {
		this.#unbegun = undefined;
		this.#attempt(() => this.#domain?.close());
		this.#domain = undefined;
	}

	#open(): void {
		this.#domain = this.#keyValue?.open({ path: DOMAIN });
	}

	/** Begins the records of this client after all. Those that it has from before are left for the next start. */
	#retry(clientId: string): void {
		if (this.#domain === undefined) this.#open();
		const keys = [...(this.#domain ?? [])];
		if (this.#isOf(clientId, keys)) this.close();
		else this.#begin(clientId, keys);
	}

	/** Whether the records are of this client. What cannot be read is: nothing is to be lost. */
	#isOf(clientId: string, keys: readonly string[]): boolean {
		if (!keys.includes(CLIENT)) return false;
		let owner = undefined as string | undefined;
		this.#attempt(() => {
			const value = this.#domain?.read(CLIENT);
			if (value !== undefined) owner = readUtf8(new Uint8Array(value));
		}, UNREADABLE);
		if (owner !== undefined) return owner === clientId;
		// The host may have moved aside what is damaged: without an owner the records would be nobody's.
		this.#attempt(() => this.#domain?.write(CLIENT, encode(clientId)));
		return true;
	}

	/** Removes what there is, and begins the records of this client, if it is to have any. */
	#begin(clientId: string | undefined, keys: readonly string[]): void {
		let isDone = true;
		for (const key of keys) if (!this.#attempt(() => this.#domain?.delete(key))) isDone = false;
		if (isDone && clientId !== undefined) {
			isDone = this.#attempt(() => this.#domain?.write(CLIENT, encode(clientId)));
		}
		this.#unbegun = isDone ? undefined : clientId;
		if (clientId === undefined) this.close();
	}

	/** Whether it worked; a failure is reported. */
	#attempt(action: () => unknown, code: StorageCode = "storage-unwritable"): boolean {
		try {
			action();
			return true;
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			this.#host.report({ event: "storage", code, reason });
			return false;
		}
	}
}

/** The record in a value: a packet says how long it is, and the tag is behind it. */
function recordOf(order: number, value: Uint8Array): SessionRecord {
	const length = packetLength(value);
	const tag = length < value.length ? readUtf8(value, length) : undefined;
	return tag === undefined ? { order, packet: value } : { order, packet: value.slice(0, length), tag };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(first.length + second.length);
	bytes.set(first);
	bytes.set(second, first.length);
	return bytes;
}

function encode(text: string): Uint8Array {
	const bytes = new Uint8Array(utf8Length(text));
	writeUtf8(bytes, 0, text);
	return bytes;
}
