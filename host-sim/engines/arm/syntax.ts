import { parse } from "acorn";

/** A node of a module's syntax tree (ESTree), as far as it is looked at here. */
export interface Node {
	readonly type: string;
	readonly start: number;
	readonly end: number;
	readonly name?: string;
	readonly left?: Node;
	readonly right?: Node;
	readonly operator?: string;
	readonly shorthand?: boolean;
	/** `import` of `import.meta`, `new` of `new.target`. */
	readonly meta?: Node;
	readonly superClass?: Node | null;
	readonly body?: Node | readonly Node[];
	readonly key?: Node;
	readonly callee?: Node;
	readonly object?: Node;
	readonly property?: Node;
	readonly computed?: boolean;
	readonly argument?: Node;
	readonly arguments?: readonly Node[];
	readonly async?: boolean;
	readonly generator?: boolean;
	readonly await?: boolean;
	readonly regex?: object;
	readonly bigint?: string;
}

/** A module's JavaScript as a syntax tree. */
export const treeOf = (source: string): Node =>
	parse(source, { ecmaVersion: 2022, sourceType: "module" }) as unknown as Node;

/** A tree's nodes, each before those in it. */
export function* nodesOf(node: Node): Generator<Node> {
	yield node;
	for (const part of Object.values(node).flat()) {
		if (typeof part === "object" && part !== null && "type" in part) yield* nodesOf(part as Node);
	}
}
