import { describe, expect, it } from "vitest";
import { connectPacket, HOST, outcome, POLICY_KEY, Rig, SECOND_KEY, START, token } from "../rig.js";

describe("a SAS token", () => {
	const sig = encodeURIComponent("XpKA7BGcdWvp7wEi4awDizodd4ycaLFVylF2HAJ/qAE=");
	const fields = token().slice("SharedAccessSignature ".length).split("&");
	const lower = `${HOST}%2fdevices%2fdev1`;

	it.each([
		{ rule: "connect.sas", what: "of the device", password: token() },
		{ rule: "connect.sas-two-keys", what: "of the second key", password: token({ key: SECOND_KEY }) },
		{
			rule: "connect.sas-order",
			what: "with its fields in another order",
			password: `SharedAccessSignature ${[...fields].reverse().join("&")}`,
		},
		{ rule: "connect.sas-literal", what: "signed over lower-case escapes", password: token({ sr: lower }) },
		{
			rule: "connect.sas-literal",
			what: "signed over text that is not encoded",
			password: token({ sr: `${HOST}/devices/dev1` }),
		},
		{ rule: "connect.sas-prefix", what: "for all devices", password: token({ resource: `${HOST}/devices` }) },
		{ rule: "connect.sas-prefix", what: "for the hub", password: token({ resource: HOST }) },
		{
			rule: "connect.sas-policy",
			what: "of a policy",
			password: token({ resource: HOST, key: POLICY_KEY, policy: "device" }),
		},
	])("[$rule] $what is accepted", ({ password }) => {
		expect(outcome(["dev1", { password }]).lines).toEqual(["connack 0 present"]);
	});

	it.each([
		{ rule: "connect.sas", what: "none", password: null, code: "no-credentials" },
		{ rule: "connect.sas", what: "a password of another kind", password: "secret", code: "bad-token" },
		...["sr", "sig", "se"].map((name) => ({
			rule: "connect.sas",
			what: `one without ${name}`,
			password: `SharedAccessSignature ${fields.filter((field) => !field.startsWith(`${name}=`)).join("&")}`,
			code: "bad-token",
		})),
		{ rule: "connect.sas", what: "one with sr twice", password: `${token()}&sr=x`, code: "bad-token" },
		{
			rule: "connect.sas",
			what: "one whose se is no number",
			password: token().replace(/se=\d+/, "se=soon"),
			code: "bad-token",
		},
		{
			rule: "connect.sas",
			what: "one with broken escapes",
			password: token().replace("sig=", "sig=%"),
			code: "bad-token",
		},
		{
			rule: "connect.sas",
			what: "one of another key",
			password: token({ key: POLICY_KEY }),
			code: "token-signature",
		},
		{
			rule: "connect.sas",
			what: "one whose expiry was changed",
			password: token().replace(/se=\d+/, `se=${START / 1000 + 9999}`),
			code: "token-signature",
		},
		{
			rule: "connect.sas-literal",
			what: "one whose escapes were changed after signing",
			password: token().replaceAll("%2F", "%2f"),
			code: "token-signature",
		},
		{
			rule: "connect.sas-prefix",
			what: "one of another device",
			password: token({ resource: `${HOST}/devices/dev2` }),
			code: "token-resource",
		},
		{
			rule: "connect.sas-prefix",
			what: "one of half a segment",
			password: token({ resource: `${HOST}/devices/dev` }),
			code: "token-resource",
		},
		{
			rule: "connect.sas-prefix",
			what: "one of a module",
			password: token({ resource: `${HOST}/devices/dev1/modules/mod1` }),
			code: "token-resource",
		},
		{
			rule: "connect.sas-prefix",
			what: "one of another hub",
			password: token({ resource: "x.azure-devices.net/devices/dev1" }),
			code: "token-resource",
		},
		{
			rule: "connect.sas-case",
			what: "one of a device in other case",
			password: token({ resource: `${HOST}/devices/DEV1` }),
			code: "token-resource",
		},
		{
			rule: "connect.sas-policy",
			what: "one of an unknown policy",
			password: token({ key: POLICY_KEY, policy: "none" }),
			code: "token-policy",
		},
		{
			rule: "connect.sas-policy",
			what: "one of a policy without the right",
			password: token({ key: POLICY_KEY, policy: "service" }),
			code: "token-policy",
		},
		{
			rule: "connect.token-expiry",
			what: "one that has just expired",
			password: token({ expires: START / 1000 }),
			code: "token-expired",
		},
		{
			rule: "connect.sas-vector",
			what: "the vector's, of another device",
			password: `SharedAccessSignature sr=${HOST}%2Fdevices%2FMyDevice01&sig=${sig}&se=1893456000`,
			code: "token-resource",
		},
	])("[$rule] in place of one, $what is refused: $code", ({ password, code }) => {
		const { lines, refused } = outcome(["dev1", { password }]);
		expect([lines, refused?.code]).toEqual([["connack 5", "closed"], code]);
		expect(refused?.reason).not.toContain("sig=");
	});

	it.each([
		{ id: "MyDevice01", path: "MyDevice01", sig },
		{
			id: "MyDevice01/mod1",
			path: "MyDevice01%2Fmodules%2Fmod1",
			sig: encodeURIComponent("pvCWegu+zMb3mrsPeA6VOQo2xnnG+Qh6BG4i7iXBOjo="),
		},
	])("[connect.sas-vector] [connect.sas-module] of the vector for $id is accepted", ({ id, path, sig }) => {
		const rig = new Rig();
		const [device = "", module] = id.split("/");
		const { authentication } = rig.hub.identities[0] as (typeof rig.hub.identities)[number];
		rig.hub.register({ device, authentication, isEnabled: true });
		if (module !== undefined) rig.hub.register({ device, module, authentication, isEnabled: true });
		const password = `SharedAccessSignature sr=${HOST}%2Fdevices%2F${path}&sig=${sig}&se=1893456000`;
		expect(rig.open().send(connectPacket(id, { password }))).toEqual(["connack 0 present"]);
	});

	it.each([
		{ seconds: 1, words: "expired 1 s ago" },
		{ seconds: 11_520, words: "expired 3 h 12 min ago" },
		{ seconds: 56 * 365.25 * 86_400, words: "expired 20454 d ago" },
	])(
		"[connect.token-expiry] $words: the reason says so, and what is the commonest cause",
		({ seconds, words }) => {
			const { refused } = outcome(["dev1", { password: token({ expires: START / 1000 - seconds }) }]);
			expect(refused?.reason).toContain(words);
			expect(refused?.reason).toContain("the hub's clock says 2026-11-01T00:00:00Z");
			expect(refused?.reason).toMatch(/the commonest cause is a wrong clock of the device$/);
		},
	);

	it("[connect.token-expiry] that expires ends the connection then, with the will", () => {
		const rig = new Rig();
		const will = {
			topic: "devices/dev1/messages/events/",
			payload: Buffer.from("gone"),
			qos: 1 as const,
			retain: false,
		};
		const client = rig.client("dev1", { keepalive: 0, will });
		rig.advance(1_760_000);
		client.send({ cmd: "pingreq" });
		rig.advance(1_760_000);
		client.send({ cmd: "pingreq" });
		rig.advance(79_999);
		expect(client.isClosed).toBe(false);
		rig.advance(1);
		expect(client.heard().at(-1)).toBe("closed");
		expect(rig.told("disconnected")).toMatchObject([{ code: "token-expired", will: true }]);
	});

	it("[connect.token-expiry] of years does not end the connection within days", () => {
		const rig = new Rig();
		const client = rig.client("dev1", {
			keepalive: 0,
			password: token({ expires: START / 1000 + 10 * 365 * 86_400 }),
		});
		for (let half = 0; half < 40 * 48; half++) {
			rig.advance(1_760_000);
			client.send({ cmd: "pingreq" });
		}
		expect(client.isClosed).toBe(false);
	});

	it("[connect.renewal] is renewed by DISCONNECT and a new connection, which has its session", () => {
		const rig = new Rig();
		const first = rig.client();
		first.subscribe("devices/dev1/messages/devicebound/#");
		first.send({ cmd: "disconnect" });
		rig.hub.send("dev1", { body: Buffer.from("x"), messageId: "m" });
		const second = rig.open();
		const password = token({ expires: START / 1000 + 7200 });
		const [connack, message] = second.send(connectPacket("dev1", { password }));
		expect(connack).toBe("connack 0 present");
		expect(message).toContain("%24.mid=m");
	});
});
