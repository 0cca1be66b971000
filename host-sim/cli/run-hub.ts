import { join } from "node:path";
import type { WantedIdentity } from "../azure-iot-hub/identities.js";
import { HubListenError } from "../azure-iot-hub/listen.js";
import type { HubPrintedEvent } from "../azure-iot-hub/printed-events.js";
import { type RunningHub, startHub } from "../azure-iot-hub/start.js";
import { jsonLine } from "./events.js";
import { codeOf, ExitCode, Failure, usage } from "./failure.js";
import { hubLine } from "./hub-lines.js";
import type { HubOptions } from "./hub-options.js";
import { printable } from "./printable.js";

/** The port of HTTPS. */
const HTTPS_PORT = 443;

/**
 * Starts the Azure IoT Hub emulator.
 * @throws Failure if it cannot listen, or its folder cannot be used
 */
export async function runHub(options: HubOptions): Promise<RunningHub> {
	const { host, port, httpsPort, out, hostName, json } = options;
	const identities = identitiesOf(options);
	if (port !== 0 && port === httpsPort)
		throw usage("--port and --https-port name the same port: give each its own");
	try {
		const running = await startHub({
			...{ host, out, hostName, identities },
			mqtt: { port, option: "--port", isFlexible: false },
			https: { port: httpsPort ?? HTTPS_PORT, option: "--https-port", isFlexible: httpsPort === undefined },
			onEvent: (event) => printHubEvent(event, json),
		});
		process.stderr.write(`Certificate of the CA that clients trust: ${join(out, "ca.pem")}\n`);
		if (httpsPort === undefined && running.httpsPort !== HTTPS_PORT)
			process.stderr.write(
				`Port ${HTTPS_PORT} cannot be had: MQTT over WebSocket and the service side are on port ${running.httpsPort}\n`,
			);
		return running;
	} catch (error) {
		if (error instanceof HubListenError) throw new Failure(ExitCode.FAILED, error.message);
		if (error instanceof SyntaxError)
			throw usage(`--out ${out}: keys.json is not JSON; remove it for new keys`);
		if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
		throw new Failure(
			ExitCode.FAILED,
			`--out ${out}: cannot be used (${codeOf(error)}); name a folder that you may write`,
		);
	}
}

/** An event of a hub, as a line. */
export function printHubEvent(event: HubPrintedEvent, json: true | undefined): void {
	const line = json ? jsonLine({ source: "hub", ...event }) : hubLine(event);
	if (line !== undefined) process.stdout.write(`${json ? line : printable(line)}\n`);
}

/** All identities, each device before its modules. @throws Failure when one is there twice, or a module has no device */
function identitiesOf({ device, x509Device, x509CaDevice, module }: HubOptions): readonly WantedIdentity[] {
	const lists = [
		["sas", device],
		["x509", x509Device],
		["x509-ca", x509CaDevice],
	] as const;
	const devices = lists.flatMap(([kind, names = []]) => names.map((name) => ({ device: name, kind })));
	const all: readonly WantedIdentity[] =
		devices.length > 0 ? devices : [{ device: "nightlight", kind: "sas" }];
	const modules = (module ?? []).map((text): WantedIdentity & { module: string } => {
		const [device = "", name = ""] = text.split("/");
		return { device, module: name, kind: "sas" };
	});
	for (const { device, module } of modules)
		if (!all.some((one) => one.device === device))
			throw usage(`--module ${device}/${module}: there is no device ${device}; give it with --device`);
	const names = [...all, ...modules].map(
		({ device, module }) => `${device}${module === undefined ? "" : `/${module}`}`,
	);
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice !== undefined) throw usage(`${twice} is named twice: give it once`);
	return [...all, ...modules];
}
