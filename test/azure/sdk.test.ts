import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { describeWith } from "../support/requires.js";
import { startEmulator } from "./emulator.js";
import { useRealHub } from "./real-hub.js";
import { azureSdk, newMessage, type SdkClient, type SdkMessage, sdk } from "./sdk.js";
import type { HubUnderTest, Kind } from "./target.js";

/** The environment variable with the connection string of a real hub, for a policy that may do all. */
const REAL = process.env.AZURE_IOTHUB_CONNECTION_STRING;

let hub: HubUnderTest;

/** A client of the SDK that is connected, and is closed with the test. */
async function connected(kind: Kind, make = newClient): Promise<{ client: SdkClient; id: string }> {
	const { id, options, agent } = hub.access(kind);
	const client = make(kind);
	client.on("error", () => {});
	await client.setOptions({ ...options, ...(agent !== undefined && { mqtt: { webSocketAgent: agent } }) });
	await client.open();
	onTestFinished(async () => {
		await client.close().catch(() => {});
	});
	return { client, id };
}

function newClient(kind: Kind): SdkClient {
	const { Client, ModuleClient, Mqtt, MqttWs } = sdk();
	const { connectionString } = hub.access(kind);
	if (kind === "module") return ModuleClient.fromConnectionString(connectionString, Mqtt);
	return Client.fromConnectionString(connectionString, kind === "websocket" ? MqttWs : Mqtt);
}

/** A name that no other test uses. */
const unique = (name: string): string => `${name}-${Math.random().toString(36).slice(2)}`;

const update = (twin: Awaited<ReturnType<SdkClient["getTwin"]>>, patch: object) =>
	new Promise<void>((resolve, reject) => {
		twin.properties.reported.update(patch, (error) => (error ? reject(error) : resolve()));
	});

/** Each way to connect; which ones there are is known when the hub is. */
const KINDS: readonly Kind[] = ["sas", "x509", "x509-ca", "module", "websocket"];
const DEVICES = KINDS.filter((kind) => kind !== "module");

/** A test for a way to connect that the hub at hand has. */
const forEach = (kinds: readonly Kind[], name: string, test: (kind: Kind) => Promise<void>) =>
	it.each(kinds)(name, async (kind, ...context) => {
		void context;
		if (hub.kinds.includes(kind)) await test(kind);
	});

describeWith([azureSdk], "Microsoft's SDK, unmodified", () => {
	beforeAll(async () => {
		hub = REAL === undefined ? await startEmulator() : await useRealHub(REAL);
	}, 120_000);
	afterAll(() => hub?.stop(), 60_000);

	describe("telemetry", () => {
		forEach(
			KINDS,
			"[topics.telemetry] [bag.observed] of a client with %s arrives with its properties",
			async (kind) => {
				const { client, id } = await connected(kind);
				const message = newMessage('{"light":3}', { "temp alert": "true", k2: "" });
				Object.assign(message, {
					...{ messageId: unique("msg 1"), contentType: "application/json", contentEncoding: "utf-8" },
				});
				await client.sendEvent(message);
				if (hub.stored === undefined) return;
				const { messageId } = message;
				await expect
					.poll(() => hub.stored?.(id).filter(({ system }) => system.messageId === messageId))
					.toMatchObject([
						{
							payload: '{"light":3}',
							system: { contentType: "application/json", contentEncoding: "utf-8" },
							application: { "temp alert": "true", k2: "" },
						},
					]);
			},
		);

		it("[topics.module-telemetry] of a module goes to an output", async () => {
			const { client, id } = await connected("module");
			const body = unique("out");
			await client.sendOutputEvent("out1", newMessage(body, { a: "b" }));
			if (hub.stored === undefined) return;
			await expect
				.poll(() => hub.stored?.(id).filter(({ payload }) => payload === body))
				.toMatchObject([{ system: { outputName: "out1" }, application: { a: "b" } }]);
		});
	});

	describe("messages to a device", () => {
		forEach(
			DEVICES,
			"[topics.c2d-filter] [c2d.topic] come to a client with %s, and are completed",
			async (kind) => {
				const { client, id } = await connected(kind);
				const heard: SdkMessage[] = [];
				client.on("message", (message) => {
					heard.push(message);
					void client.complete(message);
				});
				const body = unique("body");
				await hub.send(id, body, { "a b": "c/d" });
				await expect.poll(() => heard.map((message) => `${message.getData()}`)).toContain(body);
				const message = heard.find((one) => `${one.getData()}` === body);
				expect(message?.properties.getValue("a b")).toBe("c/d");
				if (hub.waiting !== undefined) await expect.poll(() => hub.waiting?.(id)).toBe(0);
			},
		);

		it("[hub.clean-0] that were sent while it was away come when it is back", async () => {
			const first = await connected("sas");
			first.client.on("message", (message) => void first.client.complete(message));
			// The subscription is made behind the listener.
			const warm = unique("warm");
			const warmed: string[] = [];
			first.client.on("message", (message) => warmed.push(`${message.getData()}`));
			await hub.send(first.id, warm, {});
			await expect.poll(() => warmed).toContain(warm);
			await first.client.close();
			const body = unique("late");
			await hub.send(first.id, body, {});
			const second = newClient("sas");
			await second.setOptions(hub.access("sas").options);
			const heard: string[] = [];
			second.on("message", (message) => {
				heard.push(`${message.getData()}`);
				void second.complete(message);
			});
			await second.open();
			onTestFinished(() => second.close().then(() => {}));
			await expect.poll(() => heard).toContain(body);
		});
	});

	describe("a twin", () => {
		forEach(
			KINDS,
			"[topics.twin-get] [topics.twin-report] [topics.desired] of a client with %s is read, reported to and pushed",
			async (kind) => {
				const { client, id } = await connected(kind);
				const [before, after] = [unique("before"), unique("after")];
				await hub.desire(id, { probe: before });
				const twin = await client.getTwin();
				expect(twin.properties.desired.probe).toBe(before);
				const deltas: unknown[] = [];
				twin.on("properties.desired", (delta) => deltas.push(delta.probe));
				await update(twin, { probe: after, gone: 1 });
				await update(twin, { gone: null });
				const { properties } = await hub.twin(id);
				expect(properties.reported.probe).toBe(after);
				expect(properties.reported).not.toHaveProperty("gone");
				await hub.desire(id, { probe: after });
				await expect.poll(() => deltas).toContain(after);
			},
		);

		it("[twin.bad-json] [twin.error-body] refuses what is too deep, and the SDK says so", async () => {
			const { client } = await connected("sas");
			const twin = await client.getTwin();
			let deep: object = { a: 1 };
			for (let level = 0; level < 11; level++) deep = { a: deep };
			await expect(update(twin, { deep })).rejects.toThrow();
		});
	});

	describe("direct methods", () => {
		forEach(
			KINDS,
			"[topics.methods] [topics.method-response] are called of a client with %s",
			async (kind) => {
				const { client, id } = await connected(kind);
				const register = (kind === "module" ? client.onMethod : client.onDeviceMethod).bind(client);
				register("setLed", (request, response) => response.send(207, { got: request.payload }, () => {}));
				await expect
					.poll(() => hub.invoke(id, "setLed", { on: true }).catch((error: Error) => error.message), {
						timeout: 20_000,
					})
					.toEqual({ status: 207, payload: { got: { on: true } } });
			},
		);
	});

	describe("a connection", () => {
		forEach(
			KINDS,
			"[connect.flags] [connect.username] [connect.x509] is made with %s: clean=0, a keep-alive of 180 s, an API version",
			async (kind) => {
				const { id } = await connected(kind);
				if (hub.connects === undefined) return;
				const authentication = { x509: "x509-thumbprint", "x509-ca": "x509-ca" }[kind as string] ?? "sas";
				expect(hub.connects(id).at(-1)).toMatchObject({
					...{ clean: false, keepAlive: 180, authentication },
					apiVersion: expect.stringMatching(/^20[0-9]{2}-[0-9]{2}-[0-9]{2}/),
				});
			},
		);

		it("[connect.renewal] [connect.token-expiry] is renewed before its token expires, and loses no message", async () => {
			const { SharedAccessKeyAuthenticationProvider: Provider, Client, Mqtt } = sdk();
			const { connectionString } = hub.access("sas");
			const { client, id } = await connected("sas", () =>
				Client.fromAuthenticationProvider(Provider.fromConnectionString(connectionString, 6, 3), Mqtt),
			);
			const before = hub.connects?.(id).length ?? 0;
			const name = unique("renewed");
			const sent = Array.from({ length: 24 }, (_, index) => `${name}-${index}`);
			for (const body of sent) {
				await client.sendEvent(newMessage(body));
				await new Promise((resolve) => setTimeout(resolve, 500));
			}
			if (hub.stored === undefined) return;
			expect((hub.connects?.(id).length ?? 0) - before).toBeGreaterThanOrEqual(3);
			const stored = new Set(hub.stored(id).map(({ payload }) => payload));
			expect(sent.filter((body) => !stored.has(body))).toEqual([]);
		}, 60_000);

		it("[hub.error-closes] that the hub closes is made again, with the session that it had", async () => {
			const { client, id } = await connected("sas");
			if (hub.kick === undefined) return;
			const heard: string[] = [];
			client.on("message", (message) => {
				heard.push(`${message.getData()}`);
				void client.complete(message);
			});
			const [before, after] = [unique("before"), unique("after")];
			await hub.send(id, before, {});
			await expect.poll(() => heard).toContain(before);
			await hub.kick(id);
			await client.sendEvent(newMessage(after));
			await hub.send(id, after, {});
			await expect.poll(() => heard, { timeout: 20_000 }).toContain(after);
			await expect.poll(() => hub.stored?.(id).map(({ payload }) => payload)).toContain(after);
		}, 60_000);
	});
});
