import { isIP } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ID_RULE, isId, MOST_DEVICES, whole } from "./options.js";

/** Options of `nightlight provision`. */
export interface ProvisionOptions {
	/** Devices with their groups; `undefined`: the groups are not named. */
	readonly device?: ReadonlyMap<string, readonly string[] | undefined>;
	readonly devices?: number;
	/** What the ids of `devices` begin with. */
	readonly id?: string;
	readonly out: string;
	/** Names and addresses of the broker. */
	readonly host?: readonly string[];
	readonly port?: number;
	readonly days: number;
	/** Further operators. */
	readonly operator?: readonly string[];
	readonly revoke?: readonly string[];
}

type Devices = ReadonlyMap<string, readonly string[] | undefined>;

/** As a device's configuration has it: `groups` in firmware/config.ts. */
const MOST_GROUPS = 8;
const isGroup = (name: string): boolean => isId(name) && name.length <= 32;

/** Adds a device to those so far. */
const device = (text: string, others: Devices = new Map()): Devices => {
	const [id = "", list, ...rest] = text.split(":");
	const groups = list?.split(",").filter((name) => name !== "");
	if (!isId(id) || rest.length > 0 || groups?.some((name) => !isGroup(name)))
		throw new InvalidArgumentError(`It must be ID[:GROUP,...], each name ${ID_RULE}, a group's at most 32.`);
	if (others.has(id)) throw new InvalidArgumentError("The device is named already.");
	const own = groups && [...new Set(groups)];
	if (own !== undefined && own.length > MOST_GROUPS)
		throw new InvalidArgumentError(`A device is in ${MOST_GROUPS} groups at most.`);
	return new Map([...others, [id, own]]);
};

const HOST_NAME =
	/^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/** Adds a host to those so far. */
const host = (text: string, others: readonly string[] = []): readonly string[] => {
	const name = text.replace(/^\[(.*)\]$/, "$1");
	// A zone, as in fe80::1%eth0, is this machine's own word: no certificate has one.
	if (name.includes("%") || (isIP(name) === 0 && !HOST_NAME.test(name)))
		throw new InvalidArgumentError("It must be a name or an IP address, without a port and a zone.");
	return [...new Set([...others, name])];
};

const named = (text: string, others: readonly string[] = []): readonly string[] => {
	if (!isId(text)) throw new InvalidArgumentError(`It must be ${ID_RULE}.`);
	return [...new Set([...others, text])];
};

export const withProvision = (command: Command): Command =>
	command
		.addOption(
			new Option("--device <id>", "ID[:GROUP,...]: a device, and its groups; may be given again").argParser(
				device,
			),
		)
		.addOption(
			new Option(
				"--devices <count>",
				"as many devices as nightlight up --devices runs: ID-1, ID-2 ...",
			).argParser(whole(1, MOST_DEVICES)),
		)
		.addOption(
			new Option("--id <id>", "what the ids of --devices begin with (default: nightlight)").argParser(
				(text: string) => named(text)[0],
			),
		)
		.addOption(
			new Option(
				"--operator <name>",
				"an operator beside the one that there always is: each certificate lets in one connection at a time; may be given again",
			).argParser(named),
		)
		.option("--out <folder>", "the folder of certificates, keys and configurations", "access")
		.addOption(
			new Option(
				"--host <name>",
				"a name or address of the broker, the first for its clients; may be given again (default: those so far, else 127.0.0.1 and localhost)",
			).argParser(host),
		)
		.addOption(
			new Option("--port <port>", "the broker's port (default: the one so far, else 8883)").argParser(
				whole(1, 65_535),
			),
		)
		.addOption(
			new Option("--days <count>", "how long certificates hold that are made now")
				.argParser(whole(1, 3650))
				.default(365),
		)
		.addOption(
			new Option(
				"--revoke <id>",
				"a device, operator, server or page whose certificates hold no longer; may be given again",
			).argParser(named),
		);
