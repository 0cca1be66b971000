import { describe, expect, it } from "vitest";
import { connectPacket, HOST, outcome, Rig } from "../rig.js";

const user = (rest: string) => `${HOST}/${rest}`;

describe("CONNECT, its user name", () => {
	it.each([
		{ rule: "connect.username", username: user("dev1/?api-version=2021-04-12"), apiVersion: "2021-04-12" },
		{ rule: "connect.username", username: user("dev1/?api-version=2018-06-30"), apiVersion: "2018-06-30" },
		{ rule: "connect.username", username: user("dev1/?api-version=2020-09-30"), apiVersion: "2020-09-30" },
		{
			rule: "connect.username-legacy",
			username: user("dev1/api-version=2016-11-14"),
			apiVersion: "2016-11-14",
		},
		{
			rule: "connect.username-fields",
			username: user("dev1/?api-version=2021-04-12&DeviceClientType=node%2F1.18.4%20(x)"),
			apiVersion: "2021-04-12",
		},
		{
			rule: "connect.username-fields",
			username: user("dev1/?model-id=dtmi:com:example:Light;1&api-version=2021-04-12"),
			apiVersion: "2021-04-12",
			modelId: "dtmi:com:example:Light;1",
		},
		{
			rule: "connect.username-fields",
			username: user(
				"dev1/?api-version=2021-04-12&model-id=dtmi%3Acom%3Aexample%3ALight%3B1&DeviceClientType=a",
			),
			apiVersion: "2021-04-12",
			modelId: "dtmi:com:example:Light;1",
		},
		{ rule: "connect.no-api-version", username: user("dev1"), apiVersion: undefined },
		{ rule: "connect.no-api-version", username: user("dev1/"), apiVersion: undefined },
		{
			rule: "connect.username",
			username: "CONTOSO.azure-devices.net/dev1/?api-version=2021-04-12",
			apiVersion: "2021-04-12",
		},
	])("[$rule] may be $username", ({ username, apiVersion, modelId }) => {
		const { rig, lines } = outcome(["dev1", { username }]);
		expect(lines).toEqual(["connack 0 present"]);
		const [connected] = rig.told("connected");
		expect([connected?.device, connected?.apiVersion, connected?.modelId]).toEqual([
			"dev1",
			apiVersion,
			modelId,
		]);
	});

	it("[connect.username-module] names a module behind its device", () => {
		const { rig, lines } = outcome(["dev1/mod1"]);
		expect(lines).toEqual(["connack 0 present"]);
		expect(rig.told("connected")).toMatchObject([{ device: "dev1", module: "mod1" }]);
	});

	it.each([
		{ rule: "connect.refused", username: "", code: "bad-user-name" },
		{ rule: "connect.refused", username: HOST, code: "bad-user-name" },
		{
			rule: "connect.refused",
			username: user("dev1/mod1/more/?api-version=2021-04-12"),
			code: "bad-user-name",
		},
		{ rule: "connect.refused", username: user("dev1/?api-version=soon"), code: "bad-user-name" },
		{ rule: "connect.refused", username: user("dev1/?api-version=%zz"), code: "bad-user-name" },
		{
			rule: "connect.refused",
			username: "other.azure-devices.net/dev1/?api-version=2021-04-12",
			code: "unknown-hub",
		},
		{
			rule: "connect.client-id-refused",
			username: user("dev2/?api-version=2021-04-12"),
			code: "client-id-refused",
			returnCode: 2,
		},
		{
			rule: "connect.client-id-refused",
			username: user("Dev1/?api-version=2021-04-12"),
			code: "client-id-refused",
			returnCode: 2,
		},
	])("[$rule] of $username is refused: $code", ({ username, code, returnCode = 5 }) => {
		const { lines, refused } = outcome(["dev1", { username }]);
		expect(lines).toEqual([`connack ${returnCode}`, "closed"]);
		expect(refused).toMatchObject({ client: "dev1", code, returnCode });
	});
});

describe("CONNECT, its identity", () => {
	it.each([
		{ id: "dev1", clientId: "dev1/mod1" },
		{ id: "dev1/mod1", clientId: "dev1" },
		{ id: "dev1/mod1", clientId: "mod1" },
	])("[connect.client-id] $clientId is not the client id of $id", ({ id, clientId }) => {
		expect(outcome([id, { clientId }]).refused?.code).toBe("client-id-refused");
	});

	it.each([
		{ id: "stranger", code: "device-not-found" },
		{ id: "DEV1", code: "device-not-found" },
		{ id: "dev2/mod1", code: "device-not-found" },
		{ id: "off", code: "device-disabled" },
	])("[connect.refused] $id is refused: $code", ({ id, code }) => {
		const { lines, refused } = outcome([id]);
		expect([lines, refused?.code]).toEqual([["connack 5", "closed"], code]);
	});
});

describe("a client certificate", () => {
	const certificate = { sha1: "aabb", sha256: "0011", commonName: "own", isSignedByHub: false };
	const signed = { ...certificate, commonName: "ca", isSignedByHub: true };
	it.each([
		{ what: "the first thumbprint", id: "own", shown: certificate, kind: "x509-thumbprint" },
		{
			what: "the second thumbprint, in other case",
			id: "own",
			shown: { ...certificate, sha1: "", sha256: "CC:DD" },
			kind: "x509-thumbprint",
		},
		{ what: "the CA's signature and its name", id: "ca", shown: signed, kind: "x509-ca" },
	])("[connect.x509] is accepted by $what, without a password", ({ id, shown, kind }) => {
		const { lines, rig } = outcome([id, { password: null }], { certificate: shown });
		expect(lines).toEqual(["connack 0 present"]);
		expect(rig.told("connected")).toMatchObject([{ authentication: kind }]);
	});

	it.each([
		{ what: "none", id: "own", shown: undefined, code: "no-credentials" },
		{
			what: "one with another thumbprint",
			id: "own",
			shown: { ...certificate, sha1: "ee" },
			code: "certificate-refused",
		},
		{
			what: "one that the CA did not sign",
			id: "ca",
			shown: { ...signed, isSignedByHub: false },
			code: "certificate-refused",
		},
		{
			what: "one of another name",
			id: "ca",
			shown: { ...signed, commonName: "dev1" },
			code: "certificate-refused",
		},
		{
			what: "one of the CA for a thumbprint",
			id: "own",
			shown: { ...signed, sha1: "", sha256: "" },
			code: "certificate-refused",
		},
		{ what: "one for an identity with keys", id: "dev1", shown: certificate, code: "no-credentials" },
	])("[connect.x509] $what is refused", ({ id, shown, code }) => {
		const { lines, refused } = outcome([id, { password: null }], { certificate: shown });
		expect([lines, refused?.code]).toEqual([["connack 5", "closed"], code]);
	});
});

describe("CONNACK", () => {
	it.each([
		{ clean: false, line: "connack 0 present" },
		{ clean: true, line: "connack 0" },
	])(
		"[connect.session-present] says that a session is present unless it is clean: $clean",
		({ clean, line }) => {
			expect(outcome(["dev1", { clean }]).lines).toEqual([line]);
		},
	);

	it.each([3, 5, 6])("[connect.protocol] is 1 for protocol level %i", (level) => {
		const rig = new Rig();
		const name = level === 3 ? "00064d5149736470" : "00044d515454";
		const rest = `${name}0${level}020000000161`;
		const bytes = Buffer.from(`10${(rest.length / 2).toString(16).padStart(2, "0")}${rest}`, "hex");
		expect(rig.open().raw(bytes)).toEqual(["connack 1", "closed"]);
		expect(rig.told("refused")[0]?.code).toBe("protocol-version-refused");
	});

	it.each([1, 2, 3, 4, 5] as const)("is %i when a fault says so", (code) => {
		const rig = new Rig();
		rig.hub.faults.connect = () => code;
		expect(rig.open().send(connectPacket("dev1"))).toEqual([`connack ${code}`, "closed"]);
	});
});
