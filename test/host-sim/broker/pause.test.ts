import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { brokerDown } from "../../../host-sim/trouble/broker-down.js";
import { client, connected, raw, start } from "./support.js";

describe("a broker that pauses", () => {
	it("closes clients and ports, and comes back on the same ports with what it knew", async () => {
		const { broker, events, told } = await start({ listeners: [{ protocol: "ws", port: 0 }] });
		const keeper = { clean: false };
		const away = await connected(broker.url, "away", keeper);
		await away.subscribeAsync("a", { qos: 1 });
		await away.endAsync();
		const here = await connected(broker.listeners[1]?.url ?? "", "here");
		await here.publishAsync("a", "queued", { qos: 1 });
		await here.publishAsync("kept", "retained", { qos: 1, retain: true });
		events.length = 0;
		await broker.pause();
		await told({ event: "disconnected", client: "here" });
		const refused = raw(broker.port);
		await refused.closed;
		expect(refused.socket.bytesRead).toBe(0);
		await broker.resume();
		expect(events.filter(({ event }) => event === "listening")).toEqual(
			broker.listeners.map(({ protocol, host, port, loopback }) => ({
				...{ event: "listening", protocol, host, port, loopback },
			})),
		);
		const got: string[] = [];
		const back = client(broker.listeners[1]?.url ?? "", { clientId: "away", ...keeper });
		back.on("message", (topic, payload) => got.push(`${topic} ${payload}`));
		await expect.poll(() => got).toEqual(["a queued"]);
		await back.subscribeAsync("kept");
		await expect.poll(() => got).toEqual(["a queued", "kept retained"]);
	});

	it("may be paused and resumed as often as one clicks, and stopped in a pause", async () => {
		const { broker } = await start();
		await Promise.all([broker.pause(), broker.resume(), broker.pause(), broker.pause(), broker.resume()]);
		await connected(broker.url, "here");
		await broker.resume();
		await broker.pause();
		const stopped = broker.stop();
		await broker.resume();
		await stopped;
		await raw(broker.port).closed;
	});

	it("stays down when its port is taken meanwhile", async () => {
		const { broker } = await start();
		const reasons: string[] = [];
		const down = brokerDown(broker, (reason) => reasons.push(reason));
		down.set(true);
		await broker.pause();
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(broker.port, "127.0.0.1", resolve));
		down.set(false);
		await expect.poll(() => reasons).toEqual([expect.stringMatching(/is taken/)]);
		expect(down.since).toEqual(expect.any(Number));
		await new Promise((resolve) => other.close(resolve));
		down.set(false);
		await broker.resume();
		await connected(broker.url, "here");
	});
});
