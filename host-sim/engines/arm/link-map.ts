/** An input section as the linker placed it: of which object, where, and how many bytes. */
export interface Placed {
	readonly section: string;
	/** A file, or an archive with the member in brackets. */
	readonly object: string;
	readonly address: number;
	readonly size: number;
}

/** A section's name alone in its line, when it is long; what is told of it is in the next. */
const NAME = /^ (\.\S+)\s*$/;
const PLACED = /^ (\.\S+)?\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S.*)$/;

/** What a map of GNU ld (`-Map`) says of the sections with something in them, in the order of their addresses. */
export function placedIn(map: string): Placed[] {
	const placed: Placed[] = [];
	let name: string | undefined;
	for (const line of map.slice(map.indexOf("Linker script and memory map")).split("\n")) {
		const alone = NAME.exec(line);
		if (alone !== null) {
			name = alone[1];
			continue;
		}
		const [, section = name, address = "", size = "", object = ""] = PLACED.exec(line) ?? [];
		name = undefined;
		if (section === undefined || Number.parseInt(size, 16) === 0 || address === "") continue;
		placed.push({ section, object, address: Number.parseInt(address, 16), size: Number.parseInt(size, 16) });
	}
	return placed.sort((one, other) => one.address - other.address);
}

/** A section of an object for a linker script: `*xsArray.o(.text.fxNewArray)`, `*libc.a:lib_a-a.o(.text)`. */
export function patternOf({ object, section }: Placed): string {
	const file = object.slice(object.lastIndexOf("/") + 1);
	const [, archive, member] = /^(.*\.a)\((.*)\)$/.exec(file) ?? [];
	return archive === undefined ? `*${file}(${section})` : `*${archive}:${member}(${section})`;
}
