import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ArmImage, armImage } from "../../../host-sim/engines/arm/build.js";
import { firmwareFiles, readManifest } from "../../../host-sim/engines/arm/modules.js";

/** A mistake in a module of the firmware: what it says, and what it says with the mistake. */
export interface Mistake {
	readonly name: string;
	readonly module: string;
	readonly text: string;
	readonly planted: string;
}

/** Mistakes that only a power cut within a write shows. */
export const MISTAKES: readonly Mistake[] = [
	{
		name: "a log that takes a torn record",
		module: "firmware/storage/flash-log",
		text: "if (readNumber(bytes, at + 4, 4) !== this.#checksum(block, body)) continue;",
		planted: "",
	},
	{
		name: "a log that writes where a torn record is",
		module: "firmware/storage/flash-log",
		text: "while (end > offset && bytes[end - 1] === 0xff) end--;",
		planted: "end = offset;",
	},
];

/** The image of the firmware with a mistake. */
export async function imageWith({ module, text, planted }: Mistake): Promise<ArmImage> {
	const files = new Map(firmwareFiles(readManifest()));
	const path = files.get(module) as string;
	const source = readFileSync(path, "utf8");
	if (source.split(text).length !== 2) throw new Error(`${module} does not say once: ${text}`);
	// Its imports are relative.
	const folder = mkdtempSync(join(tmpdir(), "nightlight-planted-"));
	const moved = source.replaceAll(/from "\.\//g, `from "${path.slice(0, path.lastIndexOf("/"))}/`);
	const file = join(folder, `${path.slice(path.lastIndexOf("/") + 1)}`);
	writeFileSync(file, moved.replace(text, planted));
	files.set(module, file);
	return armImage({ log: () => {}, files });
}
