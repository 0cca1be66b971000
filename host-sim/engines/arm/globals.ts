import { type Node, nodesOf, treeOf } from "./syntax.js";

/** What modules use of the built-in constructors and namespaces, by name: `Math` → `min`, `max`. */
export type Statics = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The properties of globals that a module uses as `GLOBAL.property`; `undefined` for a global that it also hands on,
 * so that nobody knows. Calling it, `new` and `instanceof` hand nothing on.
 */
export function staticsOf(source: string): Map<string, Set<string> | undefined> {
	const statics = new Map<string, Set<string> | undefined>();
	const harmless = new Set<Node | undefined>();
	for (const node of nodesOf(treeOf(source))) {
		if (node.type === "MemberExpression" && node.object?.type === "Identifier" && !node.computed) {
			harmless.add(node.object);
			const name = node.object.name ?? "";
			if (!statics.has(name)) statics.set(name, new Set());
			statics.get(name)?.add(node.property?.name ?? "");
		}
		if (node.type === "NewExpression" || node.type === "CallExpression") harmless.add(node.callee);
		if (node.operator === "instanceof") harmless.add(node.right);
		// Names of properties are no references.
		if (!node.computed && !node.shorthand) for (const name of [node.property, node.key]) harmless.add(name);
		if (node.type !== "Identifier" || node.name === undefined) continue;
		if (!harmless.has(node)) statics.set(node.name, undefined);
		else if (!statics.has(node.name)) statics.set(node.name, new Set());
	}
	return statics;
}

/** What several modules use; a global that one of them hands on is left out, and each if one uses `globalThis`. */
export function together(modules: readonly ReturnType<typeof staticsOf>[]): Statics {
	const all = new Map<string, Set<string>>();
	const handedOn = new Set<string>();
	for (const statics of modules) {
		for (const [name, properties] of statics) {
			if (properties === undefined) handedOn.add(name);
			else all.set(name, new Set([...(all.get(name) ?? []), ...properties]));
		}
	}
	if (handedOn.has("globalThis") || all.has("globalThis")) return new Map();
	for (const name of handedOn) all.delete(name);
	return all;
}

/**
 * `statics.h`: pairs of a global and a property of it that nobody uses, though it has the name of something that is.
 * @param globals the engine's globals
 * @param lookedUp the names that the engine's C code looks up
 * @param kept the names that stay
 */
export function staticsHeader(
	globals: readonly string[],
	statics: Statics,
	{ lookedUp, kept }: { readonly lookedUp: ReadonlySet<string>; readonly kept: ReadonlySet<string> },
): string {
	const pairs: string[] = [];
	for (const name of globals) {
		const used = statics.get(name);
		if (used === undefined || !kept.has(name)) continue;
		const unused = [...kept].filter((property) => !used.has(property) && !lookedUp.has(property)).sort();
		pairs.push(...unused.map((property) => `_${name}, _${property},`));
	}
	return `static const txID UNUSED_STATICS[] __attribute__((section(".modules"))) = { ${pairs.join(" ")} };\n`;
}
