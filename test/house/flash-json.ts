/**
 * Finds objects that lie in flash on a chip and are given to `JSON.stringify`. XS marks each object while it walks
 * over it; one in flash cannot be marked, and XS throws `read only value` without a place. What is frozen at module
 * level lies in flash as soon as its module is preloaded.
 */

/** A constant at module level that holds an object. */
const OBJECT = /^(?:export )?const (\w+)[^=\n]*= (?:Object\.freeze\(|\{|\[)/gm;
const IMPORT = /^import \{([^}]*)\} from "[^"]+"/gm;
const CALL = "JSON.stringify(";

const objectsIn = (source: string): string[] =>
	Array.from(source.matchAll(OBJECT), ([, name]) => name as string);

/** Names under which a source imports some of these objects. */
const importsIn = (source: string, objects: ReadonlySet<string>): string[] =>
	Array.from(source.matchAll(IMPORT), ([, names]) => (names as string).split(","))
		.flat()
		.map((one) => one.trim().split(" as "))
		.filter(([name]) => objects.has(name as string))
		.map((names) => names.at(-1) as string);

/** The text from `start` to the bracket that closes what was opened before it. */
function upToBracket(source: string, start: number): string {
	let depth = 1;
	let end = start;
	for (; depth > 0 && end < source.length; end++) {
		if ("([{".includes(source.charAt(end))) depth++;
		if (")]}".includes(source.charAt(end))) depth--;
	}
	return source.slice(start, end - 1);
}

/**
 * What is wrong in these sources, as `a.ts:3: ...`: each place where such an object, of this module or an imported
 * one, is to become JSON as it is. A copy (`{ ...IDLE }`) and a part of it (`IDLE.on`) are left alone.
 * @param sources text by path
 */
export function flashObjectsInJson(sources: ReadonlyMap<string, string>): string[] {
	const all = new Set(Array.from(sources.values(), objectsIn).flat());
	return [...sources].flatMap(([path, source]) => {
		const names = [...objectsIn(source), ...importsIn(source, all)];
		const found: string[] = [];
		for (let at = source.indexOf(CALL); at >= 0; at = source.indexOf(CALL, at + 1)) {
			const argument = upToBracket(source, at + CALL.length);
			for (const name of names) {
				if (!new RegExp(`(?<![.\\w"'\`])${name}(?![\\w.:([])`).test(argument)) continue;
				const line = source.slice(0, at).split("\n").length;
				found.push(
					`${path}:${line}: "${name}" lies in flash on a chip, where JSON.stringify throws "read only value": give it a copy, { ...${name} }`,
				);
			}
		}
		return found;
	});
}
