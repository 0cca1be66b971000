import { FolderError } from "../access/folder-error.js";
import { type BrokerAccess, readAccess } from "../access/read-access.js";
import { type Broker, type ListenerOptions, startBroker } from "../broker/broker.js";
import { FIRST_PORT, ListenError } from "../broker/listen.js";
import { readPasswordFile, type Users } from "../broker/password-file.js";
import type { ListenerSecrets } from "../broker/transports.js";
import { readCertificates } from "./certificates.js";
import { tellExpiry } from "./expiry.js";
import { ExitCode, Failure, usage } from "./failure.js";
import type { ListenOptions, TlsListenOptions } from "./options.js";
import type { Output } from "./output.js";
import { readTextFile } from "./text-file.js";

/**
 * Starts the embedded broker.
 * @param id of the device that runs beside it, if one does
 * @throws Failure when it cannot listen, or a file cannot be used
 */
export async function runBroker(
	options: ListenOptions & TlsListenOptions,
	output: Output,
	id?: string,
): Promise<Broker> {
	checkPorts(options);
	const access = accessOf(options);
	const secrets = access ?? secretsOf(options);
	const users = options.users === undefined ? undefined : readUsers(options.users);
	try {
		const broker = await startBroker({
			host: options.host,
			port: access === undefined ? portOf(options) : null,
			listeners: listenersOf(options, access),
			secrets: secrets && onlySecrets(secrets),
			users,
			access: access?.list,
			limits: { maxPacket: options.maxPacket },
			onEvent: (event) => output.event({ source: "broker", ...event }),
		});
		if (secrets !== undefined) tellExpiry(secrets, (event) => output.event({ source: "broker", ...event }));
		const isPlain = broker.listeners.some(({ protocol }) => protocol === "mqtt" || protocol === "ws");
		const asksForCertificate = secrets?.ca !== undefined && !isPlain;
		if (!broker.loopback && users === undefined && !asksForCertificate) {
			output.log(`Warning: anyone who reaches ${broker.host} can use this broker; it asks for no password.`);
		}
		if (access === undefined && portOf(options) === undefined && broker.port !== FIRST_PORT) {
			const words = `--broker ${broker.url}${id === undefined ? "" : ` --id ${id}`}`;
			output.log(
				`Port ${FIRST_PORT} is taken: this broker listens on ${broker.port}; other commands reach it with ${words}`,
			);
		}
		return broker;
	} catch (error) {
		if (!(error instanceof ListenError)) throw error;
		throw error.isWrongHost ? usage(`--host: ${error.message}`) : new Failure(ExitCode.FAILED, error.message);
	}
}

/** @throws Failure when two options name one port */
function checkPorts({ port, tlsPort, wsPort, wssPort }: ListenOptions & TlsListenOptions): void {
	const options = { "--port": port, "--tls-port": tlsPort, "--ws-port": wsPort, "--wss-port": wssPort };
	const named = Object.entries(options).filter(([, number]) => number !== undefined && number !== 0);
	for (const [index, [name, number]] of named.entries()) {
		const other = named.slice(index + 1).find(([, another]) => another === number);
		if (other !== undefined) throw usage(`${name} and ${other[0]} name the same port: give each its own`);
	}
}

/** The plain port: none where only ports with TLS are asked for. */
const portOf = ({ port, tlsPort, wssPort, wsPort }: ListenOptions & TlsListenOptions) =>
	port ?? (wsPort === undefined && (tlsPort ?? wssPort) !== undefined ? null : undefined);

/** Ports beside the plain one; with access a port with TLS: that of its folder if no other is named. */
function listenersOf(
	{ wsPort, tlsPort: named, wssPort }: ListenOptions & TlsListenOptions,
	access: BrokerAccess | undefined,
): ListenerOptions[] {
	const tlsPort = named ?? access?.records.port;
	return [
		...(tlsPort === undefined ? [] : [{ protocol: "mqtts" as const, port: tlsPort }]),
		...(wsPort === undefined ? [] : [{ protocol: "ws" as const, port: wsPort }]),
		...(wssPort === undefined ? [] : [{ protocol: "wss" as const, port: wssPort }]),
	];
}

/** @throws Failure when a port with TLS lacks certificate or key, or these have no such port */
function secretsOf(options: TlsListenOptions): ListenerSecrets | undefined {
	const { tlsPort, wssPort, ca, cert, key } = options;
	const wantsTls = (tlsPort ?? wssPort) !== undefined;
	if (!wantsTls) {
		if ((ca ?? cert ?? key) === undefined) return undefined;
		throw usage("--ca, --cert and --key are for a port with TLS: --tls-port or --wss-port");
	}
	if (cert === undefined || key === undefined)
		throw usage("--tls-port and --wss-port want the broker's certificate and its key: --cert and --key");
	const read = readCertificates({ cert, key, ...(ca !== undefined && { ca }) }, undefined, noConfiguration);
	return {
		cert: read.cert as string,
		key: read.key as string,
		...(read.ca !== undefined && { ca: read.ca }),
	};
}

/** The access that a folder describes. @throws Failure for a folder that cannot be used, and options it has no room for */
function accessOf(options: ListenOptions & TlsListenOptions): BrokerAccess | undefined {
	const { access, port, wsPort, users, ca, cert, key } = options;
	if (access === undefined) return undefined;
	if ((port ?? wsPort) !== undefined)
		throw usage("--access is for ports with TLS: --tls-port and --wss-port, not --port and --ws-port");
	if ((users ?? ca ?? cert ?? key) !== undefined)
		throw usage("--access has certificates, and who may log in: leave out --users, --ca, --cert and --key");
	return withUsage(access, () => readAccess(access));
}

/** @throws Failure for a folder that cannot be used */
export function withUsage<T>(folder: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof FolderError) throw usage(`--access ${folder}: ${error.message}`);
		throw error;
	}
}

const onlySecrets = ({ cert, key, ca, crl }: ListenerSecrets): ListenerSecrets => ({
	...{ cert, key },
	...(ca !== undefined && { ca }),
	...(crl !== undefined && { crl }),
});

/** Has a broker read its folder again at each SIGHUP; one that cannot be used then changes nothing. */
export function renewOnSignal(broker: Broker, folder: string, output: Output): void {
	process.on("SIGHUP", () => {
		try {
			const access = readAccess(folder);
			broker.renew(access.list, onlySecrets(access));
			const { devices, revoked } = access;
			output.event({ source: "broker", event: "access", state: "loaded", devices, revoked });
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			output.event({ source: "broker", event: "access", state: "refused", reason });
		}
	});
}

/** Options only name the files. */
const noConfiguration = (key: string): never => {
	throw new Error(`${key} of no configuration`);
};

function readUsers(file: string): Users {
	const text = readTextFile(file, "--users");
	try {
		return readPasswordFile(text);
	} catch (error) {
		throw usage(`--users: ${file}: ${(error as Error).message}`);
	}
}
