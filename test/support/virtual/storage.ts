import type { ByteBuffer, KeyValue, KeyValueDomain } from "../../../firmware/ecma-419.js";

export type StorageOperation = "open" | "list" | "read" | "write" | "delete";

/** Key-value storage that outlives a host: give it to the next one, and the device has rebooted. */
export class VirtualStorage implements KeyValue {
	/** The values by domain and key. */
	readonly domains = new Map<string, Map<string, Uint8Array>>();
	/** Operations that throw from now on; for single keys as `read:key`. */
	readonly failing = new Set<StorageOperation | `${StorageOperation}:${string}`>();

	/** Domains that are open. */
	openDomains = 0;

	open({ path }: { path: string }): KeyValueDomain {
		this.#check("open", path);
		const values = this.domains.get(path) ?? new Map<string, Uint8Array>();
		this.domains.set(path, values);
		let isOpen = true;
		this.openDomains++;
		const check = (operation: StorageOperation, key: string) => {
			if (!isOpen) throw new Error(`${operation} of a closed domain`);
			this.#check(operation, key);
		};
		return {
			read: (key) => {
				check("read", key);
				return values.get(key)?.slice().buffer as ArrayBuffer | undefined;
			},
			write: (key, value) => {
				check("write", key);
				values.set(key, copy(value));
			},
			delete: (key) => {
				check("delete", key);
				values.delete(key);
			},
			close: () => {
				if (isOpen) this.openDomains--;
				isOpen = false;
			},
			[Symbol.iterator]: () => {
				check("list", path);
				return [...values.keys()][Symbol.iterator]();
			},
		};
	}

	#check(operation: StorageOperation, key: string): void {
		if (this.failing.has(operation) || this.failing.has(`${operation}:${key}`)) {
			throw new Error(`cannot ${operation} ${key}`);
		}
	}
}

const copy = (value: ByteBuffer): Uint8Array => new Uint8Array(value).slice();
