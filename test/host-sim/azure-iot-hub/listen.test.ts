import { X509Certificate } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { generate, type Packet, parser } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Authority } from "../../support/certificates.js";
import { lineOf } from "./rig.js";
import { TestHub } from "./running.js";

describe("a hub on a port", () => {
	it("[endpoints.tls] speaks MQTT over TLS 1.2 and later, with its own certificate", async () => {
		const hub = await TestHub.start();
		for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
			const client = await hub.open({ minVersion: version, maxVersion: version, servername: "localhost" });
			expect(client.socket.getProtocol()).toBe(version);
			client.send(hub.connectPacket("dev1"));
			await expect.poll(() => client.lines).toEqual(["connack 0 present"]);
		}
	});

	it.each([
		{ what: "TLS 1.1", options: { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } },
		{
			what: "a cipher suite without ECDHE",
			options: { maxVersion: "TLSv1.2", ciphers: "AES256-GCM-SHA384" },
		},
		{
			what: "a cipher suite with CBC",
			options: { maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-SHA256" },
		},
	] as const)("[endpoints.tls] refuses $what", async ({ options }) => {
		const hub = await TestHub.start();
		await expect(hub.open(options)).rejects.toThrow();
		await expect.poll(() => hub.events.at(-1)).toMatchObject({ event: "rejected", code: "tls-failed" });
	});

	it("[endpoints.certificate-requested] does not want a client certificate of who has a token", async () => {
		const hub = await TestHub.start();
		const client = await hub.open();
		client.send(hub.connectPacket("dev1"));
		await expect.poll(() => client.lines).toEqual(["connack 0 present"]);
		expect(hub.events.at(-1)).toMatchObject({ event: "connected", authentication: "sas" });
	});

	it.each([
		{ id: "own", kind: "x509", authentication: "x509-thumbprint" },
		{ id: "signed", kind: "x509-ca", authentication: "x509-ca" },
	] as const)(
		"[connect.x509] takes a certificate of its own making: $kind",
		async ({ id, kind, authentication }) => {
			const hub = await TestHub.start({ identities: [{ device: id, kind }] });
			const [files] = hub.running.files;
			const read = (file: string | undefined) => readFileSync(file ?? "", "utf8");
			const client = await hub.open({ cert: read(files?.cert), key: read(files?.key) });
			client.send(hub.connectPacket(id, null));
			await expect.poll(() => client.lines).toEqual(["connack 0 present"]);
			expect(hub.events.at(-1)).toMatchObject({ event: "connected", authentication });
		},
	);

	it.each(["own", "signed"])("[connect.x509] refuses a stranger's certificate for %s", async (id) => {
		const identities = [
			{ device: "own", kind: "x509" },
			{ device: "signed", kind: "x509-ca" },
		] as const;
		const hub = await TestHub.start({ identities });
		const stranger = new Authority("stranger").issue({ names: [id] });
		const client = await hub.open(stranger);
		client.send(hub.connectPacket(id, null));
		await expect.poll(() => client.lines).toEqual(["connack 5", "closed"]);
		expect(hub.events.at(-1)).toMatchObject({ event: "refused", code: "certificate-refused" });
	});

	it("tells of a connection that was lost, and sends the will", async () => {
		const hub = await TestHub.start();
		const client = await hub.open();
		const will = {
			topic: "devices/dev1/messages/events/",
			payload: Buffer.from([0xff]),
			qos: 0 as const,
			retain: false,
		};
		client.send({ ...hub.connectPacket("dev1"), will } as Packet);
		await expect.poll(() => client.lines).toHaveLength(1);
		client.socket.destroy();
		await expect
			.poll(() => hub.events.at(-1))
			.toMatchObject({
				...{ event: "telemetry", isWill: true, encoding: "hex", payload: "ff", bytes: 1 },
			});
	});
});

describe("a WebSocket of a hub", () => {
	const open = (hub: TestHub, path: string, protocol: string | undefined) => {
		const url = `wss://127.0.0.1:${hub.running.httpsPort}${path}`;
		const webSocket = new WebSocket(url, protocol, { ca: hub.ca, handshakeTimeout: 5000 });
		const lines: string[] = [];
		const packets = parser();
		packets.on("packet", (packet) => lines.push(lineOf(packet)));
		webSocket.on("message", (data: Buffer) => packets.parse(data));
		webSocket.on("close", () => lines.push("closed"));
		webSocket.on("error", (error) => lines.push(error.message));
		webSocket.on("open", () => lines.push("open"));
		return { webSocket, lines };
	};

	it.each(["/$iothub/websocket", "/$iothub/websocket?iothub-no-client-cert=true"])(
		"[endpoints.websocket] speaks MQTT at %s",
		async (path) => {
			const hub = await TestHub.start();
			const { webSocket, lines } = open(hub, path, "mqtt");
			await expect.poll(() => lines).toEqual(["open"]);
			const bytes = Buffer.concat([generate(hub.connectPacket("dev1")), generate({ cmd: "pingreq" })]);
			for (const part of [bytes.subarray(0, 9), bytes.subarray(9)]) webSocket.send(part);
			await expect.poll(() => lines).toEqual(["open", "connack 0 present", "pingresp"]);
			webSocket.send(generate({ cmd: "disconnect" }));
			await expect.poll(() => lines.at(-1)).toBe("closed");
			expect(hub.events.at(-1)).toMatchObject({ event: "disconnected", code: "disconnect" });
		},
	);

	it.each([
		{ path: "/mqtt", protocol: "mqtt", answer: "404" },
		{ path: "/$iothub/websocket", protocol: "amqp", answer: "400" },
		{ path: "/$iothub/websocket", protocol: undefined, answer: "400" },
	])(
		"[endpoints.websocket] is none at $path with the subprotocol $protocol: $answer",
		async ({ path, protocol, answer }) => {
			const hub = await TestHub.start();
			const { lines } = open(hub, path, protocol);
			await expect.poll(() => lines[0]).toContain(answer);
			expect(hub.events.at(-1)).toMatchObject({ event: "rejected", code: "websocket-refused" });
		},
	);
});

describe("a hub's folder", () => {
	it("has files for their owner alone, and the same CA, keys and strings at the next start", async () => {
		const identities = [
			{ device: "dev1", kind: "sas" },
			{ device: "dev1", module: "m", kind: "sas" },
			{ device: "own", kind: "x509" },
		] as const;
		const hub = await TestHub.start({ identities });
		const names = readdirSync(hub.out).sort();
		expect(names).toEqual([
			...[
				"ca.key",
				"ca.pem",
				"dev1.connection",
				"dev1.m.connection",
				"keys.json",
				"own.connection",
				"own.key",
			],
			...["own.pem", "server.key", "server.pem", "service.connection"],
		]);
		const contents = () => names.map((name) => readFileSync(join(hub.out, name), "utf8"));
		const before = contents();
		chmodSync(join(hub.out, "dev1.connection"), 0o644);
		const { port, httpsPort } = hub.running;
		await hub.running.stop();
		const again = (port: number) => ({ port, option: "--port", isFlexible: false });
		await TestHub.start({ out: hub.out, identities, mqtt: again(port), https: again(httpsPort) });
		expect(contents()).toEqual(before);
		for (const name of names) expect(statSync(join(hub.out, name)).mode & 0o777).toBe(0o600);
	});

	it("has connection strings as Microsoft's clients read them", async () => {
		const identities = [
			{ device: "dev1", kind: "sas" },
			{ device: "dev1", module: "m", kind: "sas" },
			{ device: "own", kind: "x509-ca" },
		] as const;
		const hub = await TestHub.start({ identities });
		const gateway = `GatewayHostName=localhost:${hub.running.port}`;
		const texts = hub.running.files.map(({ file }) =>
			readFileSync(file, "utf8").replace(/Key=[^;]+/, "Key=…"),
		);
		expect(texts).toEqual([
			`HostName=localhost;DeviceId=dev1;SharedAccessKey=…;${gateway}\n`,
			`HostName=localhost;DeviceId=dev1;ModuleId=m;SharedAccessKey=…;${gateway}\n`,
			`HostName=localhost;DeviceId=own;x509=true;${gateway}\n`,
		]);
	});

	it("gets a server's certificate for other names when the hub's name is another", async () => {
		const hub = await TestHub.start();
		await hub.running.stop();
		const other = await TestHub.start({ out: hub.out, hostName: "hub.test" });
		const cert = new X509Certificate(readFileSync(join(hub.out, "server.pem")));
		expect([cert.checkHost("hub.test"), cert.checkHost("localhost"), cert.checkIP("127.0.0.1")]).toEqual([
			...["hub.test", "localhost", "127.0.0.1"],
		]);
		expect(cert.verify(new X509Certificate(other.ca).publicKey)).toBe(true);
	});
});

describe("a port that is taken", () => {
	it.each([
		{ isFlexible: false, outcome: /^port \d+ on 127\.0\.0\.1 is taken; choose another with --https-port/ },
		{ isFlexible: true, outcome: undefined },
	])("is replaced by a free one, or told of: $isFlexible", async ({ isFlexible, outcome }) => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
		const { port } = other.address() as { port: number };
		try {
			const https = { port, option: "--https-port", isFlexible };
			if (outcome !== undefined) await expect(TestHub.start({ https })).rejects.toThrow(outcome);
			else expect((await TestHub.start({ https })).running.httpsPort).not.toBe(port);
		} finally {
			other.close();
		}
	});
});
