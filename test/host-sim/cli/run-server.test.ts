import type { IConnectPacket } from "mqtt-packet";
import { afterEach, describe, expect, it } from "vitest";
import { parseConfig } from "../../../firmware/config.js";
import { Output } from "../../../host-sim/cli/output.js";
import { runServer } from "../../../host-sim/cli/run-server.js";
import { answering, connack, rawServer } from "../../server/support.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function settings(source: object) {
	const parsed = parseConfig({ id: "lamp", ...source });
	if (parsed.kind !== "valid") throw new Error(JSON.stringify(parsed.problems));
	return { config: parsed.config, certificates: {} };
}

const silent = new Output({ json: true, prefixed: false });
silent.event = () => {};

const OPTIONS = { threshold: 300, hysteresis: 0, maxPacket: 262_144, name: "nightlight" };

describe("the server of the command line", () => {
	it.each([
		{ mqtt: { keepAlive: 5000 }, seconds: 5 },
		{ mqtt: { keepAlive: 1500 }, seconds: 2 },
		{ mqtt: { keepAlive: 0 }, seconds: 0 },
		{ mqtt: {}, seconds: 60 },
	])("tells the broker the keep-alive of $mqtt: $seconds s", async ({ mqtt, seconds }) => {
		let told: (packet: IConnectPacket) => void = () => {};
		const connect = new Promise<IConnectPacket>((resolve) => {
			told = resolve;
		});
		const raw = await rawServer(
			answering((packet) => {
				if (packet.cmd !== "connect") return undefined;
				told(packet);
				return connack(0);
			}),
		);
		cleanups.push(raw.close);
		const source = { broker: { host: "127.0.0.1", port: raw.port }, mqtt };
		const server = runServer(settings(source), "lamp", OPTIONS, {
			output: silent,
			store: undefined,
			rules: undefined,
			shown: undefined,
		});
		cleanups.push(() => server.stop());
		expect((await connect).keepalive).toBe(seconds);
	});
});
