import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { Failure } from "../../../host-sim/cli/failure.js";
import { readSettings } from "../../../host-sim/cli/settings.js";

const folder = mkdtempSync(join(tmpdir(), "nightlight-settings-"));

/** Writes a file, and gives its path. */
export const write = (name: string, content: string | Uint8Array): string => {
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
};
export const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");

/** What the command line says. */
export type Options = Parameters<typeof readSettings>[0];

/** The settings, or the lines of what is wrong with them, without the folder. */
export function read(options: Options) {
	const log: string[] = [];
	try {
		return { ...readSettings({ id: "lamp", ...options }, (line) => log.push(line)), log, lines: [] };
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		expect(error.exitCode).toBe(2);
		return { lines: error.lines.map((line) => line.replaceAll(`${folder}/`, "")), log };
	}
}

/** The same of a configuration file with this text. */
export const configured = (text: string | Uint8Array, options: Options = {}) =>
	read({ config: write("c.json", text), ...options });
