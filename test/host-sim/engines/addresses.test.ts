import { mkdtempSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startNightlight } from "../../../firmware/app.js";
import { type Config, parseConfig } from "../../../firmware/config.js";
import type { DeviceEvent } from "../../../firmware/events.js";
import type { Host } from "../../../firmware/host.js";
import { startOnXs } from "../../../host-sim/engines/xs/engine.js";
import { Resolver } from "../../../host-sim/io/resolver.js";
import { createHost } from "../../../host-sim/provider.js";
import { compiler, describeWith } from "../../support/requires.js";

const LIGHT = { minimum: 0, maximum: 1023, read: () => 1 };

const DEAD = "127.0.0.2";
const ALIVE = "127.0.0.1";

/** A host for which every name has a dead address and a live one; and what its device tells. */
function hostWithTwo(): { host: Host; events: DeviceEvent[] } {
	const events: DeviceEvent[] = [];
	const storage = mkdtempSync(join(tmpdir(), "nightlight-addresses-"));
	const host = createHost({
		inputs: { light: LIGHT },
		storage,
		restart: () => {},
		report: (event) => events.push(event),
	});
	class TwoAddresses extends Resolver {
		constructor(options: object) {
			super(options, (_host, _options, found) =>
				found(null, [
					{ address: DEAD, family: 4 },
					{ address: ALIVE, family: 4 },
				]),
			);
		}
	}
	const { device } = host;
	const network = { ...device.network, dns: { resolver: { io: TwoAddresses } } };
	return { host: { ...host, device: { ...device, network } }, events };
}

const configFor = (port: number): Config => {
	const parsed = parseConfig({
		id: "lamp",
		broker: { host: "broker.test", port },
		reconnect: { initial: 100 },
	});
	if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.problems));
	return parsed.config;
};

/** The smallest broker: it accepts whoever connects, on one address only. */
async function withBroker(test: (port: number) => Promise<void>): Promise<void> {
	const server = createServer((socket) => {
		socket.once("data", () => socket.write(Uint8Array.of(0x20, 2, 0, 0)));
		socket.on("error", () => {});
	});
	await new Promise<void>((done) => server.listen(0, ALIVE, done));
	try {
		await test((server.address() as AddressInfo).port);
	} finally {
		server.close();
	}
}

const statesOf = (events: readonly DeviceEvent[]) =>
	events.flatMap((event) => (event.event === "link" ? [event.state] : []));

/** Dead, then alive: at the next try. */
const WAY = ["resolving", "connecting", "backoff", "resolving", "connecting", "handshaking", "online"];

describe("a broker whose first address is dead", () => {
	it("is reached at the next try, on Node", () =>
		withBroker(async (port) => {
			const { host, events } = hostWithTwo();
			const stop = startNightlight(host, configFor(port));
			await expect.poll(() => statesOf(events)).toEqual(WAY);
			await new Promise<void>((done) => stop(done));
		}));
});

describeWith([compiler], "a broker whose first address is dead", () => {
	it(
		"is reached at the next try, on XS",
		() =>
			withBroker(async (port) => {
				const { host, events } = hostWithTwo();
				const guest = await startOnXs(host, configFor(port), { log: () => {}, onFailure: () => {} });
				await expect.poll(() => statesOf(events)).toEqual(WAY);
				await guest.stop();
			}),
		60_000,
	);
});
