import { Command, CommanderError } from "commander";
import { brokerCommand } from "./broker.js";
import { commandCommand } from "./command.js";
import { configCommand } from "./config.js";
import { deviceCommand } from "./device.js";
import { doctorCommand } from "./doctor.js";
import { ExitCode, Failure } from "./failure.js";
import { hubCommand } from "./hub.js";
import { Lifecycle } from "./lifecycle.js";
import { packCommand } from "./pack.js";
import { printable } from "./printable.js";
import { provisionCommand } from "./provision.js";
import { replayCommand } from "./replay.js";
import { sendCommand } from "./send.js";
import { serverCommand } from "./server.js";
import { simulateCommand } from "./simulate.js";
import { upCommand } from "./up.js";
import { version } from "./version.js";
import { watchCommand } from "./watch.js";

/**
 * Runs the command line and ends the process with the contract's exit code.
 * @param words the command and its options, without node and script
 * @param signalled resolves at the first SIGINT or SIGTERM, with its name
 */
export async function main(
	words: readonly string[],
	signalled: Promise<"SIGINT" | "SIGTERM">,
): Promise<void> {
	const lifecycle = new Lifecycle(signalled);
	const program = new Command("nightlight")
		.description("A nightlight over MQTT: simulated device, server, broker.")
		.version(version())
		.helpCommand("help [command]", "say how a command is used");
	/** The command that a wrong word was meant for. */
	let meant = program;
	const commands = [
		upCommand,
		deviceCommand,
		serverCommand,
		brokerCommand,
		watchCommand,
		sendCommand,
		commandCommand,
		simulateCommand,
		hubCommand,
		replayCommand,
		configCommand,
		packCommand,
		provisionCommand,
		doctorCommand,
	];
	for (const command of commands) {
		program.addCommand(command(lifecycle));
	}
	for (const command of [
		program,
		...program.commands,
		...program.commands.flatMap(({ commands }) => commands),
	]) {
		command
			.exitOverride((error) => {
				meant = command;
				throw error;
			})
			.configureOutput({ writeErr: () => {} })
			.showSuggestionAfterError();
	}
	try {
		await program.parseAsync(helpAsOption(words, program), { from: "user" });
	} catch (error) {
		// Whatever has been started goes with the process.
		process.exit(report(error, program, meant));
	}
}

/** `help COMMAND` as `COMMAND --help`, so that an unknown command is told as one. */
function helpAsOption(words: readonly string[], program: Command): string[] {
	const [first, name, ...others] = words;
	if (first !== "help") return [...words];
	if (name === undefined) return ["--help"];
	const isCommand = program.commands.some((command) => command.name() === name);
	return isCommand ? [name, "--help"] : [name, ...others];
}

function report(error: unknown, program: Command, meant: Command): number {
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
	else {
		process.stderr.write(
			`nightlight: ${printable(oneLine(error.message, meant))}; see ${fullName(meant)} --help\n`,
		);
	}
	return ExitCode.USAGE;
}

/** A command with those that it is one of: `nightlight hub send`. */
const fullName = (command: Command): string =>
	command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;

/** How programs like ours take a password on the command line. */
const PASSWORD_OPTION = /'(-P|--(password|passwd|pass|pw))/;

function oneLine(message: string, command: Command): string {
	if (PASSWORD_OPTION.test(message) && command.options.some(({ long }) => long === "--password-file")) {
		return "a password comes from a file (--password-file) or from the environment (NIGHTLIGHT_PASSWORD), never from the command line, which others on this machine can see";
	}
	return (
		message
			.replace(/^error: /, "")
			// What follows may be a secret in the wrong place.
			.replace(/'(--[^'=]+)=[^']*'/, "'$1'")
			.replace(/'(-[^-'])[^']+'/, "'$1'")
			.replace(/\s*\n\s*/g, " ")
			.replace(/\.$/, "")
	);
}
