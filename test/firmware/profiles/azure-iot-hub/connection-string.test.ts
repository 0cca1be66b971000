import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConnectionString } from "../../../../firmware/profiles/azure-iot-hub/connection-string.js";

const HOST = "HostName=contoso.azure-devices.net";
const DEVICE = "DeviceId=lamp";
const KEY = "SharedAccessKey=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const TOKEN = "SharedAccessSignature=SharedAccessSignature sr=x&sig=y%3D&se=1893456000";
const own = {
	hub: "contoso.azure-devices.net",
	host: "contoso.azure-devices.net",
	port: undefined,
	device: "lamp",
	module: undefined,
};
const key = { kind: "key", key: new Uint8Array(Buffer.from("0123456789abcdef0123456789abcdef")) };

describe("a connection string", () => {
	it.each([
		["of a device", `${HOST};${DEVICE};${KEY}`, { ...own, credential: key }],
		["in another order, with a line end", `${KEY};${DEVICE};${HOST};\n`, { ...own, credential: key }],
		["of a module", `${HOST};${DEVICE};ModuleId=m1;${KEY}`, { ...own, module: "m1", credential: key }],
		[
			"behind a gateway",
			`${HOST};${DEVICE};${KEY};GatewayHostName=edge`,
			{ ...own, host: "edge", credential: key },
		],
		[
			"behind a gateway at a port",
			`${HOST};${DEVICE};${KEY};GatewayHostName=localhost:18883`,
			{ ...own, host: "localhost", port: 18_883, credential: key },
		],
		[
			"with a token",
			`${HOST};${DEVICE};${TOKEN}`,
			{ ...own, credential: { kind: "token", token: TOKEN.slice(22), expires: 1_893_456_000 } },
		],
		["with a certificate", `${HOST};${DEVICE};x509=true`, { ...own, credential: { kind: "x509" } }],
	])("%s is understood", (_what, text, identity) => {
		expect(parseConnectionString(text)).toEqual({ kind: "valid", identity });
	});

	it.each([
		["", "HostName", /my-hub/],
		[`${DEVICE};${KEY}`, "HostName", /hub's name/],
		[`HostName=https://contoso;${DEVICE};${KEY}`, "HostName", /hub's name/],
		[`${HOST};${KEY}`, "DeviceId", /1 to 128/],
		[`${HOST};DeviceId=a#b;${KEY}`, "DeviceId", /1 to 128/],
		[`${HOST};DeviceId=a+b;${KEY}`, "DeviceId", /1 to 128/],
		[`${HOST};DeviceId=a/b;${KEY}`, "DeviceId", /1 to 128/],
		[`${HOST};DeviceId=${"x".repeat(129)};${KEY}`, "DeviceId", /1 to 128/],
		[`${HOST};${DEVICE};ModuleId=;${KEY}`, "ModuleId", /1 to 128/],
		[`${HOST};${DEVICE}`, "SharedAccessKey", /there is none/],
		[`${HOST};${DEVICE};${KEY};x509=true`, "SharedAccessKey", /one of/],
		[`${HOST};${DEVICE};SharedAccessKey=`, "SharedAccessKey", /Base64/],
		[
			`${HOST};${DEVICE};SharedAccessKey=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY`,
			"SharedAccessKey",
			/cut off/,
		],
		[
			`${HOST};${DEVICE};SharedAccessSignature=SharedAccessSignature sr=x&se=1`,
			"SharedAccessSignature",
			/sr=/,
		],
		[`${HOST};${DEVICE};SharedAccessSignature=sr=x&sig=y&se=1`, "SharedAccessSignature", /sr=/],
		[
			`${HOST};${DEVICE};SharedAccessSignature=SharedAccessSignature sr=x&sig=y&se=soon`,
			"SharedAccessSignature",
			/sr=/,
		],
		[`${HOST};${DEVICE};x509=false`, "x509", /true/],
		[`${HOST};${DEVICE};${DEVICE};${KEY}`, "DeviceId", /twice/],
		[`${HOST};${DEVICE};${KEY};GatewayHostName=a:b`, "GatewayHostName", /port/],
		[`${HOST};${DEVICE};${KEY};GatewayHostName=a:0`, "GatewayHostName", /port/],
		[`${HOST};${DEVICE};${KEY};Colour=red`, "Colour", /unknown/],
		[`${HOST};${DEVICE};MDEyMzQ1Njc4OWFi`, "a part without a name", /unknown/],
		[`${HOST};SharedAccessKeyName=iothubowner;${KEY}`, "SharedAccessKeyName", /of the service/],
	])("%s is refused for its %s", (text, part, reason) => {
		expect(parseConnectionString(text)).toEqual({
			kind: "malformed",
			part,
			reason: expect.stringMatching(reason),
		});
	});

	it("of any text is understood or refused, and no reason shows what may be a key", () => {
		const parts = fc.constantFrom(HOST, DEVICE, KEY, TOKEN, "x509=true", ";", "=", "ModuleId=m");
		const text = fc.array(fc.oneof(parts, fc.string()), { maxLength: 8 });
		fc.assert(
			fc.property(text, (all) => {
				const parsed = parseConnectionString(all.join(";"));
				if (parsed.kind === "malformed")
					expect(`${parsed.part} ${parsed.reason}`).not.toContain("MDEyMzQ1Njc4");
			}),
		);
	});
});
