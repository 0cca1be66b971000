import type { KeyValue, KeyValueDomain } from "../ecma-419.js";
import type { Host } from "../host.js";
import type { SessionRecord } from "../mqtt/output.js";

/** The name of the key-value domain that holds the session's records. */
const DOMAIN = "mqtt-session";

/**
 * Keeps the session's records over a restart: the key is a record's order, the value its packet. A
 * storage that fails is reported; the session then lives in memory only.
 */
export class SessionStore {
	readonly #domain: KeyValueDomain | undefined;
	readonly #host: Pick<Host, "report">;

	/** @param keyValue none for a session that leaves nothing to keep */
	constructor(host: Pick<Host, "report">, keyValue: KeyValue | undefined) {
		this.#host = host;
		this.#domain = this.#attempt(() => keyValue?.open({ path: DOMAIN }));
	}

	load(): SessionRecord[] {
		const records: SessionRecord[] = [];
		const keys = this.#attempt(() => [...(this.#domain ?? [])]) ?? [];
		for (const key of keys) {
			// One by one, so that a damaged record leaves the others.
			const packet = this.#attempt(() => this.#domain?.read(key));
			if (packet === undefined) continue;
			const order = Number(key);
			if (order >= 1 && String(order) === key) records.push({ order, packet: new Uint8Array(packet) });
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
