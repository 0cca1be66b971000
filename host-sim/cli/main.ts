import { Command, CommanderError } from "commander";
import { brokerCommand } from "./broker.js";
import { configCommand } from "./config.js";
import { deviceCommand } from "./device.js";
import { doctorCommand } from "./doctor.js";
import { ExitCode, Failure } from "./failure.js";
import { Lifecycle } from "./lifecycle.js";
import { printable } from "./output.js";
import { replayCommand } from "./replay.js";
import { serverCommand } from "./server.js";
import { simulateCommand } from "./simulate.js";
import { upCommand } from "./up.js";
import { version } from "./version.js";

/**
 * Runs the command line and ends the process with the contract's exit code.
 * @param words the command and its options, without node and script
 * @param signalled resolves at the first SIGINT or SIGTERM
 */
export async function main(words: readonly string[], signalled: Promise<unknown>): Promise<void> {
	const lifecycle = new Lifecycle(signalled);
	const program = new Command("nightlight")
		.description("A nightlight over MQTT: simulated device, server, broker.")
		.version(version())
		.helpCommand(false);
	const commands = [
		upCommand,
		deviceCommand,
		serverCommand,
		brokerCommand,
		simulateCommand,
		replayCommand,
		configCommand,
		doctorCommand,
	];
	for (const command of commands) {
		program.addCommand(command(lifecycle));
	}
	for (const command of [program, ...program.commands]) {
		command
			.exitOverride()
			.configureOutput({ writeErr: () => {} })
			.showSuggestionAfterError();
	}
	try {
		await program.parseAsync([...words], { from: "user" });
	} catch (error) {
		// Whatever has been started goes with the process.
		process.exit(report(error, program));
	}
}

function report(error: unknown, program: Command): number {
	if (error instanceof Failure) {
		for (const line of error.lines) process.stderr.write(`nightlight: ${printable(line)}\n`);
		return error.exitCode;
	}
	if (!(error instanceof CommanderError)) {
		// A mistake of ours: the stack is what helps.
		process.stderr.write(`nightlight: ${error instanceof Error ? error.stack : String(error)}\n`);
		return ExitCode.FAILED;
	}
	if (error.exitCode === 0) return ExitCode.DONE;
	if (error.code === "commander.help") process.stderr.write(program.helpInformation());
	else process.stderr.write(`nightlight: ${printable(oneLine(error.message))}; see nightlight --help\n`);
	return ExitCode.USAGE;
}

const oneLine = (message: string): string =>
	message
		.replace(/^error: /, "")
		// What follows may be a secret in the wrong place.
		.replace(/'(--[^'=]+)=[^']*'/, "'$1'")
		.replace(/\s*\n\s*/g, " ")
		.replace(/\.$/, "");
