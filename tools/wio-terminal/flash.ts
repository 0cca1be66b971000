/**
 * `npm run flash:wio-terminal [-- --file FILE]`: copies an image to a Wio Terminal, whose boot loader shows itself as a
 * USB drive. `--drives FOLDER`, any number of times, says where drives appear; `--wait SECONDS` how long to wait for one
 * (60); `--bossac PORT` flashes over that serial port instead. Exits with 0, with 1 when it could not be done, and with 2
 * for a wrong option or file.
 */
import { parseArgs } from "node:util";
import { Failure, usage } from "../../host-sim/cli/failure.js";
import { flashByBossac, flashByDrive, IMAGE } from "../../host-sim/wio-terminal/flash.js";

const OPTIONS = {
	file: { type: "string" },
	drives: { type: "string", multiple: true },
	wait: { type: "string" },
	bossac: { type: "string" },
} as const;

function readOptions() {
	try {
		return parseArgs({ options: OPTIONS }).values;
	} catch (error) {
		throw usage((error as Error).message);
	}
}

async function main(): Promise<void> {
	const { file = IMAGE, drives, wait = "60", bossac } = readOptions();
	const seconds = Number(wait);
	if (wait.trim() === "" || !(seconds >= 0)) throw usage(`--wait must be seconds, got "${wait}"`);
	const log = (line: string): void => void process.stdout.write(`${line}\n`);
	if (bossac !== undefined) await flashByBossac(file, bossac, log);
	else
		await flashByDrive({ file, wait: seconds * 1000, log, ...(drives !== undefined && { places: drives }) });
}

main().catch((error: Error) => {
	process.stderr.write(`error: ${error.message}\n`);
	process.exitCode = error instanceof Failure ? error.exitCode : 1;
});
