import type { ByteBuffer, FlashStorage, KeyValue, KeyValueDomain } from "../ecma-419.js";
import { readUtf8, utf8Length, writeUtf8 } from "../mqtt/utf8.js";
import { FlashLog, type Place, sizeOf } from "../storage/flash-log.js";

/*
 * A record's body: its kind, the length of the name in bytes, the name, the value. The name is the domain, U+0000 and
 * the key in UTF-8. The last record of a name counts. The block that is erased next has none that counts: whenever a
 * block is begun, those of the then oldest block are copied into it before anything else.
 */
/** The kinds of records; 1 is a reading's. */
const [VALUE, DELETION] = [2, 3];
const HEAD = 2;
const LONGEST_NAME = 255;
/** Keys of all domains that there may be: each takes RAM. */
const MOST_KEYS = 128;
/** The partition. */
const PARTITION = "key-value";

const BEHIND_ALL: Place = Object.freeze({ block: 0xffff_ffff, offset: 0 });

/** Where the value of a name is. */
interface Entry {
	readonly name: string;
	place: Place;
	/** Bytes of its record. */
	readonly size: number;
}

/**
 * Key-value storage (ECMA-419 §28) in a partition of flash memory, for a board that has no other. When the power fails
 * in a change, the value is the old or the new one. In RAM there are the names; values are read from the flash.
 * All domains share the partition, which holds 128 keys, and values up to half of all blocks but one; a value with its
 * name takes at most half a block.
 *
 * Every method throws what the flash throws.
 */
export class FlashKeyValue implements KeyValue {
	readonly #flash: FlashStorage;
	#log: FlashLog | undefined;
	#blocks = 0;
	/** The names that have a value; `undefined` until they are looked up, and after a change that failed. */
	#entries: Entry[] | undefined;

	/** The partition is opened with the first domain. */
	constructor(flash: FlashStorage) {
		this.#flash = flash;
	}

	/** @throws Error, RangeError as `FlashLog` does */
	open({ path }: { path: string }): KeyValueDomain {
		this.#known();
		return new Domain(this, `${path}\0`);
	}

	/** The names that have a value, and begin so. */
	names(start: string): string[] {
		return this.#known()
			.map(({ name }) => name)
			.filter((name) => name.slice(0, start.length) === start);
	}

	/** The value of a name; `undefined`: it has none, or it is damaged. */
	read(name: string): ArrayBuffer | undefined {
		const entry = this.#known().find((one) => one.name === name);
		const body = entry && this.#bodyOf(entry);
		// The log keeps the block that it read last.
		this.#log?.find(BEHIND_ALL);
		return body?.slice(HEAD + (body[1] as number)).buffer as ArrayBuffer | undefined;
	}

	/**
	 * Stores a value, or deletes it: `undefined`.
	 * @throws RangeError for a name of more than 255 bytes, and a value that is too long
	 * @throws Error when the partition is full
	 */
	write(name: string, value: Uint8Array | undefined): void {
		const entries = this.#known();
		const log = this.#log as FlashLog;
		const old = entries.findIndex((entry) => entry.name === name);
		if (value === undefined && old < 0) return;
		const body = encode(name, value, log.longest);
		const size = sizeOf(body.length);
		if (value !== undefined) checkRoom(entries, entries[old], size, (this.#blocks - 1) * (log.longest >> 1));
		// What is there when it fails is looked up.
		this.#entries = undefined;
		this.#makeRoom(log, entries, body.length);
		const place = log.append(body);
		const index = entries.findIndex((entry) => entry.name === name);
		if (index >= 0) entries.splice(index, 1);
		if (value !== undefined) entries.push({ name, place, size });
		this.#entries = entries;
	}

	#known(): Entry[] {
		if (this.#log === undefined) {
			const partition = this.#flash.open({ path: PARTITION });
			this.#blocks = partition.status().blocks;
			this.#log = new FlashLog(partition);
		}
		if (this.#entries === undefined) this.#entries = survey(this.#log);
		return this.#entries;
	}

	#makeRoom(log: FlashLog, entries: Entry[], length: number): void {
		this.#rescue(log, entries);
		while (!log.fits(length, 0)) {
			log.turn();
			this.#rescue(log, entries);
		}
	}

	/** Copies what counts of the block that is erased next. */
	#rescue(log: FlashLog, entries: Entry[]): void {
		for (let index = 0; index < entries.length; index++) {
			const entry = entries[index] as Entry;
			if (entry.place.block !== log.doomed) continue;
			const body = this.#bodyOf(entry);
			if (body !== undefined && log.fits(body.length, 0)) {
				entry.place = log.append(body);
			} else if (body !== undefined && hasOnlyCopies(log, log.doomed + this.#blocks - 1)) {
				// Power cuts while it was copied have used up the block.
				log.drop();
				log.turn();
				entries.splice(0, entries.length, ...survey(log));
				index = -1;
			} else {
				// It is damaged, or damage to a later value has brought it back.
				entries.splice(index--, 1);
			}
		}
	}

	/** The record's body; `undefined`: it is damaged. */
	#bodyOf({ name, place }: Entry): Uint8Array | undefined {
		const body = this.#log?.find(place)?.body;
		return body && nameOf(body) === name ? body : undefined;
	}
}

/** The keys of a domain. */
class Domain implements KeyValueDomain {
	readonly #store: FlashKeyValue;
	readonly #start: string;

	constructor(store: FlashKeyValue, start: string) {
		this.#store = store;
		this.#start = start;
	}

	read(key: string): ArrayBuffer | undefined {
		return this.#store.read(this.#start + key);
	}

	write(key: string, value: ByteBuffer): void {
		this.#store.write(this.#start + key, value instanceof Uint8Array ? value : new Uint8Array(value));
	}

	delete(key: string): void {
		this.#store.write(this.#start + key, undefined);
	}

	[Symbol.iterator](): Iterator<string> {
		return this.#store
			.names(this.#start)
			.map((name) => name.slice(this.#start.length))
			.values();
	}

	close(): void {}
}

function encode(name: string, value: Uint8Array | undefined, longest: number): Uint8Array {
	const nameLength = utf8Length(name);
	if (nameLength > LONGEST_NAME)
		throw new RangeError(`a key of ${nameLength} bytes with its domain: at most 255`);
	const start = HEAD + nameLength;
	const valueLength = value?.length ?? 0;
	const most = Math.floor(longest / 2) - start;
	if (valueLength > most)
		throw new RangeError(`a value of ${valueLength} bytes: at most ${most} go into the storage`);
	const body = new Uint8Array(start + valueLength);
	body[0] = value === undefined ? DELETION : VALUE;
	body[1] = nameLength;
	writeUtf8(body, HEAD, name);
	if (value !== undefined) body.set(value, start);
	return body;
}

/** The name in a record's body; `undefined`: it is no record of this storage. */
function nameOf(body: Uint8Array): string | undefined {
	const end = HEAD + (body[1] as number);
	const isOwn = body.length >= HEAD && end <= body.length && (body[0] === VALUE || body[0] === DELETION);
	return isOwn ? readUtf8(body, HEAD, end) : undefined;
}

function checkRoom(entries: readonly Entry[], old: Entry | undefined, size: number, most: number): void {
	let used = size - (old?.size ?? 0);
	for (let index = 0; index < entries.length; index++) used += (entries[index] as Entry).size;
	const keys = entries.length + (old === undefined ? 1 : 0);
	if (keys <= MOST_KEYS && used <= most) return;
	throw new Error(
		`the key-value storage is full: it holds ${MOST_KEYS} keys and ${most} bytes; delete some, or make its partition larger`,
	);
}

/** Goes through all records: the last one of each name counts. */
function survey(log: FlashLog): Entry[] {
	const entries: Entry[] = [];
	let place = log.start;
	for (;;) {
		const record = log.find(place);
		if (record === undefined) return entries;
		const { body, next } = record;
		const name = nameOf(body);
		if (name !== undefined) {
			const old = entries.findIndex((entry) => entry.name === name);
			if (old >= 0) entries.splice(old, 1);
			const offset = next.offset - sizeOf(body.length);
			if (body[0] === VALUE)
				entries.push({ name, place: { block: next.block, offset }, size: sizeOf(body.length) });
		}
		place = next;
	}
}

/** Whether every record of the newest block is also in the one that is erased next. */
function hasOnlyCopies(log: FlashLog, newest: number): boolean {
	const originals = bodiesIn(log, log.doomed);
	return bodiesIn(log, newest).every((copy) => originals.some((one) => isSame(one, copy)));
}

function bodiesIn(log: FlashLog, block: number): Uint8Array[] {
	const bodies: Uint8Array[] = [];
	let place: Place = { block, offset: 0 };
	for (;;) {
		const record = log.find(place);
		if (record === undefined || record.next.block > block) return bodies;
		bodies.push(record.body);
		place = record.next;
	}
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
	one.length === other.length && one.every((byte, index) => byte === other[index]);
