/** What the firmware uses of the language and its library, read off its sources. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AnyNode, parse } from "acorn";
import { ancestor } from "acorn-walk";
import { transformSync } from "esbuild";
import { firmwareModules, ROOT } from "../house/firmware-files.js";

/** A thing that is used, and the modules that use it. */
export interface Use {
	/** `Object.freeze`, `.push()`, `class private field`. */
	readonly name: string;
	readonly kind: "library" | "method" | "syntax";
	readonly modules: readonly string[];
}

/** Names of the language that stand for a value of the library. */
const GLOBALS: ReadonlySet<string> = new Set(
	Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z]/.test(name) || name === "undefined"),
);

/** Built-in prototypes whose methods are told apart by their names only. */
export const PROTOTYPES = ["Array", "String", "Uint8Array", "Map", "Function", "Number", "Object"] as const;

const METHODS: ReadonlySet<string> = new Set(
	PROTOTYPES.flatMap((name) =>
		Object.getOwnPropertyNames(
			(globalThis as unknown as Record<string, { prototype: object }>)[name]?.prototype,
		),
	).concat(Object.getOwnPropertyNames(Object.getPrototypeOf(Uint8Array.prototype))),
);

/** What of the syntax is younger than ES2015, or costs an engine more than a statement does. */
function syntaxOf(node: AnyNode): string | undefined {
	switch (node.type) {
		case "ChainExpression":
			return "optional chaining";
		case "LogicalExpression":
			return node.operator === "??" ? "nullish coalescing" : undefined;
		case "AssignmentExpression":
			return /^(\?\?|&&|\|\|)=$/.test(node.operator) ? "logical assignment" : undefined;
		case "BinaryExpression":
			return node.operator === "**" ? "exponentiation" : undefined;
		case "PrivateIdentifier":
			return "class private member";
		case "PropertyDefinition":
			return node.static ? "class static field" : "class field";
		case "MethodDefinition":
			return node.static
				? "class static method"
				: node.kind === "get" || node.kind === "set"
					? "accessor"
					: undefined;
		case "ClassDeclaration":
		case "ClassExpression":
			return node.superClass ? "class extends" : "class";
		case "ArrowFunctionExpression":
			return "arrow function";
		case "TemplateLiteral":
			return "template literal";
		case "SpreadElement":
			return "spread";
		case "RestElement":
			return "rest";
		case "ObjectPattern":
			return "object destructuring";
		case "ArrayPattern":
			return "array destructuring";
		case "ForOfStatement":
			return "for-of";
		case "YieldExpression":
			return "generator";
		case "AwaitExpression":
			return "async";
		case "CatchClause":
			return node.param ? "try-catch" : "optional catch binding";
		case "Literal":
			return "regex" in node && node.regex ? "regular expression" : undefined;
		default:
			return undefined;
	}
}

/** Everything that the firmware's modules use, by kind and name. */
export function surveyFirmware(): Use[] {
	const found = new Map<string, { kind: Use["kind"]; modules: Set<string> }>();
	for (const module of firmwareModules()) {
		const source = readFileSync(join(ROOT, `${module}.ts`), "utf8");
		const { code } = transformSync(source, { loader: "ts", target: "es2022" });
		const note = (kind: Use["kind"], name: string) => {
			const use = found.get(`${kind} ${name}`) ?? { kind, modules: new Set() };
			found.set(`${kind} ${name}`, use);
			use.modules.add(module.replace(/^firmware\//, ""));
		};
		const program = parse(code, { ecmaVersion: 2022, sourceType: "module" });
		ancestor(program, { ...visitors(note) });
	}
	return [...found]
		.map(([key, { kind, modules }]) => ({
			name: key.slice(kind.length + 1),
			kind,
			modules: [...modules].sort(),
		}))
		.sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name));
}

type Note = (kind: Use["kind"], name: string) => void;

function visitors(note: Note) {
	const visit = (node: AnyNode) => {
		const syntax = syntaxOf(node);
		if (syntax !== undefined) note("syntax", syntax);
		if (node.type === "Identifier" && GLOBALS.has(node.name)) note("library", node.name);
		if (node.type !== "MemberExpression") return;
		const { object, property } = node;
		if (property.type !== "Identifier" || node.computed) return;
		if (object.type === "Identifier" && GLOBALS.has(object.name))
			note("library", `${object.name}.${property.name}`);
		else if (METHODS.has(property.name)) note("method", property.name);
	};
	const types = [
		...["Identifier", "MemberExpression", "ChainExpression", "LogicalExpression", "AssignmentExpression"],
		...[
			"BinaryExpression",
			"PrivateIdentifier",
			"PropertyDefinition",
			"MethodDefinition",
			"ClassDeclaration",
		],
		...["ClassExpression", "ArrowFunctionExpression", "TemplateLiteral", "SpreadElement", "RestElement"],
		...[
			"ObjectPattern",
			"ArrayPattern",
			"ForOfStatement",
			"YieldExpression",
			"AwaitExpression",
			"CatchClause",
		],
		"Literal",
	];
	return Object.fromEntries(types.map((type) => [type, visit]));
}

/** The table as Markdown: `docs/builtins.md`. */
export function tableOf(uses: readonly Use[]): string {
	const rows = uses.map(({ kind, name, modules }) => {
		const shown = kind === "method" ? `\`.${name}\`` : kind === "library" ? `\`${name}\`` : name;
		return `| ${kind} | ${shown} | ${modules.length} | ${modules[0]}${modules.length > 1 ? ", …" : ""} |`;
	});
	return [
		"# What the firmware uses of the language",
		"",
		"Read off the sources, and each entry run on XS, by `test/builtins/`; `npm run builtins` writes it anew. Methods are told apart by name only.",
		"",
		"| kind | name | modules | where |",
		"|---|---|---|---|",
		...rows,
		"",
	].join("\n");
}
