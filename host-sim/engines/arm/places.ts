import type { Heap } from "./pack/heap.js";

/** Which line a module's bytecode is of, and where its functions are in it, as the bytecode compiler tells. */
interface CodeLines {
	/** From this offset on it is of a line, counted from 1. */
	readonly lines: readonly (readonly [offset: number, line: number])[];
	readonly functions: readonly (readonly [offset: number, size: number])[];
}

/** A module's bytecode: its bytes, its lines, and where these begin in the module. */
export interface Compiled {
	readonly size: number;
	readonly lines: CodeLines;
	readonly starts: readonly number[];
}

/** Reads `RESULT.lines` (`bytecode.c`). */
export function parseLines(text: string): CodeLines {
	const rows = text.split("\n").map((row) => row.split(" "));
	const pairs = (kind: string) =>
		rows.filter(([first]) => first === kind).map(([, one, other]) => [Number(one), Number(other)] as const);
	return { lines: pairs("line"), functions: pairs("function") };
}

/** A function's bytecode in flash, and of which modules it can be: what is the same is there once. */
interface CodeAt {
	readonly address: number;
	readonly size: number;
	readonly of: readonly { readonly module: number; readonly offset: number }[];
}

/** What is kept beside an image: its functions, and, by module, from which offset on its code is of which position. */
export interface Places {
	readonly code: readonly CodeAt[];
	readonly positions: readonly (readonly (readonly [offset: number, position: number])[])[];
}

/**
 * Where in a heap image the functions of modules are.
 * @param codes each module's bytecode with the names' numbers of the image
 */
function codeIn(heap: Heap, codes: readonly Uint8Array[], compiled: readonly Compiled[]): CodeAt[] {
	const functions = codes.flatMap((code, module) =>
		(compiled[module] as Compiled).lines.functions.map(([offset, size]) => {
			return { module, offset, bytes: Buffer.from(code.subarray(offset, offset + size)) };
		}),
	);
	const addresses = new Set<number>();
	for (const { kind, value } of heap.slots()) {
		if (kind.parts[0] === "code" && value[0] >= heap.base && value[0] < heap.end) addresses.add(value[0]);
	}
	return [...addresses].flatMap((address) => {
		const rest = heap.bytes.subarray(address - heap.base);
		const found = functions.filter(({ bytes }) => bytes.equals(rest.subarray(0, bytes.length)));
		// One may be how another begins.
		const size = Math.max(0, ...found.map(({ bytes }) => bytes.length));
		const of = found
			.filter(({ bytes }) => bytes.length === size)
			.map(({ module, offset }) => ({ module, offset }));
		return size === 0 ? [] : [{ address, size, of }];
	});
}

/** @param code the modules' bytecode with the names' numbers of the image, one's behind the other's */
export function placesIn(heap: Heap, code: Uint8Array, compiled: readonly Compiled[]): Places {
	let end = 0;
	const codes = compiled.map(({ size }) => {
		end += size;
		return code.subarray(end - size, end);
	});
	const positions = compiled.map(({ lines: { lines }, starts }) =>
		lines.map(([offset, line]) => [offset, starts[line - 1] ?? 0] as const),
	);
	return { code: codeIn(heap, codes, compiled), positions };
}

/**
 * Where the instruction before an address is, by module and position there: usually once.
 * @param address as an image tells it: the one to go on with
 */
export function placesAt(
	{ code, positions }: Places,
	address: number,
): { module: number; position: number }[] {
	const inside = code.find((one) => address > one.address && address <= one.address + one.size);
	return (inside?.of ?? []).map(({ module, offset }) => {
		const before = offset + address - (inside as CodeAt).address - 1;
		const position = positions[module]?.filter(([at]) => at <= before).at(-1)?.[1] ?? 0;
		return { module, position };
	});
}
