import { mkdtempSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { Authority } from "../support/certificates.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";

const programs = new Programs();
let server: Server | undefined;
afterEach(async () => {
	await programs.endAll();
	server?.close();
});

const authority = new Authority("Nightlight Test CA");
const folder = mkdtempSync(join(tmpdir(), "nightlight-tls-names-"));
writeFileSync(join(folder, "ca.pem"), authority.cert);

/** A front that has a certificate for `lamps.example` only; it notes which name and protocol it is asked for. */
async function front(): Promise<{ port: number; asked: Set<string> }> {
	const asked = new Set<string>();
	const { cert, key } = authority.issue({ names: ["lamps.example"] });
	const listener = createServer({ cert, key, ALPNProtocols: ["mqtt"] }, (socket) => {
		asked.add(`${socket.servername} ${socket.alpnProtocol}`);
		socket.on("error", () => {});
		socket.destroy();
	});
	server = listener;
	await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
	return { port: (listener.address() as AddressInfo).port, asked };
}

describe.each(["device", "server"])("%s", (command) => {
	const run = (port: number, protocol: string, tls: object) => {
		const name = join(folder, `${command}-${protocol}.json`);
		const broker = { protocol, host: "127.0.0.1", port };
		writeFileSync(name, JSON.stringify({ id: "lamp", broker, tls: { ca: { file: "ca.pem" }, ...tls } }));
		return programs.add(new Nightlight([command, "--config", name, "--json"], { cwd: folder }));
	};

	it.each(["mqtts", "wss"])(
		"tells and checks the server name of the configuration, and ALPN, with %s",
		async (protocol) => {
			const { port, asked } = await front();
			run(port, protocol, { serverName: "lamps.example", alpn: ["mqtt"] });
			await expect.poll(() => [...asked]).toEqual(["lamps.example mqtt"]);
		},
	);

	it("checks the certificate for that name", async () => {
		const { port } = await front();
		const program = run(port, "mqtts", { serverName: "other.example" });
		const { reason } = await program.heard({ event: "link", state: "backoff" });
		expect(reason).toBe("the certificate is not for other.example, but for lamps.example");
	});
});
