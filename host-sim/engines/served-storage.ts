import { Call, FLASH_BLOCK, Reply } from "../../firmware/boards/native/seam.js";
import type { Flash, HostProvider, KeyValueDomain } from "../../firmware/ecma-419.js";
import { NOTHING, number, optional, text, withTag } from "./reply.js";

/** A board's storages for a firmware in another engine: domains and partitions are opened when they are first used. */
export class ServedStorage {
	readonly #device: HostProvider;
	readonly #domains = new Map<string, KeyValueDomain>();
	readonly #partitions = new Map<string, Flash>();

	constructor(device: HostProvider) {
		this.#device = device;
	}

	/**
	 * Answers a call about a storage.
	 * @throws RangeError when it is none
	 * @throws Error what the storage throws
	 */
	answer(operation: number, handle: number, argument: number, bytes: Uint8Array): Uint8Array {
		const pathEnd = endOf(bytes, 0);
		const keyEnd = endOf(bytes, pathEnd + 1);
		const path = text(bytes.subarray(0, pathEnd));
		const key = text(bytes.subarray(pathEnd + 1, keyEnd));
		const value = () => bytes.slice(keyEnd + 1);
		switch (operation) {
			case Call.STORE_READ:
				return optional(this.#domain(path).read(key));
			case Call.STORE_WRITE:
				this.#domain(path).write(key, value());
				return NOTHING;
			case Call.STORE_DELETE:
				this.#domain(path).delete(key);
				return NOTHING;
			case Call.STORE_KEYS:
				return withTag(Reply.BYTES, Buffer.from([...this.#domain(path)].join("\0")));
			case Call.FLASH_SIZE:
				return number(this.#device.flash === undefined ? 0 : this.#partition(path).status().size);
			case Call.FLASH_READ:
				return optional(this.#partition(path).read(handle, argument));
			case Call.FLASH_WRITE:
				this.#partition(path).write(value(), argument);
				return NOTHING;
			case Call.FLASH_ERASE:
				this.#partition(path).eraseBlock(argument, argument + 1);
				return NOTHING;
			default:
				throw new RangeError(`no native function ${operation}`);
		}
	}

	/** Closes everything that is open. */
	close(): void {
		for (const one of [this.#domains, this.#partitions]) {
			for (const instance of one.values()) instance.close();
			one.clear();
		}
	}

	#domain(path: string): KeyValueDomain {
		let domain = this.#domains.get(path);
		if (domain === undefined) {
			const { keyValue } = this.#device;
			if (keyValue === undefined) throw new Error("the board has no storage");
			domain = keyValue.open({ path });
			this.#domains.set(path, domain);
		}
		return domain;
	}

	#partition(path: string): Flash {
		let partition = this.#partitions.get(path);
		if (partition === undefined) {
			const { flash } = this.#device;
			if (flash === undefined) throw new Error("the board has no flash memory");
			partition = flash.open({ path });
			const { blockLength } = partition.status();
			if (blockLength !== FLASH_BLOCK) throw new Error(`blocks of ${blockLength} bytes, not ${FLASH_BLOCK}`);
			this.#partitions.set(path, partition);
		}
		return partition;
	}
}

const endOf = (bytes: Uint8Array, start: number): number => {
	const end = bytes.indexOf(0, start);
	return end < 0 ? bytes.length : end;
};
