import { cpSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { generate, type Packet, parser } from "mqtt-packet";
import { onTestFinished } from "vitest";
import { HubCertificates } from "../../../host-sim/azure-iot-hub/certificates.js";
import { makeToken } from "../../../host-sim/azure-iot-hub/core/sas.js";
import type { HubPrintedEvent } from "../../../host-sim/azure-iot-hub/printed-events.js";
import { readServiceString, ServiceClient } from "../../../host-sim/azure-iot-hub/service/client.js";
import { type HubStartOptions, type RunningHub, startHub } from "../../../host-sim/azure-iot-hub/start.js";
import { PrivateFolder } from "../../../host-sim/certificates/private-folder.js";
import { lineOf } from "./rig.js";

const FREE = { port: 0, option: "--port", isFlexible: false } as const;

/** The certificates of one hub, so that not each test makes RSA keys. */
let certificates: Promise<string> | undefined;

async function makeCertificates(): Promise<string> {
	const folder = new PrivateFolder(mkdtempSync(join(tmpdir(), "hub-")));
	await (await HubCertificates.in(folder)).server(folder, "localhost");
	return folder.path;
}

async function newFolder(): Promise<string> {
	certificates ??= makeCertificates();
	const out = mkdtempSync(join(tmpdir(), "hub-"));
	cpSync(await certificates, out, { recursive: true });
	return out;
}

/** A hub on free ports, with events, that ends with the test. */
export class TestHub {
	readonly events: HubPrintedEvent[] = [];
	readonly out: string;
	readonly running: RunningHub;
	readonly service: ServiceClient;

	private constructor(out: string, running: RunningHub, events: HubPrintedEvent[]) {
		this.out = out;
		this.running = running;
		this.events = events;
		const address = readServiceString(readFileSync(running.serviceFile, "utf8"), this.ca);
		if (address === undefined) throw new Error("a connection string that cannot be read");
		this.service = new ServiceClient(address);
	}

	static async start(options: Partial<HubStartOptions> = {}): Promise<TestHub> {
		const out = await newFolder();
		const events: HubPrintedEvent[] = [];
		const running = await startHub({
			...{ out, host: "127.0.0.1", hostName: "localhost", mqtt: FREE, https: FREE },
			identities: [{ device: "dev1", kind: "sas" }],
			onEvent: (event) => events.push(event),
			...options,
		});
		onTestFinished(() => running.stop());
		return new TestHub(options.out ?? out, running, events);
	}

	get ca(): string {
		return readFileSync(join(this.out, "ca.pem"), "utf8");
	}

	/** The key of an identity, from its connection string. */
	keyOf(name: string): string {
		const text = readFileSync(join(this.out, `${name}.connection`), "utf8");
		return /SharedAccessKey=([^;\n]+)/.exec(text)?.[1] ?? "";
	}

	/** CONNECT of a client with a SAS token, or without a password. */
	connectPacket(id: string, password: string | null = this.tokenOf(id)): Packet {
		return {
			...{
				cmd: "connect",
				protocolId: "MQTT",
				protocolVersion: 4,
				clientId: id,
				clean: false,
				keepalive: 60,
			},
			username: `localhost/${id}/?api-version=2021-04-12`,
			...(password !== null && { password: Buffer.from(password) }),
		};
	}

	tokenOf(id: string): string {
		const [device = "", module] = id.split("/");
		const resource = `localhost/devices/${device}${module === undefined ? "" : `/modules/${module}`}`;
		return makeToken(resource, this.keyOf(id.replace("/", ".")), Math.floor(Date.now() / 1000) + 600);
	}

	/** A TLS connection to the port of MQTT. */
	async open(options: ConnectionOptions = {}): Promise<SocketClient> {
		const socket = connectTls({ host: "127.0.0.1", port: this.running.port, ca: this.ca, ...options });
		const client = new SocketClient(socket);
		await new Promise<void>((resolve, reject) => {
			socket.once("secureConnect", resolve).once("error", reject);
		});
		return client;
	}
}

/** A client of mqtt-packet over TLS. */
export class SocketClient {
	readonly lines: string[] = [];
	readonly socket: TLSSocket;

	constructor(socket: TLSSocket) {
		this.socket = socket;
		const packets = parser();
		packets.on("packet", (packet) => this.lines.push(lineOf(packet)));
		socket.on("data", (bytes) => packets.parse(bytes));
		socket.on("close", () => this.lines.push("closed"));
		socket.on("error", () => {});
		onTestFinished(() => {
			socket.destroy();
		});
	}

	send(packet: Packet): void {
		this.socket.write(generate(packet));
	}
}
