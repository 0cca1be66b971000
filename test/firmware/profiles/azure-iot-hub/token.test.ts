import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "../../../../firmware/profiles/azure-iot-hub/base64.js";
import { percentEncode } from "../../../../firmware/profiles/azure-iot-hub/percent.js";
import { resourceOf, tokenOf } from "../../../../firmware/profiles/azure-iot-hub/token.js";
import { hmacSha256 } from "../../../../host-sim/io/hmac.js";

const HUB = "contoso.azure-devices.net";
const KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

describe("a token", () => {
	it.each([
		["of a device", undefined, "XpKA7BGcdWvp7wEi4awDizodd4ycaLFVylF2HAJ%2FqAE%3D"],
		["of a module", "mod1", "pvCWegu%2BzMb3mrsPeA6VOQo2xnnG%2BQh6BG4i7iXBOjo%3D"],
	] as const)("%s has the signature that others compute", (_what, module, signature) => {
		const resource = resourceOf({ hub: HUB, device: "MyDevice01", module });
		const token = tokenOf(resource, decodeBase64(KEY) as Uint8Array, 1_893_456_000, hmacSha256);
		expect(token).toBe(`SharedAccessSignature sr=${resource}&sig=${signature}&se=1893456000`);
	});

	it.each([
		["MyDevice01", undefined, `${HUB}%2Fdevices%2FMyDevice01`],
		["MyDevice01", "mod1", `${HUB}%2Fdevices%2FMyDevice01%2Fmodules%2Fmod1`],
		["a:b=c", undefined, `${HUB}%2Fdevices%2Fa%3Ab%3Dc`],
	] as const)("of %s and %s is for %s", (device, module, resource) => {
		expect(resourceOf({ hub: HUB, device, module })).toBe(resource);
	});
});

describe("Base64", () => {
	it("is Node's, both ways, of any bytes", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
				const text = Buffer.from(bytes).toString("base64");
				expect(encodeBase64(bytes)).toBe(text);
				expect(decodeBase64(text)).toEqual(bytes);
			}),
		);
	});

	it.each(["A", "AAA", "AA=A", "A===", "AAAA=", "AAA!", "AA-_", " AAA", "AAAAA", "=", "AA\n="])(
		"is not %j",
		(text) => {
			expect(decodeBase64(text)).toBeUndefined();
		},
	);
});

it("percent-encodes as URIs have it, any text, and more than encodeURIComponent does", () => {
	fc.assert(
		fc.property(fc.string({ unit: "grapheme" }), (text) => {
			const expected = encodeURIComponent(text).replace(
				/[!'()*]/g,
				(character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
			);
			expect(percentEncode(text)).toBe(expected);
		}),
	);
});
