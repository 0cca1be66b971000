import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../host-sim/azure-iot-hub/core/hub.js";
import { CONNECTION_STRING, HubRig, START } from "./rig.js";

describe("a device at a hub", () => {
	it("connects with a token of its key, says its model, and reports what it is like", () => {
		const rig = new HubRig();
		rig.after(1000);
		expect(rig.eventsOf("refused")).toEqual([]);
		expect(rig.eventsOf("connected")).toMatchObject([
			{
				device: "lamp",
				clean: false,
				authentication: "sas",
				apiVersion: "2021-04-12",
				modelId: "dtmi:nightlight:device;1",
				expires: START + 3_600_000,
			},
		]);
		expect(rig.reported).toEqual({
			$version: 2,
			device: { version: expect.any(String), engine: "virtual" },
			led: { on: false },
			link: { connections: 1, failures: 0 },
			telemetryInterval: { value: 2000, ac: 203, av: 0 },
			threshold: { value: 300, ac: 203, av: 0 },
		});
		expect(rig.host.eventsOf("refused")).toEqual([]);
	});

	it("sends readings as JSON, with a message id, and whether it is dark", () => {
		const rig = new HubRig();
		rig.after(1000);
		rig.host.analog.light = 299;
		rig.after(2000);
		expect(rig.telemetry).toMatchObject([
			{ body: { light: 400 }, application: { lightAlert: "false" } },
			{ body: { light: 299 }, application: { lightAlert: "true" } },
		]);
		const [first, second] = rig.eventsOf("telemetry");
		expect(first?.system).toMatchObject({ contentType: "application/json", contentEncoding: "utf-8" });
		expect(first?.system.messageId).not.toBe(second?.system.messageId);
	});

	it("takes messages from the cloud as commands, and answers those with an id by a message", () => {
		const rig = new HubRig();
		rig.after(1000);
		rig.send('{"id":"k1","led_on":true}');
		expect(rig.isLit).toBe(true);
		expect(rig.eventsOf("c2d-completed")).toHaveLength(1);
		const answer = rig.eventsOf("telemetry").find(({ system }) => system.correlationId === "k1");
		expect(JSON.parse(Buffer.from(answer?.body ?? []).toString())).toEqual({ id: "k1", status: 200 });
		expect(rig.reported).toMatchObject({ led: { on: true, decidedBy: "server" } });
	});

	it("gets what was sent while it was away", () => {
		const rig = new HubRig();
		rig.after(1000);
		rig.network.cut();
		rig.network.attempt = "refuse";
		rig.after(400_000);
		rig.send('{"led_on":true}');
		expect(rig.isLit).toBe(false);
		rig.network.mend();
		rig.network.attempt = "accept";
		rig.after(60_000);
		expect(rig.isLit).toBe(true);
	});

	it.each([
		["setLed", true, 200, {}],
		["setLed", "on", 400, { reason: expect.stringContaining("led_on") }],
		["setLed", undefined, 400, { reason: expect.stringContaining("led_on") }],
		["sample", undefined, 200, { light: 400 }],
		["configure", { interval: 500 }, 200, { interval: 500 }],
		["configure", { interval: 5 }, 400, { reason: expect.stringContaining("10") }],
		["configure", { colour: 1 }, 400, { reason: expect.any(String) }],
		["reboot", undefined, 200, {}],
		["explode", {}, 404, { reason: expect.stringContaining("setLed") }],
	])("answers the direct method %s %j with %i", (method, payload, status, body) => {
		const rig = new HubRig();
		rig.after(1000);
		expect(rig.invoke(method, payload)).toMatchObject({ ok: true, status, payload: body });
		expect(rig.isLit).toBe(method === "setLed" && status === 200);
		expect(rig.host.restarts).toBe(method === "reboot" ? 1 : 0);
	});

	it("reports an interval that a direct method configured", () => {
		const rig = new HubRig();
		rig.after(1000);
		rig.invoke("configure", { interval: 500 });
		expect(rig.reported).toMatchObject({ telemetryInterval: { value: 500, ac: 203, av: 0 } });
	});
});

describe("desired properties", () => {
	it.each([
		["telemetryInterval", 500, { value: 500, ac: 200, av: 2 }],
		["telemetryInterval", "fast", { value: "fast", ac: 400, av: 2, ad: expect.stringContaining("10 to") }],
		["threshold", 500, { value: 500, ac: 200, av: 2 }],
		["ledOn", true, { value: true, ac: 200, av: 2 }],
		["ledOn", { on: true }, { value: { on: true }, ac: 400, av: 2, ad: expect.any(String) }],
	])("%s %j is acknowledged with %j", (name, value, acknowledgement) => {
		const rig = new HubRig();
		rig.after(1000);
		expect(rig.desire({ [name]: value })[name]).toEqual(acknowledgement);
		expect(rig.isLit).toBe(value === true);
	});

	it("of a setting give way to a later direct method, and the other way round", () => {
		const rig = new HubRig();
		rig.after(1000);
		expect(rig.desire({ threshold: 500 })).toMatchObject({ threshold: { value: 500, ac: 200, av: 2 } });
		rig.invoke("configure", { threshold: 600 });
		expect(rig.reported).toMatchObject({ threshold: { value: 600, ac: 203, av: 0 } });
		expect(rig.desire({ threshold: 700 })).toMatchObject({ threshold: { value: 700, ac: 200, av: 3 } });
	});

	it("that changed while it was away are taken over once, and not again at each connection", () => {
		const rig = new HubRig();
		rig.hub.desire("lamp", { ledOn: true });
		rig.after(1000);
		expect(rig.isLit).toBe(true);
		rig.send('{"led_on":false}');
		rig.hub.kick("lamp");
		rig.after(5000);
		expect(rig.eventsOf("connected")).toHaveLength(2);
		expect(rig.isLit).toBe(false);
		expect(rig.reported).toMatchObject({ ledOn: { value: true, ac: 200, av: 2 } });
	});

	it("of properties that it does not know change nothing", () => {
		const rig = new HubRig();
		rig.after(1000);
		const before = rig.reported;
		expect(rig.desire({ colour: "red", ledOn: null })).toEqual(before);
	});

	it("that are as deep as the hub allows are refused, and all else is reported", () => {
		const rig = new HubRig();
		rig.after(1000);
		let deep: JsonObject = { a: 1 };
		for (let level = 0; level < 8; level++) deep = { a: deep };
		expect(rig.desire({ threshold: deep }).threshold).toEqual({ ac: 400, av: 2, ad: expect.any(String) });
		rig.hub.kick("lamp");
		rig.after(5000);
		expect(rig.reported).toMatchObject({ link: { connections: 2 } });
	});

	it("that change while the twin is asked for are taken over", () => {
		const rig = new HubRig();
		rig.hub.faults.answer = (kind) => (kind === "twin" ? 3000 : "send");
		rig.after(1000);
		rig.desire({ threshold: 123 });
		rig.after(20_000);
		expect(rig.reported).toMatchObject({ threshold: { value: 123, ac: 200, av: 2 } });
	});

	it("are asked for again when the hub throttles", () => {
		const rig = new HubRig();
		let isBusy = true;
		rig.hub.faults.throttleTwin = () => isBusy;
		rig.after(30_000);
		expect(rig.reported).toEqual({ $version: 1 });
		isBusy = false;
		rig.after(120_000);
		expect(rig.reported).toMatchObject({ link: { connections: 1 } });
	});
});

describe("a token", () => {
	it("is renewed before it expires, with what is under way finished first", () => {
		const rig = new HubRig({
			settings: {
				azure: { tokenLifetime: 6000 },
				telemetry: { qos: 1, interval: 100 },
				outbox: { policy: "keep" },
			},
		});
		rig.after(60_000);
		expect(rig.eventsOf("connected").length).toBeGreaterThan(10);
		expect(rig.eventsOf("disconnected").map(({ code }) => code)).not.toContain("token-expired");
		const codes = new Set(rig.eventsOf("disconnected").map(({ code, will }) => `${code} ${will}`));
		expect([...codes]).toEqual(["disconnect false"]);
		expect(rig.telemetry.length).toBeGreaterThan(590);
		expect(rig.host.eventsOf("link").filter(({ code }) => code !== undefined)).toEqual([]);
	});

	it("is renewed after a method that came meanwhile is answered", () => {
		const rig = new HubRig({ settings: { azure: { tokenLifetime: 20_000 }, telemetry: { qos: 1 } } });
		rig.hub.faults.answer = (kind) => (kind === "puback" ? 3000 : "send");
		rig.after(15_300);
		expect(rig.invoke("setLed", true)).toMatchObject({ ok: true, status: 200 });
	});

	it("that was made elsewhere holds until it expires, which is said", () => {
		const resource = encodeURIComponent("contoso.azure-devices.net/devices/lamp");
		const expires = START / 1000 - 1;
		const token = `SharedAccessSignature sr=${resource}&sig=x&se=${expires}`;
		const [identity] = CONNECTION_STRING.split(";SharedAccessKey");
		const rig = new HubRig({ connectionString: `${identity};SharedAccessSignature=${token}` });
		rig.after(100);
		expect(rig.host.eventsOf("link")).toContainEqual(
			expect.objectContaining({
				code: "preparation-failed",
				reason: expect.stringMatching(
					/ended on 2026-11-26T11:59:59.000Z, and here it is 2026-11-26T12:00:00/,
				),
			}),
		);
	});

	it("needs a clock, which is said", () => {
		const rig = new HubRig({ clockError: undefined });
		rig.after(100);
		expect(rig.host.eventsOf("link").at(-1)).toMatchObject({
			code: "preparation-failed",
			reason: "the clock is not set, which the hub's token needs",
		});
	});

	it("of a clock that is hours behind is refused, and what the clock shows is said", () => {
		const rig = new HubRig({ clockError: -7_200_000 });
		rig.after(1000);
		expect(rig.eventsOf("refused")[0]).toMatchObject({ code: "token-expired" });
		expect(rig.host.eventsOf("link").find(({ code }) => code !== undefined)?.reason).toBe(
			"not authorized (CONNACK 5); the key may be another device's, or the clock wrong: here it is 2026-11-26T10:00:00.006Z",
		);
	});
});

describe("trouble", () => {
	it("of two devices with one identity leads to a connection each 30 s at most", () => {
		const rig = new HubRig();
		rig.after(1000);
		for (let time = 0; time < 300; time++) {
			rig.after(1000);
			rig.hub.kick("lamp");
		}
		expect(rig.eventsOf("connected").length).toBeLessThan(15);
		expect(rig.host.eventsOf("link").some(({ reason }) => reason?.includes("another client"))).toBe(true);
	});

	it("between two connections, as a token is renewed, is no closing of the hub", () => {
		const rig = new HubRig({ settings: { azure: { tokenLifetime: 60_000 } } });
		rig.after(44_900);
		rig.network.lookup = "fail";
		rig.after(200);
		rig.network.lookup = "answer";
		for (let time = 0; time < 2; time++) {
			rig.after(2000);
			rig.hub.kick("lamp");
		}
		rig.after(10);
		const pauses = rig.host.eventsOf("link").filter(({ state }) => state === "backoff");
		expect(pauses).toHaveLength(3);
		expect(pauses.at(-1)?.delay).toBeLessThan(1000);
	});

	it("of a hub that goes silent is found out, and nothing that is kept is lost", () => {
		const rig = new HubRig({ settings: { telemetry: { qos: 1 }, outbox: { policy: "keep" } } });
		let isSilent = false;
		rig.hub.faults.ignore = () => isSilent;
		for (let time = 0; time < 5; time++) {
			rig.after(20_000);
			isSilent = true;
			rig.after(120_000);
			isSilent = false;
			rig.after(120_000);
		}
		const readings = rig.eventsOf("telemetry").map(({ system }) => system.messageId);
		expect(new Set(readings).size).toBeGreaterThanOrEqual(645);
	});
});

it("is a module as well", () => {
	const rig = new HubRig({ connectionString: CONNECTION_STRING.replace(";Shared", ";ModuleId=m1;Shared") });
	rig.after(1000);
	expect(rig.eventsOf("connected")).toMatchObject([{ device: "lamp", module: "m1" }]);
	rig.send('{"led_on":true}', "lamp/m1");
	expect(rig.isLit).toBe(true);
});

it.each([
	["mqtt", { broker: { protocol: "mqtt" } }, /broker\.protocol.*TLS/],
	["QoS 2", { telemetry: { qos: 2 } }, /telemetry\.qos: got 2, wants 0 or 1/],
	["no keep-alive", { mqtt: { keepAlive: 0 } }, /mqtt\.keepAlive/],
	["a long keep-alive", { mqtt: { keepAlive: 1_178_000 } }, /mqtt\.keepAlive.*1177000/],
	["a user name", { mqtt: { username: "me" } }, /mqtt\.username/],
	[
		"answers of a server",
		{ outbox: { delivery: "server" }, telemetry: { qos: 1 } },
		/outbox\.delivery.*"broker"/,
	],
	["no connection string", {}, /azure\.connectionString.*HostName/, "nothing"],
] as const)(
	"does not start with %s",
	(_what, settings, problem, connectionString: string = CONNECTION_STRING) => {
		expect(
			() =>
				new HubRig({ settings: { broker: { host: "h" }, id: "x", ...settings } as never, connectionString }),
		).toThrow(problem);
	},
);
