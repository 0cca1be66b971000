import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { Program } from "../../support/processes.js";
import { compiler, describeWith } from "../../support/requires.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const parent = mkdtempSync(join(tmpdir(), "nightlight-spaces-"));
/** As much of a checkout as building the XS worker takes, in a folder that make cannot name. */
const checkout = join(parent, "a 'quoted' $HOME checkout");
for (const part of ["host-sim/engines", "node_modules/@agoric/xsnap", "package.json", "tsconfig.json"]) {
	mkdirSync(dirname(join(checkout, part)), { recursive: true });
	cpSync(join(ROOT, part), join(checkout, part), { recursive: true, dereference: true });
}

/** A compiler's stand-in: make is the real one, and so are its rules; objects are empty, as compiling takes a minute. */
const compilerThat = (name: string, does: string): string => {
	const path = join(parent, name);
	writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && exit\n${does}\n`);
	chmodSync(path, 0o755);
	return path;
};

async function build(cc: string, cache: string) {
	const script = `
		import { xsWorker } from "./host-sim/engines/xs/build-worker.ts";
		console.log(await xsWorker(() => {}).catch((error) => error.message));
	`;
	const words = ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", script];
	const env = { ...process.env, CC: cc, NIGHTLIGHT_CACHE: join(checkout, cache) };
	const program = new Program(process.execPath, words, { cwd: checkout, env });
	await program.exited;
	return program.lines.join("\n") + program.errors;
}

describeWith([compiler], "a checkout whose path has a space", () => {
	it("builds XS", async () => {
		const cc = compilerThat("cc", 'for word in "$@"; do [ "$last" = -o ] && : > "$word"; last=$word; done');
		expect(await build(cc, "cache")).toMatch(
			/ checkout\/cache\/xs-worker-[^/]*\/bin\/lin\/release\/xsnap-worker$/,
		);
	}, 60_000);

	it("shows the compiler's own line when it fails, not advice", async () => {
		const cc = compilerThat("bad-cc", 'echo "xsAll.c:7: the disk is on fire" >&2; exit 1');
		expect(await build(cc, "other cache")).toBe("XS does not compile: xsAll.c:7: the disk is on fire");
	}, 60_000);
});
