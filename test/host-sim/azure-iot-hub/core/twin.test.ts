import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../host-sim/azure-iot-hub/core/hub.js";
import { type Connecting, connectPacket, DESIRED, HOST, REPORTED, RESPONSES, Rig } from "../rig.js";

/** A client that hears answers about its twin. */
function twinClient(rig: Rig, filters = [RESPONSES], connecting: Connecting = {}) {
	const client = rig.client("dev1", connecting);
	client.subscribe(...filters);
	client.heard();
	return client;
}

const report = (client: ReturnType<typeof twinClient>, patch: unknown, rid = "1") =>
	client.publish(`${REPORTED}?$rid=${rid}`, typeof patch === "string" ? patch : JSON.stringify(patch));

/** Objects in objects, `levels` deep. */
const deep = (levels: number): JsonObject => (levels === 1 ? { a: 1 } : { a: deep(levels - 1) });

describe("a twin", () => {
	it.each(["", " "])("[topics.twin-get] [twin.get] is read with an empty body or a space: '%s'", (body) => {
		const rig = new Rig();
		const client = twinClient(rig);
		rig.hub.desire("dev1", { interval: 5 });
		report(client, { led: true });
		expect(client.publish("$iothub/twin/GET/?$rid=r%201", body)).toEqual([
			'publish $iothub/twin/res/200/?$rid=r%201={"desired":{"interval":5,"$version":2},"reported":{"led":true,"$version":2}} q0',
		]);
	});

	it("[topics.twin-responses] is not answered for before SUBSCRIBE", () => {
		const rig = new Rig();
		const client = rig.client();
		client.heard();
		expect(client.publish("$iothub/twin/GET/?$rid=1")).toEqual([]);
		expect(client.subscribe(RESPONSES)).toEqual(["suback 3 1"]);
	});

	it("[topics.twin-report] [twin.reported] takes a patch and answers 204 with the version, without a body", () => {
		const rig = new Rig();
		const client = twinClient(rig);
		expect(report(client, { led: true }, "1")).toEqual([
			"publish $iothub/twin/res/204/?$rid=1&$version=2= q0",
		]);
		expect(report(client, { led: false }, "2")).toEqual([
			"publish $iothub/twin/res/204/?$rid=2&$version=3= q0",
		]);
		expect(rig.told("twin-reported")).toMatchObject([{ version: 2 }, { version: 3, patch: { led: false } }]);
	});

	it("[topics.twin-report] with QoS 1 is acknowledged, and answered", () => {
		const rig = new Rig();
		const client = twinClient(rig);
		expect(client.publish(`${REPORTED}?$rid=1`, "{}", 1)).toEqual([
			"puback 7",
			"publish $iothub/twin/res/204/?$rid=1&$version=2= q0",
		]);
	});

	it("[twin.null-deletes] loses what a patch names with null, and keeps the rest", () => {
		const rig = new Rig();
		const client = twinClient(rig);
		report(client, { a: { b: 1, c: 2 }, d: [1, { e: null }] });
		report(client, { a: { b: null, f: { g: null } }, x: null });
		expect(rig.hub.twin("dev1")).toMatchObject({
			twin: { reported: { a: { c: 2, f: {} }, d: [1, { e: null }], $version: 3 } },
		});
	});

	it.each([
		{ rule: "twin.bad-json", what: "no JSON", patch: "{", code: "not-json" },
		{ rule: "twin.bad-json", what: "nothing", patch: "", code: "not-json" },
		{ rule: "twin.bad-json", what: "a list", patch: "[]", code: "not-an-object" },
		{ rule: "twin.bad-json", what: "null", patch: "null", code: "not-an-object" },
		{ rule: "twin.depth", what: "11 levels", patch: deep(11), code: "too-deep" },
		{
			rule: "twin.depth",
			what: "20,000 levels",
			patch: `${'{"a":'.repeat(2e4)}1${"}".repeat(2e4)}`,
			code: "too-deep",
		},
		{
			rule: "twin.key",
			what: "a key of 1025 bytes",
			patch: { [`${"é".repeat(512)}x`]: 1 },
			code: "key-too-long",
		},
		{ rule: "twin.key", what: "a key with a dot", patch: { a: { "b.c": 1 } }, code: "bad-key" },
		{ rule: "twin.key", what: "a key with a dollar sign", patch: { a: { $b: 1 } }, code: "bad-key" },
		{
			rule: "twin.string",
			what: "a string of 4097 bytes",
			patch: { a: ["x".repeat(4097)] },
			code: "string-too-long",
		},
		{
			rule: "twin.section-size",
			what: "more than 32 KB",
			patch: Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, "x".repeat(4000)])),
			code: "section-too-large",
		},
	])(
		"[$rule] [twin.error-body] refuses $what with 400 and an error body, and keeps what it had",
		({ patch, code }) => {
			const rig = new Rig();
			const client = twinClient(rig);
			report(client, { a: 1 });
			const [answer = ""] = report(client, patch, "9");
			expect(answer).toMatch(/^publish \$iothub\/twin\/res\/400\/\?\$rid=9=\{/);
			const body = JSON.parse(answer.slice(answer.indexOf("={") + 1, answer.lastIndexOf(" q0")));
			expect(body).toEqual({
				errorCode: 400_004,
				trackingId: expect.stringMatching(/^[0-9A-F]{32}$/),
				message: expect.any(String),
				timestampUtc: "2026-11-01T00:00:00.000Z",
			});
			expect(rig.told("twin-refused")).toMatchObject([{ code, status: 400 }]);
			expect(rig.hub.twin("dev1")).toMatchObject({ twin: { reported: { a: 1, $version: 2 } } });
		},
	);

	it.each([
		{ rule: "twin.depth", what: "10 levels", patch: deep(10) },
		{ rule: "twin.key", what: "a key of 1024 bytes", patch: { ["é".repeat(512)]: 1 } },
		{ rule: "twin.string", what: "a string of 4096 bytes", patch: { a: "é".repeat(2048) } },
		{
			rule: "twin.section-size",
			what: "32 KB",
			patch: Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`k${index}`, "x".repeat(4094)])),
		},
	])("[$rule] takes $what", ({ patch }) => {
		const rig = new Rig();
		expect(report(twinClient(rig), patch)).toEqual(["publish $iothub/twin/res/204/?$rid=1&$version=2= q0"]);
	});

	it("[twin.section-size] is measured whole: small patches cannot make it larger", () => {
		const rig = new Rig();
		const client = twinClient(rig);
		const answers = Array.from(
			{ length: 9 },
			(_, index) => report(client, { [`k${index}`]: "x".repeat(4000) })[0],
		);
		expect(answers.map((answer) => answer?.slice(0, 28))).toEqual([
			...Array(8).fill("publish $iothub/twin/res/204"),
			"publish $iothub/twin/res/400",
		]);
	});

	it.each([`${HOST}/dev1`, `${HOST}/dev1/`])(
		"[connect.no-api-version] is not patched when the user name %s has no api-version: 400",
		(username) => {
			const rig = new Rig();
			const client = twinClient(rig, [RESPONSES], { username });
			expect(report(client, { a: 1 })[0]).toMatch(/^publish \$iothub\/twin\/res\/400\//);
			expect(rig.told("twin-refused")[0]?.code).toBe("no-api-version");
			expect(client.publish("$iothub/twin/GET/?$rid=1")[0]).toMatch(/^publish \$iothub\/twin\/res\/200\//);
		},
	);

	it.each(["$iothub/twin/GET/?$rid=1", `${REPORTED}?$rid=1`])(
		"[twin.throttled] answers %s with 429 when it is throttled, and stays connected",
		(topic) => {
			const rig = new Rig();
			const client = twinClient(rig);
			rig.hub.faults.throttleTwin = () => true;
			expect(client.publish(topic, "{}")[0]).toMatch(
				/^publish \$iothub\/twin\/res\/429\/\?\$rid=1=\{"errorCode":429001,/,
			);
			rig.hub.faults.throttleTwin = undefined;
			expect(client.publish(topic, "{}")[0]).toMatch(/^publish \$iothub\/twin\/res\/20/);
		},
	);
});

describe("desired properties", () => {
	it("[topics.desired] [twin.desired-push] are pushed with their version, null for what is deleted", () => {
		const rig = new Rig();
		const client = twinClient(rig, [DESIRED]);
		rig.hub.desire("dev1", { a: { b: 1 }, c: 2 });
		rig.hub.desire("dev1", { a: { b: null } });
		expect(client.heard()).toEqual([
			'publish $iothub/twin/PATCH/properties/desired/?$version=2={"a":{"b":1},"c":2,"$version":2} q0',
			'publish $iothub/twin/PATCH/properties/desired/?$version=3={"a":{"b":null},"$version":3} q0',
		]);
		expect(rig.hub.twin("dev1")).toMatchObject({ twin: { desired: { a: {}, c: 2, $version: 3 } } });
	});

	it("[twin.online-only] are not pushed later to who was not there, nor to who had not subscribed", () => {
		const rig = new Rig();
		twinClient(rig, [DESIRED]).send({ cmd: "disconnect" });
		rig.hub.desire("dev1", { a: 1 });
		const client = rig.open();
		expect(client.send(connectPacket("dev1"))).toEqual(["connack 0 present"]);
		rig.hub.desire("dev1", { a: 2 });
		expect(client.heard()).toHaveLength(1);
		expect(rig.told("twin-desired").map(({ pushed }) => pushed)).toEqual([false, true]);
	});

	it("[twin.reconnect] are all in the twin for who subscribes, then reads it", () => {
		const rig = new Rig();
		rig.hub.desire("dev1", { a: 1 });
		const client = twinClient(rig, [DESIRED, RESPONSES]);
		expect(client.publish("$iothub/twin/GET/?$rid=1")[0]).toContain('"desired":{"a":1,"$version":2}');
		rig.hub.desire("dev1", { a: 3 });
		expect(client.heard()[0]).toContain("$version=3");
	});

	it.each([
		{ rule: "twin.bad-json", what: "a list", patch: [] },
		{ rule: "twin.depth", what: "11 levels", patch: deep(11) },
		{ rule: "twin.string", what: "a string of 4097 bytes", patch: { a: "x".repeat(4097) } },
	])("[$rule] of $what are refused, and not pushed", ({ patch }) => {
		const rig = new Rig();
		const client = twinClient(rig, [DESIRED]);
		expect(rig.hub.desire("dev1", patch)).toMatchObject({ ok: false, error: { status: 400 } });
		expect(client.heard()).toEqual([]);
	});

	it("can be replaced whole", () => {
		const { hub } = new Rig();
		hub.desire("dev1", { a: 1, b: 2 });
		hub.desire("dev1", { b: 3, $version: 99 }, true);
		expect(hub.twin("dev1")).toMatchObject({ twin: { desired: { b: 3, $version: 3 } } });
		expect(hub.twin("dev1")).not.toHaveProperty("twin.desired.a");
	});
});

/** JSON objects as a twin takes them; `__proto__` is a name like any other. */
const anyPatch = fc.letrec((tie) => ({
	object: fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__", "constructor"), tie("value"), {
		maxKeys: 4,
	}),
	value: fc.oneof(
		{ depthSize: "small", withCrossShrink: true },
		fc.constantFrom<unknown>(null, true, 0, 1.5, "", "x", [null], []),
		tie("object"),
	),
})).object as fc.Arbitrary<JsonObject>;

/** RFC 7396 as it stands there, over maps. */
function mergeMaps(target: unknown, patch: unknown): unknown {
	if (!(patch instanceof Map)) return patch;
	const result = new Map(target instanceof Map ? target : []);
	for (const [name, value] of patch) {
		if (value === null) result.delete(name);
		else result.set(name, mergeMaps(result.get(name), value));
	}
	return result;
}

const asMaps = (value: unknown): unknown =>
	typeof value === "object" && value !== null && !Array.isArray(value)
		? new Map(Object.entries(value).map(([name, member]) => [name, asMaps(member)]))
		: value;

describe("any patches", () => {
	it("[twin.null-deletes] lead to what RFC 7396 says, and leave no other object changed", () => {
		fc.assert(
			fc.property(fc.array(anyPatch, { maxLength: 5 }), (patches) => {
				const { hub } = new Rig({ twinDepth: 50 });
				let wanted: unknown = new Map();
				for (const patch of patches) {
					hub.desire("dev1", JSON.parse(JSON.stringify(patch)));
					wanted = mergeMaps(wanted, asMaps(JSON.parse(JSON.stringify(patch))));
				}
				const outcome = hub.twin("dev1");
				const { $version, ...desired } = outcome.ok ? outcome.twin.desired : { $version: 0 };
				expect($version).toBe(1 + patches.length);
				expect(asMaps(desired)).toEqual(wanted);
				expect(Object.keys(Object.prototype)).toEqual([]);
			}),
		);
	});
});
