import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cached } from "../cache.js";
import { endWithProcess } from "../child.js";
import { EngineError } from "../failure.js";

const INSTALL = "apt-get install gcc make";

/** The folder of npm's `@agoric/xsnap`, which holds the engine's C sources. */
const PACKAGE = dirname(createRequire(import.meta.url).resolve("@agoric/xsnap/package.json"));

const PROGRAM = join("bin", "lin", "release", "xsnap-worker");

/**
 * The XS worker's program, compiled when it is first needed (about a minute) and kept.
 * @param log hears, in a line, that it takes its time
 * @throws EngineError without a compiler, or when compiling fails
 */
export async function xsWorker(log: (line: string) => void): Promise<string> {
	if (process.platform !== "linux") throw new EngineError("--engine xs runs on Linux only");
	const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { version: string };
	const folder = await cached({
		kind: "xs-worker",
		key: `${version}-${process.arch}`,
		exists: (folder) => existsSync(join(folder, PROGRAM)),
		build: async (folder) => {
			checkTools();
			log("Compiling XS; this happens once and takes about a minute");
			await make(folder, version);
		},
	});
	return join(folder, PROGRAM);
}

/** What compiles XS; make takes the compiler from the environment, too, where words may follow it. */
const tools = () => ["make", (process.env.CC || "cc").trim().split(/\s+/)[0] as string];

/** @throws EngineError when something is missing */
function checkTools(): void {
	for (const tool of tools()) {
		const { error } = spawnSync(tool, ["--version"], { stdio: "ignore" });
		if (error !== undefined) throw new EngineError(`no ${tool}, to compile XS for --engine xs: ${INSTALL}`);
	}
}

/**
 * Compiles the worker into a folder. Make cannot have a space in a path: it sees both folders by links.
 * @throws EngineError with make's own line when that fails
 */
async function make(folder: string, version: string): Promise<void> {
	const links = mkdtempSync(join(tmpdir(), "nightlight-xs-"));
	try {
		const [sources, results] = [join(links, "xsnap"), join(links, "build")];
		symlinkSync(PACKAGE, sources);
		symlinkSync(folder, results);
		// Its rules do not say that objects need their folder: with several compilers at once one may be first.
		mkdirSync(join(folder, "tmp/lin/release/xsnap-worker"), { recursive: true });
		mkdirSync(join(folder, dirname(PROGRAM)), { recursive: true });
		await runMake(sources, results, version);
	} finally {
		rmSync(links, { recursive: true, force: true });
	}
}

function runMake(sources: string, results: string, version: string): Promise<void> {
	const native = join(sources, "xsnap-native/xsnap");
	const words = [
		"-s",
		`-j${availableParallelism()}`,
		"-f",
		"xsnap-worker.mk",
		"GOAL=release",
		`MODDABLE=${join(sources, "moddable")}`,
		`TLS_DIR=${join(native, "sources")}`,
		`BUILD_DIR=${results}`,
		`XSNAP_VERSION=${version}`,
	];
	const cwd = join(native, "makefiles/lin");
	return new Promise((resolve, reject) => {
		const child = spawn("make", words, { cwd, stdio: ["ignore", "ignore", "pipe"] });
		// It starts no further compiler then.
		endWithProcess(child, "SIGTERM");
		let errors = "";
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			errors = (errors + text).slice(-4000);
		});
		child.once("error", (error) => reject(new EngineError(`XS does not compile: ${error.message}`)));
		child.once("close", (code) => {
			if (code === 0) return resolve();
			const lines = errors.split("\n").filter((text) => text.trim() !== "");
			const others = lines.filter((text) => !text.startsWith("make"));
			const line =
				lines.find((text) => /not found|No such file/.test(text)) ??
				others.find((text) => /error/i.test(text)) ??
				others[0] ??
				lines[0] ??
				`make ended with ${code}`;
			const advice = /not found|No such file/.test(line) ? `; a compiler comes with ${INSTALL}` : "";
			reject(new EngineError(`XS does not compile: ${line.trim()}${advice}`));
		});
	});
}
