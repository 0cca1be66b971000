import { spawnSync } from "node:child_process";
import { type Found, findEspIdf, findModdable, findModdableTools } from "./sdk.js";

/** A thing that a target needs beyond npm's packages. */
interface Need {
	readonly name: string;
	/** What is there, in words alone when nothing can be wrong with it; `undefined` when it is missing. */
	readonly find: () => Found | string | undefined;
	/** The line that installs it. */
	readonly install: string;
}

/** Something one can do with Nightlight. */
export interface Target {
	readonly name: string;
	readonly needs: readonly Need[];
}

/** What was looked for, and what was found. */
export interface Finding {
	readonly name: string;
	readonly found?: string;
	/** Why what was found is not fit, and what to do. */
	readonly wrong?: string;
	readonly install: string;
}

/** The version that a program says it has, or its first line; `undefined` when there is no such program. */
function program(command: string, ...words: readonly string[]): string | undefined {
	const { error, stdout, stderr } = spawnSync(command, words, { encoding: "utf8", timeout: 10_000 });
	if (error !== undefined) return undefined;
	const text = `${stdout}${stderr}`.trim();
	return /\b\d+\.\d+(\.\d+)*/.exec(text)?.[0] ?? (text.split("\n")[0] || "there").slice(0, 60);
}

/** What a program prints on standard output, if it ends well. */
function output(command: string, ...words: readonly string[]): string | undefined {
	const { status, stdout } = spawnSync(command, words, { encoding: "utf8", timeout: 10_000 });
	return status === 0 ? stdout.trim() : undefined;
}

/** Whether the C compiler finds Unicorn's header. */
function unicorn(): string | undefined {
	const words = ["-E", "-include", "unicorn/unicorn.h", "-xc", "/dev/null"];
	return spawnSync("cc", words, { stdio: "ignore", timeout: 10_000 }).status === 0 ? "there" : undefined;
}

const apt = (...packages: readonly string[]): string => `apt-get install ${packages.join(" ")}`;

const SDK_SETUP = "npx xs-dev setup --target-branch 8.2.3";

const MODDABLE: readonly Need[] = [
	{
		name: "Moddable SDK",
		install: `${SDK_SETUP}, then a new shell, so that MODDABLE is set`,
		find: () => findModdable(),
	},
	{
		name: "its tools",
		install: "make -C $MODDABLE/build/makefiles/lin",
		find: () => findModdableTools(),
	},
];

/** What one can do, from the least to the most that it takes. */
export const TARGETS: readonly Target[] = Object.freeze([
	{
		name: "the simulator on Node",
		needs: [
			{ name: "Node", install: "Node 20 or later from https://nodejs.org", find: () => process.version },
		],
	},
	{
		name: "all tests",
		needs: [
			{
				name: "Mosquitto",
				install: apt("mosquitto"),
				find: () => program("mosquitto", "-h") ?? program("/usr/sbin/mosquitto", "-h"),
			},
			{
				name: "its clients",
				install: apt("mosquitto-clients"),
				find: () => program("mosquitto_pub", "--help"),
			},
			{
				name: "Paho for Python",
				install: apt("python3-paho-mqtt"),
				find: () =>
					["python3", "/usr/bin/python3"]
						.map((python) => output(python, "-c", "import paho.mqtt as p; print(p.__version__)"))
						.find((version) => version !== undefined),
			},
		],
	},
	{
		name: "XS on this machine (--engine xs)",
		needs: [
			{ name: "C compiler", install: apt("gcc", "libc6-dev"), find: () => program("cc", "--version") },
			{ name: "make", install: apt("make"), find: () => program("make", "--version") },
		],
	},
	{
		name: "an ARM image in QEMU (--engine arm)",
		needs: [
			{ name: "C compiler", install: apt("gcc", "libc6-dev"), find: () => program("cc", "--version") },
			{
				name: "ARM compiler",
				install: apt("gcc-arm-none-eabi", "libnewlib-arm-none-eabi"),
				find: () => program("arm-none-eabi-gcc", "--version"),
			},
			{ name: "QEMU", install: apt("qemu-system-arm"), find: () => program("qemu-system-arm", "--version") },
		],
	},
	{
		name: "a Wio Terminal on its emulated chip (--engine wio)",
		needs: [
			{
				name: "ARM compiler and QEMU",
				install: apt("gcc-arm-none-eabi", "libnewlib-arm-none-eabi", "qemu-system-arm"),
				find: () => program("arm-none-eabi-gcc", "--version") && program("qemu-system-arm", "--version"),
			},
			{
				name: "Unicorn",
				install: apt("gcc", "libc6-dev", "libunicorn-dev"),
				find: () => output("pkg-config", "--modversion", "unicorn") ?? unicorn(),
			},
		],
	},
	{
		name: "firmware and self-test under the Moddable SDK on Linux",
		needs: [
			...MODDABLE,
			{
				name: "GLib",
				install: apt("gcc", "libglib2.0-dev", "pkg-config"),
				find: () => output("pkg-config", "--modversion", "gio-2.0"),
			},
		],
	},
	{
		name: "firmware and self-test on an ESP32",
		needs: [...MODDABLE, { name: "ESP-IDF", install: "docs/esp32.md, Set up", find: () => findEspIdf() }],
	},
]);

/** Looks for what a target needs. */
export const examine = (target: Target): Finding[] =>
	target.needs.map(({ name, install, find }) => {
		const found = find();
		if (found === undefined) return { name, install };
		if (typeof found === "string") return { name, found, install };
		const { what, wrong } = found;
		return { name, found: what, ...(wrong !== undefined && { wrong }), install };
	});

/** Whether a target has all it needs. */
export const isReady = (findings: readonly Finding[]): boolean =>
	findings.every(({ found, wrong }) => found !== undefined && wrong === undefined);
