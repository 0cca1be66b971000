import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type ArmImage, armImage } from "../../../host-sim/engines/arm/build.js";
import { firmwareFiles, ROOT, readManifest } from "../../../host-sim/engines/arm/modules.js";
import { TreeCopy } from "../../support/tree-copy.js";

/** A mistake in a module of the firmware: what it says, and what it says with the mistake. */
export interface Mistake {
	readonly name: string;
	readonly module: string;
	readonly text: string;
	readonly planted: string;
	/** The change of the flash memory that shows it when it is torn. */
	readonly cutsAt: number;
}

/** Mistakes that only a power cut within a write shows. */
export const MISTAKES: readonly Mistake[] = [
	{
		name: "a log that takes a torn record",
		module: "firmware/storage/flash-log",
		text: "if (readNumber(bytes, at + 4, 4) !== this.#checksum(block, body)) continue;",
		planted: "",
		cutsAt: 5,
	},
	{
		name: "a log that writes where a torn record is",
		module: "firmware/storage/flash-log",
		text: "while (end > offset && bytes[end - 1] === 0xff) end--;",
		planted: "end = offset;",
		cutsAt: 4,
	},
];

/** The image of the firmware with a mistake. */
export async function imageWith({
	module,
	text,
	planted,
}: Omit<Mistake, "cutsAt" | "name">): Promise<ArmImage> {
	const { folder } = new TreeCopy("tears", ["firmware", "tsconfig.json"]);
	const files = firmwareFiles(readManifest());
	for (const [name, path] of files) files.set(name, join(folder, relative(ROOT, path)));
	const path = files.get(module) as string;
	const source = readFileSync(path, "utf8");
	if (source.split(text).length !== 2) throw new Error(`${module} does not say once: ${text}`);
	writeFileSync(path, source.replace(text, planted));
	try {
		return await armImage({ log: () => {}, files });
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
