import { isIP } from "node:net";
import { FolderError } from "../access/folder-error.js";
import { listenAddress } from "../access/listen-address.js";
import { type Provided, provision, RENEWAL_DAYS, recordsIn } from "../access/provision.js";
import { NO_RECORDS, type Records } from "../access/records.js";
import { isReserved, OPERATOR } from "../access/table.js";
import { lockFolder } from "../certificates/folder-lock.js";
import { PrivateFolder } from "../certificates/private-folder.js";
import { codeOf, ExitCode, Failure, usage } from "./failure.js";
import { DEFAULT_ID } from "./identity.js";
import { ID_RULE, isId } from "./options.js";
import { printable } from "./printable.js";
import type { ProvisionOptions } from "./provision-options.js";
import { shellWord } from "./shell-word.js";

/**
 * Brings a folder of certificates to what is wanted, and says how it is.
 * @throws Failure if the folder cannot be used, or the options do not go together
 */
export async function runProvision(options: ProvisionOptions): Promise<void> {
	const { out, days, revoke = [], operator: operators = [] } = options;
	try {
		const folder = new PrivateFolder(out);
		const lock = lockFolder(folder);
		if (typeof lock === "number")
			throw new FolderError(
				`another nightlight provision is at work there (process ${lock}): wait for it, or remove the file lock if it is none`,
			);
		try {
			const kept = recordsIn(folder);
			const records = withHosts(kept ?? NO_RECORDS, options);
			const devices = devicesOf(options);
			check({ records, devices, operators, revoke });
			if (kept === undefined && devices.size === 0)
				throw usage("there is no device yet: name one with --device, or several with --devices");
			folder.close();
			const wanted = { records, devices, operators, revoked: revoke, days };
			print(report(out, records.hosts, revoke, await provision(folder, wanted)));
		} finally {
			lock();
		}
	} catch (error) {
		if (error instanceof FolderError) throw usage(`--out ${out}: ${error.message}`);
		if (error instanceof Failure || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
		throw new Failure(
			ExitCode.FAILED,
			`--out ${out}: cannot be used (${codeOf(error)}); name a folder that is yours, on a disk with room`,
		);
	}
}

const print = (lines: readonly string[]): void => {
	for (const line of lines) process.stdout.write(`${printable(line)}\n`);
};

const withHosts = (records: Records, { host, port }: ProvisionOptions): Records => ({
	...records,
	hosts: host ?? records.hosts,
	port: port ?? records.port,
});

type Devices = ReadonlyMap<string, readonly string[] | undefined>;

/** The devices that the options name. @throws Failure for `--id` without `--devices`, and an id that gets too long */
function devicesOf({ device = new Map(), devices, id }: ProvisionOptions): Devices {
	if (devices === undefined) {
		if (id !== undefined) throw usage(`--id is for --devices: name the one device with --device ${id}`);
		return device;
	}
	const first = id ?? DEFAULT_ID;
	// As nightlight up --devices makes them.
	const ids =
		devices === 1 ? [first] : Array.from({ length: devices }, (_, index) => `${first}-${index + 1}`);
	if (!ids.every(isId)) throw usage(`--devices: the id ${ids.at(-1)} must be ${ID_RULE}`);
	return new Map([...ids.map((one) => [one, undefined] as const), ...device]);
}

/** @throws Failure for names that cannot be, with a line for each */
function check({
	records,
	devices,
	operators,
	revoke,
}: {
	records: Records;
	devices: Devices;
	operators: readonly string[];
	revoke: readonly string[];
}): void {
	const lines: string[] = [];
	for (const name of revoke) {
		if (name === "broker" || name === "ca")
			lines.push(
				`--revoke ${name}: its clients read no revocation list; if its key was stolen, make a new CA in another folder`,
			);
		else if (!records.certificates.some((one) => one.name === name))
			lines.push(`--revoke ${name}: it has no certificate here, or none that holds still`);
	}
	const others = [...records.devices.keys()].filter((id) => !revoke.includes(id));
	const named = [...records.operators.filter((name) => !revoke.includes(name)), ...operators];
	const all = new Map<string, string>();
	const take = (option: string, name: string) => {
		const other = all.get(name.toLowerCase());
		if (isReserved(name))
			lines.push(`${option} ${name}: the name is taken by a role or a file; choose another one`);
		else if (other === name)
			lines.push(`${option} ${name}: is an operator and a device; choose another name`);
		else if (other !== undefined)
			lines.push(
				`${option} ${name}: ${other} differs in letter case only, and files may not; choose another name`,
			);
		all.set(name.toLowerCase(), name);
	};
	for (const name of new Set(named)) if (name !== OPERATOR) take("--operator", name);
	for (const id of new Set([...others, ...devices.keys()])) take("--device", id);
	const groups = new Set([...records.devices.values(), ...devices.values()].flatMap((list) => list ?? []));
	for (const group of groups)
		if (others.includes(group) || devices.has(group))
			lines.push(`--device: ${group} is a device and a group; give the group another name`);
	if (lines.length > 0) throw usage(...lines);
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** Rows whose columns begin below each other. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
	const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	return rows.map((row) =>
		row
			.map((text, column) => text.padEnd(widths[column] ?? 0))
			.join("  ")
			.trimEnd(),
	);
}

/** What there is now, and how it is used. */
function report(
	out: string,
	hosts: readonly string[],
	revoked: readonly string[],
	provided: readonly Provided[],
): readonly string[] {
	const changed = provided.filter(({ state }) => state !== "kept");
	const kept = provided.length - changed.length;
	const noteOf = ({ name, groups }: Provided) => {
		if (name === "broker") return `for ${hosts.join(", ")}`;
		return groups.length === 0 ? "" : `in ${groups.join(", ")}`;
	};
	const rows = changed.map((one) => [one.name, one.state, `until ${dayOf(one.until)}`, noteOf(one)]);
	const lamp = provided.find(({ isDevice }) => isDevice)?.name ?? "ID";
	const next = new Date(Math.min(...provided.map(({ until }) => until.getTime())));
	const address = listenAddress(hosts) ?? (isIP(hosts[0] ?? "") === 6 ? "::" : "0.0.0.0");
	const inOut = (file: string) => shellWord(`${out}/${file}`);
	const listening = address === "127.0.0.1" ? "" : ` --host ${address}`;
	return [
		...aligned(rows),
		...(kept === 0 ? [] : [`${kept} certificates are kept as they are.`]),
		...revoked.map((name) => `Revoked: ${name}, in crl.pem; a running broker reads it on SIGHUP.`),
		`The next certificate expires on ${dayOf(next)}: nightlight provision --out ${shellWord(out)} renews it from ${RENEWAL_DAYS} days before.`,
		`Broker:    mosquitto -c ${inOut("mosquitto.conf")}   or   npx nightlight broker --access ${shellWord(out)}${listening}`,
		`Server:    npx nightlight server --id + --config ${inOut("server.json")}`,
		`Device:    npx nightlight device --config ${inOut(`${lamp}.json`)}`,
		`Operator:  npx nightlight command ${lamp} '{"led_on":true}' --config ${inOut("operator.json")}`,
	];
}
