import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";

/**
 * Runs `"$0" "$@"` in the shell's own process, and, where there is util-linux, has the kernel end it
 * when its parent has ended, however that was (prctl(2), PR_SET_PDEATHSIG).
 */
const BOUND_TO_PARENT = `
	if setpriv --pdeathsig KILL true 2>/dev/null; then exec setpriv --pdeathsig KILL "$0" "$@"; fi
	exec "$0" "$@"`;

/** What is to end with this process. */
const running = new Map<ChildProcess, NodeJS.Signals>();
process.on("exit", () => {
	for (const [child, signal] of running) child.kill(signal);
});

/** Has a child end when this process exits, by this signal. */
export function endWithProcess(child: ChildProcess, signal: NodeJS.Signals): void {
	running.set(child, signal);
	child.once("close", () => running.delete(child));
}

/**
 * Starts an engine's program. It does not outlive this process, and it does not hear the terminal's
 * Ctrl-C: the firmware in it is to say goodbye first.
 */
export function spawnEngine(
	program: string,
	words: readonly string[],
	stdio: readonly ("ignore" | "pipe")[],
): ChildProcess {
	const child = spawn("/bin/sh", ["-c", BOUND_TO_PARENT, program, ...words], {
		stdio: [...stdio] as StdioOptions,
		detached: true,
	});
	endWithProcess(child, "SIGKILL");
	return child;
}
