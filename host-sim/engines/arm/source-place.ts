import { SourceMap, type SourceMapPayload } from "node:module";
import { relative, resolve } from "node:path";

/** Where a position of a module's JavaScript is in the file that it came from: `firmware/app.ts:12`. */
export type Place = (position: number) => string;

/**
 * Places in the file that a module was made from.
 * @param map the module's source map, with paths below `folder` or relative to it
 */
export function placesOf(source: string, map: string, folder: string): Place {
	const entries = new SourceMap(JSON.parse(map) as SourceMapPayload);
	return (position) => {
		const before = source.slice(0, position).split("\n");
		const found = entries.findEntry(before.length - 1, before.at(-1)?.length ?? 0);
		if (!("originalSource" in found)) return `line ${before.length}`;
		const file = relative(folder, resolve(folder, found.originalSource)).split("\\").join("/");
		return `${file}:${found.originalLine + 1}`;
	};
}
