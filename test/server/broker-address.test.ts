import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBrokerUrl } from "../../server/broker-address.js";
import { anyText } from "./support.js";

describe("reads", () => {
	it.each([
		{ url: "mqtt://127.0.0.1", host: "127.0.0.1", port: 1883, path: "" },
		{ url: "mqtt://b.example:80/", host: "b.example", port: 80, path: "" },
		{ url: "mqtts://b.example", host: "b.example", port: 8883, path: "" },
		{ url: "ws://b.example", host: "b.example", port: 80, path: "/" },
		{ url: "wss://b.example/mqtt?a=1", host: "b.example", port: 443, path: "/mqtt?a=1" },
		{ url: "mqtt://[::1]:1884", host: "::1", port: 1884, path: "" },
	])("$url", ({ url, host, port, path }) => {
		expect(parseBrokerUrl(url)).toMatchObject({ host, port, path });
	});
});

describe("refuses", () => {
	it.each([
		"",
		"127.0.0.1",
		"127.0.0.1:1883",
		"localhost:1883",
		"http://b.example",
		"mqtt://",
		"mqtt:///x",
		"mqtt://b.example:0",
		"mqtt://b.example:65536",
		"mqtt://b.example/x",
		"mqtt://b.example?clientId=x",
		"mqtt://b.example#x",
	])("%j", (url) => {
		expect(() => parseBrokerUrl(url)).toThrow(RangeError);
	});

	it.each([
		"mqtt://user:secret@b.example",
		"mqtt://secret@b.example",
		"http://user:secret@b.example",
		"mqtt://user:secret@b.example:99999",
	])("%j without repeating the secret", (url) => {
		expect(() => parseBrokerUrl(url)).toThrow(
			expect.objectContaining({ message: expect.not.stringContaining("secret") }),
		);
	});
});

it("throws nothing but RangeError", () => {
	const text = fc.oneof(
		anyText,
		fc.string().map((rest) => `mqtt://${rest}`),
		fc.string().map((rest) => `ws://b.example${rest}`),
	);
	fc.assert(
		fc.property(text, (url) => {
			try {
				const { port, host } = parseBrokerUrl(url);
				expect(port).toBeGreaterThan(0);
				expect(host).not.toBe("");
			} catch (error) {
				expect(error).toBeInstanceOf(RangeError);
			}
		}),
	);
});
