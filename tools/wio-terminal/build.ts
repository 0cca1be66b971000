/**
 * `npm run build:wio-terminal [FOLDER]`: the flashable image of the Wio Terminal, `nightlight-wio-terminal.uf2` and
 * `.bin`, in FOLDER or `dist`, and how the flash is shared out.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWioTerminal, ledgerLines } from "../../host-sim/wio-terminal/build.js";

const NAME = "nightlight-wio-terminal";
const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(folder = DIST): Promise<void> {
	const { bin, uf2, ledger } = await buildWioTerminal(say);
	mkdirSync(folder, { recursive: true });
	for (const [ending, bytes] of [
		["uf2", uf2],
		["bin", bin],
	] as const) {
		const file = join(folder, `${NAME}.${ending}`);
		writeFileSync(file, bytes);
		say(`${file}: ${bytes.length.toLocaleString("en")} bytes`);
	}
	for (const line of ledgerLines(ledger)) say(line);
}

main(process.argv[2]).catch((error: Error) => {
	process.stderr.write(`error: ${error.message}\n`);
	process.exitCode = 1;
});
