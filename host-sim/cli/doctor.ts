import { Command } from "commander";
import { jsonLine } from "./events.js";
import { examine, type Finding, isReady, TARGETS } from "./targets.js";

/** `nightlight doctor` */
export const doctorCommand = (): Command =>
	new Command("doctor")
		.description("what is installed for which target, and the line that installs what is missing")
		.option("--json", "print a JSON object a line")
		.action((options: { readonly json?: true }) => {
			for (const target of TARGETS) {
				const findings = examine(target);
				if (options.json) {
					for (const finding of findings) {
						const event = { source: "doctor", event: "doctor", target: target.name, ...finding } as const;
						process.stdout.write(`${jsonLine(event)}\n`);
					}
					continue;
				}
				process.stdout.write(`${isReady(findings) ? "ready" : "not yet"}: ${target.name}\n`);
				for (const finding of findings) process.stdout.write(`  ${describe(finding)}\n`);
			}
		});

const describe = ({ name, found, wrong, install }: Finding): string =>
	found === undefined ? `${name}: missing; ${install}` : `${name}: ${[found, wrong ?? []].flat().join("; ")}`;
