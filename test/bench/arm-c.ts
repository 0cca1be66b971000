import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { boardFiles, COMMON, linkerScripts, MPS2_AN386 } from "../../host-sim/engines/arm/boards.js";
import { seamHeader } from "../../host-sim/engines/arm/generate.js";
import { ARM_GCC, CHIP_FLAGS, filesOf, LINK_FLAGS, run } from "../../host-sim/engines/arm/toolchain.js";
import { cached } from "../../host-sim/engines/cache.js";

const CLIENT = fileURLToPath(new URL("arm-c", import.meta.url));
/** Of the board: start-up, and the way to the simulator's hardware. Nothing of the engine. */
const BOARD_PARTS = ["chip.c", "hal-bridge.c", "startup.c", "uart.c", "vectors.c"];
const LWIP_PARTS = [
	"apps/mqtt/mqtt.c",
	...["altcp", "altcp_alloc", "def", "mem", "memp", "pbuf", "ipv4/ip4_addr"].map((name) => `core/${name}.c`),
];

/** Of Debian's package debian-archive-keyring, which every Debian has. */
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * lwIP's `src` folder: Debian's source package, from wherever this machine gets its packages.
 * @throws Error where there is no Debian, or no network
 */
async function lwipSources(): Promise<string> {
	const build = async (folder: string): Promise<void> => {
		const format = "$(REPO_URI) $(CODENAME) $(COMPONENT)";
		const words = ["indextargets", "--format", format, "Created-By: Packages", "Label: Debian"];
		const main = (await run("apt-get", words, folder)).split("\n").find((line) => / main$/.test(line));
		if (main === undefined) throw new Error("no Debian to get lwIP's source from");
		const [uri, codename] = main.split(" ");
		writeFileSync(join(folder, "sources.list"), `deb-src [signed-by=${KEYRING}] ${uri} ${codename} main\n`);
		for (const name of ["lists/partial", "archives/partial"])
			mkdirSync(join(folder, name), { recursive: true });
		const own = {
			"Dir::Etc::SourceList": join(folder, "sources.list"),
			"Dir::Etc::SourceParts": "/dev/null",
			"Dir::State::Lists": join(folder, "lists"),
			"Dir::Cache": folder,
		};
		const options = Object.entries(own).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
		await run("apt-get", [...options, "update"], folder);
		await run("apt-get", [...options, "source", "--download-only", "lwip"], folder);
		const archive = readdirSync(folder).find((name) => name.includes(".orig.tar"));
		await run("tar", ["xf", archive as string, "--strip-components=1"], folder);
		for (const name of ["lists", "archives"]) rmSync(join(folder, name), { recursive: true });
	};
	const folder = await cached({ kind: "lwip", key: "source", exists: existsSync, build });
	return join(folder, "src");
}

/**
 * Builds the C client of the nightlight's job, as the firmware's engine is built.
 * @param folder where to build it
 * @returns the program for QEMU
 */
export async function buildCClient(folder: string): Promise<string> {
	const lwip = await lwipSources();
	writeFileSync(join(folder, "seam.h"), seamHeader());
	const sources = [
		...filesOf(CLIENT, ".c"),
		...boardFiles(MPS2_AN386, ".c").filter((file) => BOARD_PARTS.includes(basename(file))),
		...LWIP_PARTS.map((name) => join(lwip, name)),
	];
	const includes = [CLIENT, folder, COMMON, MPS2_AN386.folder, join(lwip, "include")].map(
		(name) => `-I${name}`,
	);
	const memory = [
		"-Wl,--defsym=C_STACK_SIZE=8192",
		"-Wl,--defsym=HEAP_SIZE=2048",
		...linkerScripts(MPS2_AN386).flatMap((script) => ["-T", script]),
	];
	const elf = join(folder, "client.elf");
	await run(
		ARM_GCC,
		[...CHIP_FLAGS, "-w", ...includes, ...LINK_FLAGS, ...memory, "-o", elf, ...sources],
		folder,
	);
	return elf;
}
