import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startNightlight } from "../../../firmware/app.js";
import { parseConfig } from "../../../firmware/config.js";
import type { Transport } from "../../../host-sim/broker/events.js";
import { createHost } from "../../../host-sim/provider.js";
import { startServer } from "../../../server/server.js";
import { Authority } from "../../support/certificates.js";
import { cleanups, start } from "./support.js";

const authority = new Authority("Nightlight Test CA");
const secrets = authority.issue({ names: ["localhost", "127.0.0.1"] });
const listeners = (["mqtts", "ws", "wss"] as const).map((protocol) => ({ protocol, port: 0 }));

/** Why a link broke, the first time. */
interface Why {
	readonly code: string | undefined;
	readonly reason: string | undefined;
}

const ofServer = (brokerUrl: string) =>
	new Promise<Why>((resolve) => {
		const server = startServer({
			brokerUrl,
			ca: authority.cert,
			onEvent: (event) => event.event === "link" && event.state === "backoff" && resolve(event as Why),
		});
		cleanups.push(() => server.stop());
	});

function ofDevice(protocol: Transport, port: number): Promise<Why> {
	const parsed = parseConfig({ id: "lamp", broker: { protocol, host: "127.0.0.1", port } });
	if (parsed.kind !== "valid") throw new Error("configuration");
	return new Promise((resolve) => {
		const host = createHost({
			restart: () => {},
			inputs: { light: { minimum: 0, maximum: 1023, read: () => 1 } },
			storage: join(mkdtempSync(join(tmpdir(), "nightlight-")), "lamp"),
			report: (event) => event.event === "link" && event.state === "backoff" && resolve(event as Why),
		});
		const stop = startNightlight(host, parsed.config);
		cleanups.push(() => new Promise<void>((done) => stop(done)));
	});
}

describe("device and server say alike that the scheme is wrong, and which to try", () => {
	it.each<{ scheme: Transport; port: Transport; code: string; hint: RegExp }>([
		{ scheme: "mqtt", port: "mqtts", code: "closed-by-broker", hint: /TLS .*mqtts:\/\// },
		{ scheme: "mqtt", port: "ws", code: "closed-by-broker", hint: /WebSocket .*ws:\/\// },
		{ scheme: "mqtt", port: "wss", code: "closed-by-broker", hint: /TLS .*mqtts:\/\// },
		{ scheme: "ws", port: "mqtt", code: "closed-by-broker", hint: /MQTT .*mqtt:\/\// },
		{ scheme: "ws", port: "mqtts", code: "closed-by-broker", hint: /TLS .*wss:\/\// },
		{ scheme: "ws", port: "wss", code: "closed-by-broker", hint: /TLS .*wss:\/\// },
	])("$scheme to a port of $port", async ({ scheme, port, code, hint }) => {
		const { broker } = await start({ listeners, secrets });
		const number = broker.listeners.find(({ protocol }) => protocol === port)?.port as number;
		const [device, server] = await Promise.all([
			ofDevice(scheme, number),
			ofServer(`${scheme}://127.0.0.1:${number}${scheme === "ws" ? "/mqtt" : ""}`),
		]);
		expect([device.code, server.code]).toEqual([code, code]);
		expect(device.reason).toMatch(hint);
		expect(server.reason).toMatch(hint);
	});
});
