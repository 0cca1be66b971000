import { describe, expect, it } from "vitest";
import { METHODS, Rig } from "../rig.js";

function methodClient(rig: Rig, id = "dev1") {
	const client = rig.client(id);
	client.subscribe(METHODS);
	client.heard();
	return client;
}

describe("a direct method", () => {
	it.each([
		{ payload: { on: true }, body: '{"on":true}' },
		{ payload: undefined, body: "" },
		{ payload: null, body: "null" },
	])(
		"[topics.methods] [methods.request] is called with the body '$body', and answered",
		({ payload, body }) => {
			const rig = new Rig();
			const client = methodClient(rig);
			const outcomes = rig.invoke("dev1", { method: "setLed", ...(payload !== undefined && { payload }) });
			expect(client.heard()).toEqual([`publish $iothub/methods/POST/setLed/?$rid=1=${body} q0`]);
			expect(client.publish("$iothub/methods/res/200/?$rid=1", '{"done":1}')).toEqual([]);
			expect(outcomes).toEqual([{ ok: true, status: 200, payload: { done: 1 } }]);
			expect(rig.told("method-answered")).toMatchObject([{ method: "setLed", rid: "1", status: 200 }]);
		},
	);

	it.each([
		{ status: 404, body: '"no such method"', payload: "no such method" },
		{ status: -1, body: "", payload: null },
	])(
		"[topics.method-response] [methods.unknown] may be answered with $status and '$body'",
		({ status, body, payload }) => {
			const rig = new Rig();
			const client = methodClient(rig);
			const outcomes = rig.invoke("dev1", { method: "none" });
			client.publish(`$iothub/methods/res/${status}/?$rid=1`, body, 1);
			expect(outcomes).toEqual([{ ok: true, status, payload }]);
		},
	);

	it("[methods.request] of each call has an id of its own; answers may come in any order", () => {
		const rig = new Rig();
		const client = methodClient(rig);
		const one = rig.invoke("dev1", { method: "a/b c" });
		const two = rig.invoke("dev1", { method: "x" });
		expect(client.heard()).toEqual([
			"publish $iothub/methods/POST/a%2Fb%20c/?$rid=1= q0",
			"publish $iothub/methods/POST/x/?$rid=2= q0",
		]);
		client.publish("$iothub/methods/res/2/?$rid=2");
		client.publish("$iothub/methods/res/1/?$rid=1");
		expect([one, two]).toMatchObject([[{ status: 1 }], [{ status: 2 }]]);
	});

	it.each([
		{ responseTimeout: undefined, after: 30_000 },
		{ responseTimeout: 5000, after: 5000 },
	])(
		"[methods.timeout] is given up after $after ms; the answer that comes then is for nobody",
		({ responseTimeout, after }) => {
			const rig = new Rig();
			const client = methodClient(rig);
			const outcomes = rig.invoke("dev1", {
				method: "slow",
				...(responseTimeout !== undefined && { responseTimeout }),
			});
			rig.advance(after - 1);
			expect(outcomes).toEqual([]);
			rig.advance(1);
			expect(outcomes).toMatchObject([{ ok: false, error: { status: 504, code: "GatewayTimeout" } }]);
			client.publish("$iothub/methods/res/200/?$rid=1", "{}");
			expect(outcomes).toHaveLength(1);
			expect(client.isClosed).toBe(false);
			expect(rig.told("method-unknown")).toMatchObject([{ rid: "1" }]);
		},
	);

	it.each([
		{ who: "is not connected", prepare: () => {} },
		{ who: "has not subscribed", prepare: (rig: Rig) => rig.client() },
		{ who: "is gone", prepare: (rig: Rig) => methodClient(rig).connection.closed() },
	])("[methods.offline] for a device that $who is refused with 404", ({ prepare }) => {
		const rig = new Rig();
		prepare(rig);
		expect(rig.invoke("dev1", { method: "m" })).toMatchObject([
			{ ok: false, error: { status: 404, code: "DeviceNotOnline" } },
		]);
	});

	it("[methods.offline] waits for the device as long as the call says", () => {
		const rig = new Rig();
		const [one, two] = [2000, 4000].map((connectTimeout) =>
			rig.invoke("dev1", { method: "m", connectTimeout }),
		);
		rig.advance(2000);
		expect([one?.length, two?.length]).toEqual([1, 0]);
		const client = rig.client();
		client.heard();
		expect(client.subscribe(METHODS)).toEqual(["suback 3 1", "publish $iothub/methods/POST/m/?$rid=1= q0"]);
		client.publish("$iothub/methods/res/200/?$rid=1");
		rig.advance(10_000);
		expect([one, two]).toMatchObject([
			[{ ok: false, error: { code: "DeviceNotOnline" } }],
			[{ status: 200 }],
		]);
	});

	it("[methods.offline] that waits is called when a session with the subscription is back", () => {
		const rig = new Rig();
		methodClient(rig).connection.closed();
		rig.invoke("dev1", { method: "m", connectTimeout: 1000 });
		expect(rig.client().heard()).toEqual(["connack 0 present", "publish $iothub/methods/POST/m/?$rid=1= q0"]);
	});

	it.each([
		{ what: "has not answered", prepare: (rig: Rig) => methodClient(rig) },
		{ what: "is waited for", prepare: () => {} },
	])("ends at once, with its timer, when a device is removed that $what", ({ prepare }) => {
		const rig = new Rig();
		prepare(rig);
		const outcomes = rig.invoke("dev1", { method: "m", connectTimeout: 5000 });
		expect(outcomes).toEqual([]);
		rig.hub.unregister("dev1");
		const removed = [{ ok: false, error: { status: 404, code: "DeviceNotFound" } }];
		expect(outcomes).toMatchObject(removed);
		expect(rig.timers).toBe(0);
		rig.advance(60_000);
		expect(outcomes).toHaveLength(1);
		expect(rig.told("method-timeout")).toEqual([]);
	});

	it.each([
		{ bytes: 131_072, ok: true },
		{ bytes: 131_073, ok: false },
	])("[methods.size] may have a body of 128 KB: $bytes bytes, $ok", ({ bytes, ok }) => {
		const rig = new Rig();
		const client = methodClient(rig);
		const outcomes = rig.invoke("dev1", { method: "m", payload: "x".repeat(bytes - 2) });
		expect(client.heard()).toHaveLength(ok ? 1 : 0);
		expect(outcomes).toMatchObject(ok ? [] : [{ error: { code: "MessageTooLarge" } }]);
	});

	it.each([
		{ what: "no JSON", body: "{", code: "bad-method-response" },
		{ what: "more than 128 KB", body: `"${"x".repeat(131_072)}"`, code: "message-too-large" },
	])("[methods.bad-response] that is answered with $what closes the connection", ({ body, code }) => {
		const rig = new Rig();
		const client = methodClient(rig);
		rig.invoke("dev1", { method: "m" });
		client.heard();
		expect(client.publish("$iothub/methods/res/200/?$rid=1", body)).toEqual(["closed"]);
		expect(rig.told("disconnected")[0]?.code).toBe(code);
	});

	it("reaches a module by itself", () => {
		const rig = new Rig();
		const device = methodClient(rig);
		const module = methodClient(rig, "dev1/mod1");
		rig.invoke("dev1/mod1", { method: "m" });
		expect([device.heard(), module.heard()]).toEqual([[], ["publish $iothub/methods/POST/m/?$rid=1= q0"]]);
	});
});
