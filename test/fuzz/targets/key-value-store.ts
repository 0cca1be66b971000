import type { KeyValueDomain } from "../../../firmware/ecma-419.js";
import { FlashKeyValue } from "../../../firmware/key-value/flash-key-value.js";
import { joined } from "../bytes.js";
import { FlashPartition } from "../flash-partition.js";
import { demand, demandSame, type Target } from "../target.js";

const BLOCKS = 3;
const BLOCK = 1024;
/** Bytes of an input's head: writes, and keys. */
const HEAD = 2;
/** Bytes of an overwriting: where, and what. */
const STROKE = 3;

const contentOf = (write: number): string => `value ${write} `.repeat(1 + (write % 20));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function textOf(domain: KeyValueDomain, key: string): string | undefined {
	const value = domain.read(key);
	return value && new TextDecoder().decode(value);
}

/** What damage has left of a key-value storage in flash memory. */
export const keyValueStore: Target = {
	name: "key-value-store",
	covers: ["firmware/storage/flash-log.ts", "firmware/key-value/flash-key-value.ts"],
	share: 0.5,
	generate: (random) =>
		joined([
			Uint8Array.of(random.below(64), random.below(256)),
			...Array.from({ length: random.small(12) }, () => {
				const at = random.below(BLOCKS * BLOCK);
				return Uint8Array.of(at & 0xff, at >> 8, random.below(256));
			}),
		]),
	run: (input) => {
		const [writes = 0, keys = 0] = input;
		const partition = new FlashPartition(BLOCKS, BLOCK);
		const open = () => new FlashKeyValue({ open: () => partition }).open({ path: "a" });
		const keyOf = (write: number): string => `${write % (1 + (keys % 4))}`;
		const written = new Map<string, string[]>();
		const domain = open();
		for (let write = 0; write < writes; write++) {
			domain.write(keyOf(write), bytesOf(contentOf(write)));
			written.set(keyOf(write), [...(written.get(keyOf(write)) ?? []), contentOf(write)]);
		}
		const strokes = Math.floor(Math.max(0, input.length - HEAD) / STROKE);
		for (let stroke = 0; stroke < strokes; stroke++) {
			const [low = 0, high = 0, byte = 0] = input.subarray(HEAD + stroke * STROKE);
			partition.bytes[(low + 256 * high) % partition.bytes.length] = byte;
		}
		let after: KeyValueDomain;
		try {
			after = open();
		} catch (error) {
			demand(error instanceof Error && error.message.startsWith("the store has format"), `throws ${error}`);
			return "another format";
		}
		let same = 0;
		for (const key of after) {
			const text = textOf(after, key);
			const values = written.get(key) ?? [];
			demand(text === undefined || values.includes(text), `${key} was never ${text}`);
			if (text === values.at(-1)) same++;
		}
		demand(strokes > 0 || same === written.size, "has lost a value without damage");
		// It goes on working, and heals.
		for (let write = 0; write < 8; write++) after.write(keyOf(write), bytesOf(contentOf(write)));
		for (const key of new Set(Array.from({ length: 8 }, (_, write) => keyOf(write)))) {
			const last = [7, 6, 5, 4, 3, 2, 1, 0].find((write) => keyOf(write) === key) as number;
			demandSame(textOf(open(), key) ?? "", contentOf(last), `key ${key}`);
		}
		return strokes === 0 ? "whole" : same < written.size ? "some" : "all";
	},
};
