import { join } from "node:path";
import { API, type Checker, type Type, TypeFlags } from "typescript/unstable/sync";
import { ROOT } from "../house/firmware-files.js";

/** A field of an event, by its type. */
export interface Field {
	readonly isOptional: boolean;
	/** The texts it can be, where its type names them; else `undefined`. */
	readonly texts: readonly string[] | undefined;
}

/** An event, by its fields. */
export type EventType = ReadonlyMap<string, Field>;

const FILE = join(ROOT, "host-sim/cli/events.ts");

/** Whatever a program can print with `--json`, as the compiler knows it: the members of `PrintedEvent`. */
export function printedEvents(): EventType[] {
	const api = new API();
	try {
		const [project] = api.updateSnapshot({ openProjects: [join(ROOT, "tsconfig.json")] }).getProjects();
		const statements = project?.program.getSourceFile(FILE)?.statements ?? [];
		const alias = [...statements].find(
			(one) => (one as { name?: { text?: string } }).name?.text === "PrintedEvent",
		);
		if (project === undefined || alias === undefined) throw new Error(`no PrintedEvent in ${FILE}`);
		const { checker } = project;
		const type = checker.getTypeAtLocation((alias as unknown as { name: typeof alias }).name);
		return membersOf(type).map((member) => fieldsOf(checker, member));
	} finally {
		api.close();
	}
}

const membersOf = (type: Type | undefined): readonly Type[] => {
	if (type === undefined) throw new Error("an event without a type");
	return type.isUnionType() ? type.getTypes() : [type];
};

const fieldsOf = (checker: Checker, event: Type): EventType =>
	new Map(
		checker.getPropertiesOfType(event).map((property) => {
			const type = checker.getTypeOfSymbol(property);
			const parts = membersOf(type).filter((part) => (part.flags & TypeFlags.Undefined) === 0);
			return [property.name, { isOptional: parts.length < membersOf(type).length, texts: textsOf(parts) }];
		}),
	);

function textsOf(parts: readonly Type[]): string[] | undefined {
	const texts = parts.map((part) => (part.isStringLiteralType() ? part.value : undefined));
	return texts.every((text) => text !== undefined) ? texts : undefined;
}
