import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** A program that some tests need and npm cannot bring. */
export interface Requirement {
	readonly name: string;
	/** The line that installs it. */
	readonly install: string;
	readonly isThere: () => boolean;
}

const answers = (command: string, ...words: readonly string[]): boolean =>
	spawnSync(command, words, { stdio: "ignore" }).error === undefined;

/** Debian keeps daemons where a user's PATH may not look. */
const MOSQUITTO_PATHS = ["mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"];

/** The Mosquitto broker's program; `undefined` when there is none. */
export const mosquittoPath = MOSQUITTO_PATHS.find((path) => answers(path, "-h"));

export const mosquitto: Requirement = {
	name: "Mosquitto",
	install: "apt-get install mosquitto mosquitto-clients",
	isThere: () => mosquittoPath !== undefined && answers("mosquitto_pub", "--help"),
};

/** An oracle for certificates. */
export const openssl: Requirement = {
	name: "OpenSSL's program",
	install: "apt-get install openssl",
	isThere: () => answers("openssl", "version"),
};

export const compiler: Requirement = {
	name: "A C compiler",
	install: "apt-get install gcc make",
	isThere: () => answers("cc", "--version") && answers("make", "--version"),
};

export const armTools: Requirement = {
	name: "The ARM compiler or QEMU",
	install: "apt-get install gcc gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm",
	isThere: () =>
		["gcc", "arm-none-eabi-gcc", "qemu-system-arm"].every((command) => answers(command, "--version")),
};

/** What emulates the Wio Terminal, and what compiles programs for its chip. */
export const wioTools: Requirement = {
	name: "Unicorn or the ARM compiler",
	install: "apt-get install gcc libc6-dev libunicorn-dev gcc-arm-none-eabi",
	isThere: () =>
		answers("arm-none-eabi-gcc", "--version") &&
		spawnSync("gcc", ["-E", "-include", "unicorn/unicorn.h", "-xc", "/dev/null"], { stdio: "ignore" })
			.status === 0,
};

/** A Python that has Paho: the one on the PATH, or Debian's own. */
export const pythonWithPaho = ["python3", "/usr/bin/python3"].find(
	(python) => spawnSync(python, ["-c", "import paho.mqtt.client"], { stdio: "ignore" }).status === 0,
);

export const paho: Requirement = {
	name: "Paho for Python",
	install: "apt-get install python3-paho-mqtt",
	isThere: () => pythonWithPaho !== undefined,
};

/** A Python that has pseudo-terminals, which Windows has not. */
export const python: Requirement = {
	name: "Python with pseudo-terminals",
	install: "apt-get install python3",
	isThere: () => spawnSync("python3", ["-c", "import pty, termios"], { stdio: "ignore" }).status === 0,
};

const NATS_PATHS = ["nats-server", "/usr/sbin/nats-server", "/usr/local/bin/nats-server"];

/** The NATS server's program; `undefined` when there is none. */
export const natsPath = NATS_PATHS.find((path) => answers(path, "--version"));

export const natsServer: Requirement = {
	name: "nats-server",
	install: "apt-get install --no-install-recommends nats-server",
	isThere: () => natsPath !== undefined,
};

/** Debian's script on the PATH runs the system's node, as a user of its own; this is the one behind it. */
const RABBITMQ_PATHS = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server"];

/** The script that starts RabbitMQ; `undefined` when there is none. */
export const rabbitmqPath = RABBITMQ_PATHS.find((path) => existsSync(path));

export const rabbitmqServer: Requirement = {
	name: "RabbitMQ",
	install: "apt-get install --no-install-recommends rabbitmq-server",
	isThere: () => rabbitmqPath !== undefined,
};

/**
 * A `describe` whose tests need programs. Where one is missing they are skipped, and the line that
 * installs it is shown; with CI=true, where nothing may be missing, they fail.
 */
export function describeWith(requirements: readonly Requirement[], name: string, tests: () => void): void {
	const missing = requirements.filter(({ isThere }) => !isThere());
	if (missing.length === 0) {
		describe(name, tests);
		return;
	}
	const hint = missing.map((one) => `${one.name} is missing: ${one.install}`).join("; ");
	if (process.env.CI === "true") {
		describe(name, () => it("finds what it needs", () => expect.fail(hint)));
		return;
	}
	describe.skip(name, () => {
		it.skip(hint, () => {});
	});
}
