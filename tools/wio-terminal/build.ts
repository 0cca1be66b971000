/**
 * `npm run build:wio-terminal [FOLDER]`: the flashable image of the Wio Terminal, `nightlight-wio-terminal.uf2` and
 * `.bin`, and its self-test, `nightlight-wio-selftest.uf2`, in FOLDER or `dist`, and how the image's flash is shared out.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWioTerminal, ledgerLines, versionOf } from "../../host-sim/wio-terminal/build.js";
import { buildSelftest } from "../../host-sim/wio-terminal/selftest.js";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(folder = DIST): Promise<void> {
	const { bin, uf2, ledger } = await buildWioTerminal(say);
	const selftest = await buildSelftest(versionOf());
	mkdirSync(folder, { recursive: true });
	for (const [name, bytes] of [
		["nightlight-wio-terminal.uf2", uf2],
		["nightlight-wio-terminal.bin", bin],
		["nightlight-wio-selftest.uf2", selftest.uf2],
	] as const) {
		const file = join(folder, name);
		writeFileSync(file, bytes);
		say(`${file}: ${bytes.length.toLocaleString("en")} bytes`);
	}
	for (const line of ledgerLines(ledger)) say(line);
}

main(process.argv[2]).catch((error: Error) => {
	process.stderr.write(`error: ${error.message}\n`);
	process.exitCode = 1;
});
