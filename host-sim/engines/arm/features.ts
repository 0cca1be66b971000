import { EngineError } from "../failure.js";
import type { Place } from "./source-place.js";
import { type Node, nodesOf, treeOf } from "./syntax.js";

/** Parts of the language whose C is in the image only where a module uses them. */
export const FEATURES = Object.freeze([
	"ASYNC",
	"GENERATORS",
	"BIGINT",
	"IMPORT",
	"POWER",
	"LOGARITHM",
] as const);
export type Feature = (typeof FEATURES)[number];

/** Kinds of typed arrays, likewise: by the name of their constructor. */
export const TYPED_ARRAYS = Object.freeze([
	...["BigInt64Array", "BigUint64Array", "Float32Array", "Float64Array", "Int8Array", "Int16Array"],
	...["Int32Array", "Uint8Array", "Uint16Array", "Uint32Array", "Uint8ClampedArray"],
]);

/** What no image has, and what to use. */
const LEFT_OUT: ReadonlyMap<string, string> = new Map([
	["RegExp", "look at the text by charCodeAt and indexOf"],
	["Proxy", "use a class"],
	["Reflect", "use the operators and Object"],
	["Atomics", "there are no threads"],
	["SharedArrayBuffer", "there are no threads"],
	["eval", "there is no compiler on the chip"],
	["Function", "there is no compiler on the chip"],
	["import.meta", "a module on the chip comes from no file"],
]);

/**
 * What of the language a module uses.
 * @param place tells where a position of the module is in the file it came from, for people
 * @throws EngineError for what no image has, with its place and what to do
 */
export function featuresOf(source: string, place: Place): Set<Feature> {
	const used = new Set<Feature>();
	const named = new Set<Node | undefined>();
	/** Nodes that need no logarithm, though they look so. */
	const exempt = new Set<Node | undefined>();
	for (const node of nodesOf(treeOf(source))) {
		// Names of properties are no references.
		if (!node.computed) for (const name of [node.property, node.key]) named.add(name);
		if (node.async || node.await || node.type === "AwaitExpression") used.add("ASYNC");
		if (node.generator) used.add("GENERATORS");
		if (node.operator === "**" || node.operator === "**=") used.add("POWER");
		if (node.type === "CallExpression" && node.arguments?.length === 0) exempt.add(node.callee);
		if (isKnownMath(node)) exempt.add(node.object);
		if (!exempt.has(node) && mayUseLogarithm(node)) used.add("LOGARITHM");
		if (node.bigint !== undefined) used.add("BIGINT");
		if (node.type === "ImportExpression") used.add("IMPORT");
		const name = nameOf(node);
		const instead = name === undefined || named.has(node) ? undefined : LEFT_OUT.get(name);
		if (instead !== undefined)
			throw new EngineError(`${place(node.start)}: the ARM image has no ${name}; ${instead}`);
	}
	return used;
}

/** What a node names of what no image may have. */
function nameOf({ type, name, regex, meta }: Node): string | undefined {
	if (regex !== undefined) return "RegExp";
	if (type === "MetaProperty" && meta?.name === "import") return "import.meta";
	return type === "Identifier" ? name : undefined;
}

/** `Math.x`, where x is no logarithm. */
const isKnownMath = ({ object, property, computed }: Node): boolean =>
	object?.name === "Math" && !computed && property?.name?.startsWith("log") === false;

/** Logarithms are `Math`'s, and `toString` measures by them a number to another base than ten: it may be given one. */
const mayUseLogarithm = ({ type, name, property }: Node): boolean =>
	(type === "Identifier" && name === "Math") || property?.name === "toString";

/**
 * `features.h`: what of the language an image has, as 0 or 1.
 * @param names every name in the modules
 * @param signs whether it makes tokens
 */
export const featuresHeader = (
	used: ReadonlySet<Feature>,
	names: ReadonlySet<string>,
	signs: boolean,
): string =>
	[
		...FEATURES.map((name) => [name, used.has(name)] as const),
		["HMAC_SHA256", signs] as const,
		["FINALIZATION", names.has("FinalizationRegistry") || names.has("WeakRef")] as const,
		...TYPED_ARRAYS.map((name) => [name, names.has(name)] as const),
	]
		.map(([name, isUsed]) => `#define USES_${name} ${Number(isUsed)}\n`)
		.join("");
