import { randomInt } from "node:crypto";
import { hostname } from "node:os";
import { PrivateFolder } from "../certificates/private-folder.js";
import { HubCertificates } from "./certificates.js";
import { addressParts, connectionString } from "./connection-string.js";
import { Hub } from "./core/hub.js";
import { type IdentityFiles, Keys, prepareIdentity, type WantedIdentity } from "./identities.js";
import { listenOn, Sockets, type WantedPort } from "./listen.js";
import { nodeClock } from "./node-clock.js";
import { type HubPrintedEvent, printed } from "./printed-events.js";
import { ServiceSide } from "./service/service-side.js";
import { createMqttServer, createWebServer } from "./transports.js";

/** What a hub is started with. */
export interface HubStartOptions {
	/** The folder of its CA, keys and connection strings; what it has is used again. */
	readonly out: string;
	/** The address to listen on. */
	readonly host: string;
	/** Of MQTT over TLS, and of HTTPS with MQTT over WebSocket and the service side. */
	readonly mqtt: WantedPort;
	readonly https: WantedPort;
	/** The hub's name in connection strings; this machine's names are always accepted. */
	readonly hostName: string;
	/** A module's device stands before it. */
	readonly identities: readonly WantedIdentity[];
	readonly onEvent: (event: HubPrintedEvent) => void;
}

/** A hub that runs. */
export interface RunningHub {
	readonly hub: Hub;
	readonly port: number;
	readonly httpsPort: number;
	readonly files: readonly IdentityFiles[];
	/** The file of the service side's connection string. */
	readonly serviceFile: string;
	/** Closes all connections and the ports. */
	stop(): Promise<void>;
}

/** The address of the service side, and a connection string of the policy `iothubowner`. */
const SERVICE_FILE = "service.connection";

/**
 * Starts a hub on ports of this machine.
 * @throws HubListenError (rejects) if a port cannot be had; Error of the system if the folder cannot be written
 */
export async function startHub(options: HubStartOptions): Promise<RunningHub> {
	const { out, host, hostName } = options;
	const folder = new PrivateFolder(out);
	const keys = new Keys(folder);
	const certificates = await HubCertificates.in(folder);
	const server = await certificates.server(folder, hostName);
	const listeners = new Set([options.onEvent]);
	const tell = (event: HubPrintedEvent) => {
		for (const listener of listeners) listener(event);
	};
	const hostNames = [...new Set([hostName, "localhost", "127.0.0.1", hostname()])];
	const hub = new Hub({
		hostNames,
		clock: nodeClock,
		random: () => randomInt(2 ** 32) / 2 ** 32,
		policies: keys.policies,
		onEvent: (event) => tell(printed(event)),
	});
	const transports = {
		...{ hub, server, ca: certificates.ca },
		onRejected: (address: string, code: "tls-failed" | "websocket-refused", reason: string) =>
			tell({ event: "rejected", address, code, reason }),
	};
	const service = new ServiceSide({ hub, hostNames, policies: keys.policies, listeners });
	const sockets = new Sockets();
	const [mqtt, web] = [createMqttServer(transports), createWebServer(transports, service.handle)];
	for (const one of [mqtt, web]) sockets.add(one);
	try {
		const port = await listenOn(mqtt, host, options.mqtt);
		const httpsPort = await listenOn(web, host, options.https);
		const loopback = host === "localhost" || host === "::1" || host.startsWith("127.");
		tell({ event: "listening", protocol: "mqtts", host, port, loopback });
		tell({ event: "listening", protocol: "https", host, port: httpsPort, loopback });
		const owner = keys.policies[0];
		const { before } = addressParts({ hostName, port });
		const policy = { SharedAccessKeyName: owner?.name ?? "", SharedAccessKey: owner?.key ?? "" };
		const gateway = { GatewayHostName: `${hostName}:${httpsPort}` };
		const serviceFile = folder.write(
			SERVICE_FILE,
			`${connectionString({ ...before, ...policy, ...gateway })}\n`,
		);
		const files: IdentityFiles[] = [];
		for (const wanted of options.identities) {
			const made = await prepareIdentity(wanted, folder, keys, certificates, { hostName, port });
			hub.register(made.identity);
			files.push(made);
			const { device, module } = wanted;
			const { identity: _, ...paths } = made;
			tell({ event: "identity", device, ...(module !== undefined && { module }), ...paths });
		}
		return {
			...{ hub, port, httpsPort, files, serviceFile },
			stop: async () => {
				hub.stop();
				service.stop();
				await sockets.close();
			},
		};
	} catch (error) {
		await sockets.close();
		throw error;
	}
}
