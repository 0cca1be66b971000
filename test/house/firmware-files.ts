import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

/** The project's top folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Every file below a folder, by its path from the project's top; without packages that a lane has installed there. */
export const filesBelow = (folder: string): string[] =>
	readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
		.map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
		.sort();

/** Whether a TypeScript file leaves any code when its types are taken off. */
const hasCode = (path: string): boolean =>
	transformSync(readFileSync(join(ROOT, path), "utf8"), { loader: "ts" }).code.trim() !== "";

/** A composition root begins something when it is loaded: the boards' own manifests have them. */
const isCompositionRoot = (path: string): boolean =>
	path === "firmware/main.ts" || path.startsWith("firmware/boards/");

/** What boards that want it include, and no others: each has a manifest of its own. */
export const OPTIONAL = ["firmware/key-value/", "firmware/websocket/"] as const;

const modules = (): string[] =>
	filesBelow("firmware")
		.filter((path) => path.endsWith(".ts") && !isCompositionRoot(path) && hasCode(path))
		.map((path) => path.slice(0, -".ts".length));

/** The modules of the firmware that every engine loads, as the manifest names them: no `.ts`. */
export const firmwareModules = (): string[] =>
	modules().filter((name) => !OPTIONAL.some((folder) => name.startsWith(folder)));

/** Those of a folder that is optional, as its manifest names them. */
export const modulesOf = (folder: (typeof OPTIONAL)[number]): string[] =>
	modules().filter((name) => name.startsWith(folder));
