import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { mosquittoPath, pythonWithPaho } from "../support/requires.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const HEAD = `# Soak

Written by \`npm run soak -- … --results test/soak/RESULTS.md\` (docs/testing.md), a section a command: what its last run came to.

All go through one Mosquitto, which saves its state every second, and one proxy. Devices and peers have at most 64 messages under way; the subscriber of the peers acknowledges a message when it has stored it. "Lost with the memory of a killed process": what no store had yet when the process was killed; of a device the last 16 readings at most. "Lost otherwise": the sender had it stored, or was not killed. "Out of order": the first copy came behind a later message.
`;

/** The page with a command's figures in place of those it had, or behind the others. */
export function refresh(page: string, command: string, figures: readonly string[]): string {
	const [head = HEAD, ...sections] = page === "" ? [] : page.split(/^(?=## )/m);
	const heading = `## \`${command}\`\n`;
	const fresh = `${heading}\n${figures.join("\n").trimEnd()}\n`;
	const index = sections.findIndex((section) => section.startsWith(heading));
	if (index < 0) sections.push(fresh);
	else sections[index] = fresh;
	return [head, ...sections].map((section) => `${section.trimEnd()}\n`).join("\n");
}

/** What a run ran on: commit, date, versions. */
export function circumstances(): string {
	const mosquitto = String(spawnSync(mosquittoPath ?? "", ["-h"]).stdout ?? "").match(/[\d.]+/)?.[0];
	const paho = spawnSync(pythonWithPaho ?? "", ["-c", "import paho.mqtt; print(paho.mqtt.__version__)"]);
	const { version } = JSON.parse(readFileSync(`${ROOT}node_modules/mqtt/package.json`, "utf8"));
	return [
		`${commit()}, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}`,
		`Mosquitto ${mosquitto}, MQTT.js ${version}, Paho ${String(paho.stdout ?? "").trim()}`,
		`${availableParallelism()} cores`,
	].join(", ");
}

function commit(): string {
	try {
		return execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim();
	} catch {
		return "no git";
	}
}
