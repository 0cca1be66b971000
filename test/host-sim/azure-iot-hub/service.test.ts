import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeToken } from "../../../host-sim/azure-iot-hub/core/sas.js";
import type { HubPrintedEvent } from "../../../host-sim/azure-iot-hub/printed-events.js";
import { type SocketClient, TestHub } from "./running.js";

/** A hub with a device that is connected and has subscribed to everything. */
async function connected(): Promise<{ hub: TestHub; client: SocketClient }> {
	const hub = await TestHub.start({
		identities: [
			{ device: "dev1", kind: "sas" },
			{ device: "dev1", module: "m", kind: "sas" },
		],
	});
	const client = await hub.open();
	client.send(hub.connectPacket("dev1"));
	const filters = [
		"devices/dev1/messages/devicebound/#",
		"$iothub/methods/POST/#",
		"$iothub/twin/PATCH/properties/desired/#",
	];
	client.send({ cmd: "subscribe", messageId: 1, subscriptions: filters.map((topic) => ({ topic, qos: 1 })) });
	await expect.poll(() => client.lines).toHaveLength(2);
	client.lines.length = 0;
	return { hub, client };
}

/** A request with a header of one's own choice. */
const status = (
	hub: TestHub,
	authorization: string | undefined,
	path = "/devices",
	method = "GET",
	body = "",
) =>
	new Promise<number>((resolve, reject) => {
		const headers = authorization === undefined ? {} : { Authorization: authorization };
		request(
			{ host: "127.0.0.1", port: hub.running.httpsPort, ca: hub.ca, path, method, headers, agent: false },
			(response) => {
				response.resume();
				resolve(response.statusCode ?? 0);
			},
		)
			.once("error", reject)
			.end(body);
	});

describe("the service side", () => {
	it("sends messages to a device, with their properties", async () => {
		const { hub, client } = await connected();
		const bag = { system: { contentType: "text/plain" }, application: { "a b": "c", none: null } };
		const messageId = await hub.service.send("dev1", "hello", bag);
		await expect
			.poll(() => client.lines)
			.toEqual([
				expect.stringMatching(
					new RegExp(
						`^publish 1 devices/dev1/messages/devicebound/%24\\.mid=${messageId}&.*&%24\\.ct=text%2Fplain&a%20b=c&none=hello q1$`,
					),
				),
			]);
	});

	it("calls methods, and gives back status and answer", async () => {
		const { hub, client } = await connected();
		const answer = hub.service.invoke("dev1", { methodName: "setLed", payload: { on: true } });
		await expect
			.poll(() => client.lines)
			.toEqual(['publish $iothub/methods/POST/setLed/?$rid=1={"on":true} q0']);
		client.send({
			...{ cmd: "publish", topic: "$iothub/methods/res/207/?$rid=1", payload: "[1]" },
			...{ qos: 0, dup: false, retain: false },
		});
		expect(await answer).toEqual({ status: 207, payload: [1] });
	});

	it("reads and patches twins", async () => {
		const { hub, client } = await connected();
		expect(await hub.service.twin("dev1/m")).toMatchObject({
			deviceId: "dev1",
			moduleId: "m",
			connectionState: "Disconnected",
		});
		const twin = await hub.service.desire("dev1", { interval: 5 });
		expect(twin).toMatchObject({
			connectionState: "Connected",
			properties: { desired: { interval: 5, $version: 2 } },
		});
		await expect.poll(() => client.lines).toHaveLength(1);
		await hub.service.call("PUT", "/twins/dev1", { properties: { desired: { other: 1 } } });
		expect(await hub.service.twin("dev1")).toMatchObject({
			properties: { desired: { other: 1, $version: 3 } },
		});
	});

	it("lists who is registered", async () => {
		const { hub } = await connected();
		expect(await hub.service.call("GET", "/devices")).toMatchObject([
			{ deviceId: "dev1", connectionState: "Connected", authentication: { type: "sas" } },
			{ deviceId: "dev1", moduleId: "m", connectionState: "Disconnected" },
		]);
	});

	it("registers devices and modules, changes and removes them", async () => {
		const { hub } = await connected();
		const made = await hub.service.call("PUT", "/devices/new", {});
		expect(made).toMatchObject({ deviceId: "new", status: "enabled", authentication: { type: "sas" } });
		const { symmetricKey } = (made as { authentication: { symmetricKey: { primaryKey: string } } })
			.authentication;
		const token = makeToken(
			"localhost/devices/new",
			symmetricKey.primaryKey,
			Math.floor(Date.now() / 1000) + 60,
		);
		const client = await hub.open();
		client.send(hub.connectPacket("new", token));
		await expect.poll(() => client.lines).toEqual(["connack 0 present"]);
		await expect(hub.service.call("PUT", "/devices/new", {})).rejects.toMatchObject({ status: 409 });
		expect(await hub.service.call("PUT", "/devices/new/modules/m", {})).toMatchObject({ moduleId: "m" });
		expect(await hub.service.call("GET", "/devices/new")).toMatchObject({
			connectionState: "Connected",
			authentication: { symmetricKey },
		});
		await hub.service.call("DELETE", "/devices/new");
		await expect.poll(() => client.lines.at(-1)).toBe("closed");
		await expect(hub.service.call("GET", "/devices/new/modules/m")).rejects.toMatchObject({ status: 404 });
	});

	it.each([
		{ authentication: { type: "selfSigned", x509Thumbprint: { primaryThumbprint: "AB" } } },
		{ authentication: { type: "certificateAuthority" } },
		{ authentication: { type: "sas", symmetricKey: { primaryKey: "AAAA", secondaryKey: "AAAA" } } },
	])("registers a device that proves itself by $authentication", async (body) => {
		const { hub } = await connected();
		expect(await hub.service.call("PUT", "/devices/new", body)).toMatchObject(body);
	});

	it("sends to the input of a module", async () => {
		const { hub } = await connected();
		await hub.service.call("POST", "/devices/dev1/modules/m/inputs/in1/a=b", { x: 1 });
		expect(hub.running.hub.waiting("dev1/m")).toBe(1);
	});

	it("tells who monitors what happens, of one device if one is named, until the hub ends", async () => {
		const { hub, client } = await connected();
		const [all, one, none]: HubPrintedEvent[][] = [[], [], []];
		const streams = await Promise.all([
			hub.service.monitor(undefined, (event) => all?.push(event)),
			hub.service.monitor("dev1", (event) => one?.push(event)),
			hub.service.monitor("dev2", (event) => none?.push(event)),
		]);
		client.send({
			...{ cmd: "publish", topic: "devices/dev1/messages/events/a=b", payload: '{"light":1}' },
			...{ qos: 0, dup: false, retain: false },
		});
		const telemetry = { event: "telemetry", device: "dev1", application: { a: "b" }, payload: '{"light":1}' };
		await expect.poll(() => [all, one]).toMatchObject([[telemetry], [telemetry]]);
		expect(none).toEqual([]);
		await hub.running.stop();
		await Promise.all(streams.map(({ ended }) => ended));
	});

	it("kicks a device, and switches faults on and off", async () => {
		const { hub, client } = await connected();
		expect(await hub.service.call("POST", "/emulator/dev1/kick")).toEqual({ wasConnected: true });
		await expect.poll(() => client.lines.at(-1)).toBe("closed");
		await hub.service.call("PUT", "/emulator/faults", { throttleTelemetry: true });
		expect(hub.running.hub.faults.throttleTelemetry?.("dev1")).toBe(true);
		await hub.service.call("PUT", "/emulator/faults", {});
		expect(hub.running.hub.faults.throttleTelemetry).toBeUndefined();
	});

	it.each([
		{
			what: "an unknown device",
			call: ["GET", "/twins/none"],
			error: { status: 404, code: "DeviceNotFound" },
		},
		{
			what: "a method of one that is not there",
			call: ["POST", "/twins/dev1/modules/m/methods", { methodName: "x" }],
			error: { status: 404, code: "DeviceNotOnline" },
		},
		{
			what: "a method without a name",
			call: ["POST", "/twins/dev1/methods", {}],
			error: { status: 400, code: "ArgumentInvalid" },
		},
		{
			what: "a timeout that is none",
			call: ["POST", "/twins/dev1/methods", { methodName: "x", responseTimeoutInSeconds: 301 }],
			error: { status: 400 },
		},
		{
			what: "a patch that is no object",
			call: ["PATCH", "/twins/dev1", { properties: { desired: [] } }],
			error: { status: 400 },
		},
		{
			what: "a patch of something else",
			call: ["PATCH", "/twins/dev1", { tags: {} }],
			error: { status: 400 },
		},
		{ what: "a body that is no object", call: ["PATCH", "/twins/dev1", [1]], error: { status: 400 } },
		{
			what: "a property bag that is none",
			call: ["POST", "/devices/dev1/messages/devicebound/a=%zz", {}],
			error: { status: 400 },
		},
		{
			what: "a fault that there is not",
			call: ["PUT", "/emulator/faults", { rain: true }],
			error: { status: 400 },
		},
		{ what: "a path that there is not", call: ["GET", "/"], error: { status: 404 } },
	] as const)("refuses $what", async ({ call, error }) => {
		const { hub } = await connected();
		const [method, path, body] = call as readonly [string, string, never];
		await expect(hub.service.call(method, path, body)).rejects.toMatchObject(error);
	});

	it("refuses a twin's patch for another ETag", async () => {
		const { hub } = await connected();
		const { etag } = (await hub.service.twin("dev1")) as { etag: string };
		const token = tokenOf(hub);
		const patch = (match: string) =>
			new Promise<number>((resolve) => {
				const headers = { Authorization: token, "If-Match": match };
				request(
					{
						host: "127.0.0.1",
						port: hub.running.httpsPort,
						ca: hub.ca,
						path: "/twins/dev1",
						method: "PATCH",
						headers,
						agent: false,
					},
					(response) => resolve(response.resume().statusCode ?? 0),
				).end('{"properties":{"desired":{"a":1}}}');
			});
		const statuses = [await patch(etag), await patch(etag), await patch("*"), await patch('"*"')];
		expect(statuses).toEqual([200, 412, 200, 200]);
		const { etag: newer } = (await hub.service.twin("dev1")) as { etag: string };
		expect(await patch(`"${newer}"`)).toBe(200);
	});

	const tokenOf = (
		hub: TestHub,
		{ resource = "localhost", policy = "iothubowner", seconds = 60, key = "" } = {},
	) => {
		const own = /SharedAccessKey=([^;]+)/.exec(readFileSync(hub.running.serviceFile, "utf8"))?.[1] ?? "";
		return makeToken(resource, key || own, Math.floor(Date.now() / 1000) + seconds, policy);
	};

	it.each([
		{ ttl: "1", wanted: 201 },
		{ ttl: "soon", wanted: 400 },
		{ ttl: "0", wanted: 400 },
	])("takes the life of a message in seconds: $ttl, $wanted", async ({ ttl, wanted }) => {
		const hub = await TestHub.start();
		const headers = { Authorization: tokenOf(hub), "iothub-ttl": ttl };
		const path = "/devices/dev1/messages/devicebound/";
		const options = {
			host: "127.0.0.1",
			port: hub.running.httpsPort,
			ca: hub.ca,
			path,
			method: "POST",
			headers,
		};
		const status = await new Promise<number>((resolve) => {
			request({ ...options, agent: false }, (response) => resolve(response.resume().statusCode ?? 0)).end(
				"x",
			);
		});
		expect(status).toBe(wanted);
	});

	it.each([
		{ what: "a token", header: (hub: TestHub) => tokenOf(hub), wanted: 200 },
		{ what: "none", header: () => undefined, wanted: 401 },
		{ what: "another kind", header: () => "Bearer x", wanted: 401 },
		{ what: "a device's token", header: (hub: TestHub) => hub.tokenOf("dev1"), wanted: 401 },
		{
			what: "another policy's name",
			header: (hub: TestHub) => tokenOf(hub, { policy: "none" }),
			wanted: 401,
		},
		{
			what: "a policy without the right",
			header: (hub: TestHub) => tokenOf(hub, { policy: "device" }),
			wanted: 401,
		},
		{ what: "another key", header: (hub: TestHub) => tokenOf(hub, { key: "AAAA" }), wanted: 401 },
		{
			what: "another hub's token",
			header: (hub: TestHub) => tokenOf(hub, { resource: "x.test" }),
			wanted: 401,
		},
		{
			what: "a part's token",
			header: (hub: TestHub) => tokenOf(hub, { resource: "localhost/devices/x" }),
			wanted: 401,
		},
		{ what: "an expired token", header: (hub: TestHub) => tokenOf(hub, { seconds: -1 }), wanted: 401 },
	])("answers a request with $what: $wanted", async ({ header, wanted }) => {
		const hub = await TestHub.start();
		expect(await status(hub, header(hub))).toBe(wanted);
	});

	it.each([
		{ policy: "service", path: "/devices", method: "GET", wanted: 200 },
		{ policy: "service", path: "/devices/n", method: "PUT", wanted: 401 },
		{ policy: "service", path: "/devices/dev1", method: "DELETE", wanted: 401 },
	])("lets policy $policy $method $path: $wanted", async ({ policy, path, method, wanted }) => {
		const hub = await TestHub.start();
		const { policies } = JSON.parse(readFileSync(join(hub.out, "keys.json"), "utf8"));
		const token = makeToken("localhost", policies[policy], Math.floor(Date.now() / 1000) + 60, policy);
		expect(await status(hub, token, path, method, method === "PUT" ? "{}" : "")).toBe(wanted);
	});

	it("refuses a body of more than 256 KB, and goes on", async () => {
		const hub = await TestHub.start();
		expect(await status(hub, tokenOf(hub), "/twins/dev1", "PATCH", "x".repeat(300_000))).toBe(413);
		expect(await status(hub, tokenOf(hub))).toBe(200);
	});
});
