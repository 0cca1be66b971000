import type { RuleSet } from "../../server/rules/rule-set.js";
import type { Server } from "../../server/server.js";
import { Failure, usage } from "./failure.js";
import { readTextFile } from "./text-file.js";

/** A rule file that is in force, and how to read it again. */
export interface RuleFile {
	readonly set: RuleSet;
	/** @throws Failure with a line for each mistake */
	read(): RuleSet;
}

/**
 * Reads the rule file of `--rule`; `undefined` when none is named.
 * @param id of the device, or of several, that the server serves; `+`: all devices
 * @throws Failure with a line for each mistake, as `FILE:LINE:COLUMN: what`
 */
export async function openRuleFile(
	{ rule: file }: { readonly rule?: string },
	id: string | readonly string[],
): Promise<RuleFile | undefined> {
	if (file === undefined) return undefined;
	// Loaded when it is needed: most servers have no rule file.
	const { readRules } = await import("../../server/rules/read-rules.js");
	const devices = id === "+" ? undefined : new Set([id].flat());
	const read = () => {
		const found = readRules(readTextFile(file, "--rule"), devices);
		if (found.kind === "rules") return found.set;
		throw usage(...found.mistakes.map(({ line, column, what }) => `${file}:${line}:${column}: ${what}`));
	};
	return { set: read(), read };
}

/**
 * Has a server read its rule file again at each SIGHUP. A file with a mistake changes nothing.
 * @param log hears each mistake
 * @returns what ends that
 */
export function reloadAtSignals(
	file: RuleFile,
	server: Pick<Server, "setRules" | "refuseRules">,
	log: (line: string) => void,
): () => void {
	const reload = () => {
		try {
			server.setRules(file.read());
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			for (const line of error.lines) log(line);
			server.refuseRules(error.lines.join("\n"));
		}
	};
	process.on("SIGHUP", reload);
	return () => void process.off("SIGHUP", reload);
}
