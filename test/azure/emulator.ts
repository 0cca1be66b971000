import { randomInt } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import type { JsonValue } from "../../host-sim/azure-iot-hub/core/hub.js";
import { readServiceString, ServiceClient } from "../../host-sim/azure-iot-hub/service/client.js";
import { Nightlight } from "../support/nightlight.js";
import type { TwinBody } from "./sdk.js";
import type { Access, Connected, HubUnderTest, Kind, Stored } from "./target.js";

const KINDS: readonly Kind[] = ["sas", "x509", "x509-ca", "module", "websocket"];

const IDS: Readonly<Record<Kind, string>> = {
	sas: "keyed",
	x509: "thumb",
	"x509-ca": "signed",
	module: "keyed/mod1",
	websocket: "socket",
};

const DEVICES = [
	"--device",
	"keyed",
	"--device",
	"socket",
	"--x509-device",
	"thumb",
	"--x509-ca-device",
	"signed",
];

/** The port that the SDK connects to with a certificate, whatever the connection string says. */
const MQTT_PORT = 8883;

/** An address of this machine that no other program listens on. */
const freeAddress = (): string => `127.${[1, 2, 3].map(() => randomInt(1, 254)).join(".")}`;

/** Starts the emulator as a program, on an address of its own where the system has more than one for itself. */
export async function startEmulator(): Promise<HubUnderTest> {
	const cwd = mkdtempSync(join(tmpdir(), "hub-"));
	const host = process.platform === "linux" ? freeAddress() : "127.0.0.1";
	const port = `${process.platform === "linux" ? MQTT_PORT : 0}`;
	const at = ["--host", host, "--host-name", host, "--port", port, "--https-port", "0"];
	const words = ["hub", ...at, "--json", ...DEVICES, "--module", IDS.module];
	const program = new Nightlight(words, { cwd });
	const mqtt = await program.heard({ event: "listening", protocol: "mqtts" }, 0, 30_000);
	const { port: httpsPort } = await program.heard({ event: "listening", protocol: "https" }, 0, 30_000);
	await program.heard({ event: "identity", device: "keyed", module: "mod1" });
	const read = (name: string) => readFileSync(join(cwd, "nightlight-hub", name), "utf8");
	const ca = read("ca.pem");
	const address = readServiceString(read("service.connection"), ca);
	if (address === undefined) throw new Error("the emulator wrote no connection string of the service");
	const service = new ServiceClient(address);
	const nameOf = (id: string) => id.replace("/", ".");
	const eventsOf = (id: string, name: string) => {
		const [device, module] = id.split("/");
		return program.events.filter(
			(event) => event.event === name && event.device === device && event.module === module,
		);
	};
	return {
		name: "the emulator",
		kinds: KINDS.filter((kind) => mqtt.port === MQTT_PORT || !kind.startsWith("x509")),
		access: (kind): Access => {
			const id = IDS[kind];
			const isX509 = kind === "x509" || kind === "x509-ca";
			const certificate = isX509 ? { cert: read(`${id}.pem`), key: read(`${id}.key`) } : {};
			return {
				id,
				connectionString: `${withoutGateway(read(`${nameOf(id)}.connection`))}${gatewayOf(kind, `${host}:${mqtt.port}`)}`,
				options: { ca, ...certificate },
				...(kind === "websocket" && { agent: agentTo(host, httpsPort as number, ca) }),
			};
		},
		stored: (id) => eventsOf(id, "telemetry") as unknown as readonly Stored[],
		connects: (id) => eventsOf(id, "connected") as unknown as readonly Connected[],
		kick: async (id) => {
			await service.call("POST", `/emulator/${id.replace("/", "/modules/")}/kick`);
		},
		waiting: async (id) => {
			const devices = (await service.call("GET", "/devices")) as unknown as readonly Registered[];
			const found = devices.find(
				({ deviceId, moduleId }) => [deviceId, moduleId].filter(Boolean).join("/") === id,
			);
			return found?.cloudToDeviceMessageCount ?? 0;
		},
		send: async (id, body, application) => {
			await service.send(id, body, { system: {}, application });
		},
		invoke: (id, methodName, payload) => service.invoke(id, { methodName, payload: payload as JsonValue }),
		twin: async (id) => (await service.twin(id)) as unknown as TwinBody,
		desire: async (id, patch) => {
			await service.desire(id, patch as JsonValue);
		},
		stop: async () => {
			await program.end("SIGINT");
			program.verify();
		},
	};
}

interface Registered {
	readonly deviceId: string;
	readonly moduleId?: string;
	readonly cloudToDeviceMessageCount: number;
}

/** A gateway is what the SDK connects to in place of the hub, unless it has a certificate. */
const gatewayOf = (kind: Kind, address: string): string =>
	kind === "sas" || kind === "module" ? `;GatewayHostName=${address}` : "";

const withoutGateway = (text: string): string => text.trim().replace(/;GatewayHostName=[^;]*/, "");

/** The SDK's WebSocket always goes to port 443; the agent takes it elsewhere. */
function agentTo(host: string, port: number, ca: string): Agent {
	const agent = new Agent({ ca });
	Object.assign(agent, {
		createConnection: () => connect({ host, port, ca, servername: "localhost", ALPNProtocols: ["http/1.1"] }),
	});
	return agent;
}
