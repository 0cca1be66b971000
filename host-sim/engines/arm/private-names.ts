import { EngineError } from "../failure.js";
import type { Place } from "./source-place.js";
import { type Node, nodesOf, treeOf } from "./syntax.js";

/** Functions of `Object` that private fields are hidden from, or that stop writing to others only. */
const SEEING = new Set(["assign", "entries", "freeze", "getOwnPropertyNames", "keys", "seal", "values"]);

/**
 * A module whose private fields and methods are plain properties, `_x` for `#x`: XS keeps a private name in slots of
 * its own, and checks it at each use. Nobody outside can tell as long as the module does nothing that the two differ
 * in, which is refused.
 * @param place tells where a position of the module is in the file it came from, for people
 * @throws EngineError for what would be different, with its place and what to do
 */
export function withoutPrivateNames(source: string, place: Place): string {
	const names: Node[] = [];
	const plain = new Set<string>();
	const refuse = ({ start }: Node, what: string): never => {
		throw new EngineError(`${place(start)}: ${what}`);
	};
	for (const node of nodesOf(treeOf(source))) {
		switch (node.type) {
			case "PrivateIdentifier":
				names.push(node);
				break;
			case "Identifier":
				plain.add(node.name ?? "");
				break;
			case "BinaryExpression":
				if (node.left?.type === "PrivateIdentifier")
					refuse(
						node,
						"a private name with `in` cannot be asked for in the ARM image; use a field of its own",
					);
				break;
			case "ClassDeclaration":
			case "ClassExpression":
				if (node.superClass != null && hasPrivateNames(node))
					refuse(
						node,
						"a class that extends another has no private names in the ARM image; hold the other as a field",
					);
				break;
			case "SpreadElement":
				if (node.argument?.type === "ThisExpression" && source[node.start - 1] !== "[")
					refuse(node, "`...this` has the private fields, too, in the ARM image; name the fields");
				break;
			case "CallExpression":
				if (seesThis(node))
					refuse(
						node,
						`Object.${node.callee?.property?.name}(this) sees the private fields in the ARM image; name the fields`,
					);
		}
	}
	const clash = names.find(({ name }) => plain.has(`_${name}`));
	if (clash !== undefined)
		refuse(
			clash,
			`the private name #${clash.name} becomes _${clash.name} in the ARM image, which is there already; rename one`,
		);
	let result = "";
	let end = 0;
	for (const { start, end: next, name } of names.sort((one, other) => one.start - other.start)) {
		result += `${source.slice(end, start)}_${name}`;
		end = next;
	}
	return result + source.slice(end);
}

const hasPrivateNames = ({ body }: Node): boolean =>
	((body as Node).body as readonly Node[]).some(({ key }) => key?.type === "PrivateIdentifier");

const seesThis = ({ callee, arguments: given }: Node): boolean =>
	callee?.object?.name === "Object" &&
	SEEING.has(callee.property?.name ?? "") &&
	given?.some(({ type }) => type === "ThisExpression") === true;
