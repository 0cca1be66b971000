/** A function that only builds a machine: not there when the image runs. */
const BUILDER = /\nvoid fxBuild\w*\(txMachine\* the\)\s*\{/;
/** A name in XS's sources. */
const ID = /\bmxID\(_(\w+)\)/g;
/** What the engine takes for granted when it runs. */
const ALWAYS = [
	...[
		"undefined",
		"globalThis",
		"Object",
		"Array",
		"ArrayBuffer",
		"TypedArray",
		"Promise",
		"Error",
		"TypeError",
	],
];

/** What the engine looks up but no image has: modules made at run time, threads. */
const NEVER = ["Compartment", "ModuleSource", "SharedArrayBuffer", "Atomics"];

/** A C source without the bodies of its builders. */
function withoutBuilders(source: string): string {
	let rest = source;
	let result = "";
	for (let found = BUILDER.exec(rest); found !== null; found = BUILDER.exec(rest)) {
		let at = found.index + found[0].length;
		for (let depth = 1; depth > 0 && at < rest.length; at++) {
			if (rest[at] === "{") depth += 1;
			else if (rest[at] === "}") depth -= 1;
		}
		result += rest.slice(0, found.index);
		rest = rest.slice(at);
	}
	return result + rest;
}

/** The names of XS, in the order of their ids, as `xsCommon.c` has them. @throws Error where it does not */
export function engineNames(common: string): string[] {
	const table = /gxIDStrings\[XS_ID_COUNT\][^{]*\{([\s\S]*?)\};/.exec(common)?.[1];
	if (table === undefined) throw new Error("xsCommon.c has no table of names");
	return [...table.matchAll(/"([^"]*)"/g)].map(([, name]) => name as string);
}

/**
 * The names that the engine's C code looks up when it runs.
 * @param sources XS's C sources
 */
export function lookedUpNames(sources: readonly string[]): Set<string> {
	const found = sources.flatMap((source) => [...withoutBuilders(source).matchAll(ID)]);
	return new Set([...found.map(([, name]) => name as string), ...ALWAYS]);
}

/**
 * The names that must stay in the image.
 * @param names every name of a property in the modules
 */
export function keptNames(lookedUp: ReadonlySet<string>, names: ReadonlySet<string>): Set<string> {
	const kept = new Set([...names, ...lookedUp]);
	for (const name of NEVER) kept.delete(name);
	return kept;
}

/** The engine's globals: its names from the first constructor to the one before `AsyncFunction` (`xsCommon.h`). */
export const globalsOf = (engine: readonly string[]): string[] =>
	engine.slice(engine.indexOf("AggregateError"), engine.indexOf("AsyncFunction"));

/** `kept.h`: a bit for each of the engine's names, by its id, that is set for those to keep. */
export function keptHeader(engine: readonly string[], kept: ReadonlySet<string>): string {
	const bytes = new Uint8Array(Math.ceil(engine.length / 8));
	for (const [id, name] of engine.entries())
		if (kept.has(name)) bytes[id >> 3] = (bytes[id >> 3] ?? 0) | (1 << (id & 7));
	return `static const uint8_t KEPT[] __attribute__((section(".modules"))) = {${bytes.join(",")}};
_Static_assert(XS_ID_COUNT == ${engine.length}, "another engine has other names");
`;
}

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
