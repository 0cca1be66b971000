import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import type { Config } from "../../firmware/config.js";
import { type BrokerAccess, readAccess } from "../access/read-access.js";
import { areOnePair } from "../certificates/fitness.js";
import type { Certificates } from "./certificates.js";
import { Mistakes, usage } from "./failure.js";
import type { Settings } from "./settings.js";

/** How the parts of one process log in at their broker, each with its own certificate. */
export interface Logins {
	/** Of the server, at a broker that is reached by this configuration. */
	server(settings: Settings): Pick<Settings, "config" | "certificates">;
	/** Of a device: it is in the groups that the folder has. */
	device(config: Config): Pick<Settings, "config" | "certificates">;
}

/**
 * The logins of a folder that `nightlight provision` made.
 * @param address that clients of this process reach the broker by
 * @throws Failure for a folder that cannot be used or lacks one of the devices, with a line for each mistake
 */
export function accessLogins(folder: string, devices: readonly string[], address: string): Logins {
	const access = readAccess(folder);
	const mistakes = new Mistakes();
	const serverName = nameOf(access, folder, address, mistakes);
	const certificates = new Map<string, Certificates>();
	for (const name of ["server", ...devices]) {
		const own = mistakes.attempt(() => pairOf(folder, name, access));
		if (own !== undefined)
			certificates.set(name, { ...own, ca: access.ca, ...(serverName !== undefined && { serverName }) });
	}
	if (mistakes.lines.length > 0) throw usage(...mistakes.lines);
	const of = (name: string) => certificates.get(name) as Certificates;
	return {
		server: ({ config }) => ({ config, certificates: of("server") }),
		device: (config) => ({
			config: { ...config, groups: access.records.devices.get(config.id) ?? [] },
			certificates: of(config.id),
		}),
	};
}

/** The name that the broker proves to have, if its certificate is not for the address. */
function nameOf({ records: { hosts } }: BrokerAccess, folder: string, address: string, { lines }: Mistakes) {
	if (hosts.includes(address)) return undefined;
	const name = hosts.find((host) => isIP(host) === 0);
	if (name === undefined)
		lines.push(
			`--access ${folder}: the broker's certificate is for ${hosts.join(", ")}, but it is reached by ${address}; give --host, here or to nightlight provision`,
		);
	return name;
}

function pairOf(folder: string, name: string, { records }: BrokerAccess) {
	if (name !== "server" && !records.devices.has(name))
		throw usage(
			`--access ${folder}: it has no device ${name}; nightlight provision --out ${folder} --device ${name} makes it one`,
		);
	try {
		const [cert, key] = ["pem", "key"].map((kind) => readFileSync(join(folder, `${name}.${kind}`), "utf8"));
		if (cert !== undefined && key !== undefined && areOnePair({ cert, key })) return { cert, key };
	} catch {
		// What is missing is said below.
	}
	throw usage(
		`--access ${folder}: ${name}.pem and ${name}.key are no certificate and its key; nightlight provision --out ${folder} makes them`,
	);
}
