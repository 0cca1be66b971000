/** A function of a built-in object, as XS's sources build it: its C function, and its property's name. */
interface BuiltIn {
	readonly callback: string;
	readonly name: string;
}

/** A method or a getter of a built-in: in XS's sources each is a property with a C function. */
const PROPERTY =
	/fxNextHost(?:Function|Accessor)Property\(the, slot, mxCallback\((fx_\w+)\), (?:\d+|C_NULL), mxID\(_(\w+)\)/g;
/** A name in XS's sources. */
const ID = /\bmxID\(_(\w+)\)/g;
/** Whoever calls a C function or takes its address; its definition and declaration are not among them. */
const USE = /(?<!\bvoid )\b(fx_\w+)\b/g;

/**
 * The C functions of built-in methods that no module can call, for no module names them: the image goes
 * without, as with the Moddable SDK's `strip`. What the engine calls or looks up itself is not among them.
 * @param sources XS's C sources
 * @param names every name of a property in the modules
 */
export function unusedBuiltIns(sources: readonly string[], names: ReadonlySet<string>): string[] {
	const methods: BuiltIn[] = [];
	const uses = new Map<string, number>();
	const lookedUp = new Set<string>();
	for (const source of sources) {
		for (const [, callback, name] of source.matchAll(PROPERTY)) {
			methods.push({ callback: callback as string, name: name as string });
		}
		for (const [, callback] of source.matchAll(USE)) count(uses, callback as string);
		for (const [, name] of source.replace(PROPERTY, "").matchAll(ID)) lookedUp.add(name as string);
	}
	const needed = new Set<string>();
	for (const { callback, name } of methods) {
		if (names.has(name) || lookedUp.has(name)) needed.add(callback);
		count(uses, callback, -1);
	}
	const all = new Set(methods.map(({ callback }) => callback));
	return [...all].filter((callback) => !needed.has(callback) && uses.get(callback) === 0).sort();
}

const count = (counts: Map<string, number>, key: string, step = 1) =>
	counts.set(key, (counts.get(key) ?? 0) + step);

/**
 * The names in what the bytecode compiler made of a module: behind the size of the code and the code are
 * the names' number and the names, each with a 0 behind it.
 */
export function namesOf(compiled: Uint8Array): string[] {
	const code = new DataView(compiled.buffer, compiled.byteOffset).getUint32(0, true);
	return new TextDecoder()
		.decode(compiled.subarray(4 + code + 2))
		.split("\0")
		.slice(0, -1);
}
