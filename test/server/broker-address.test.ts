import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brokerUrl, parseBrokerUrl } from "../../server/broker-address.js";
import { anyText } from "./support.js";

describe("reads", () => {
	it.each([
		{ url: "mqtt://127.0.0.1", host: "127.0.0.1", port: 1883, path: "" },
		{ url: "mqtt://b.example:80/", host: "b.example", port: 80, path: "" },
		{ url: "mqtts://b.example", host: "b.example", port: 8883, path: "" },
		{ url: "ws://b.example", host: "b.example", port: 80, path: "/" },
		{ url: "wss://b.example/mqtt?a=1", host: "b.example", port: 443, path: "/mqtt?a=1" },
		{ url: "mqtt://[::1]:1884", host: "::1", port: 1884, path: "" },
		{ url: "mqtt://[::1]", host: "::1", port: 1883, path: "" },
		{ url: "mqtt://[0:0::0:1]", host: "::1", port: 1883, path: "" },
		{ url: "mqtts://[fe80::1%25eth0]:1", host: "fe80::1%eth0", port: 1, path: "" },
		{ url: "mqtt://[fe80::1%eth0]", host: "fe80::1%eth0", port: 1883, path: "" },
		{ url: " mqtt://b.example\n", host: "b.example", port: 1883, path: "" },
		{ url: "MQTT://B.Example:1", host: "b.example", port: 1, path: "" },
		{ url: "mqtt://b\u00fccher.example", host: "xn--bcher-kva.example", port: 1883, path: "" },
		{ url: "mqtt://b.example.", host: "b.example.", port: 1883, path: "" },
		{ url: "mqtt://127.1", host: "127.0.0.1", port: 1883, path: "" },
		{ url: "mqtt://b.example:", host: "b.example", port: 1883, path: "" },
		{ url: "ws://b.example:80", host: "b.example", port: 80, path: "/" },
		{ url: "ws://b.example/\u00fc", host: "b.example", port: 80, path: "/%C3%BC" },
		{ url: `ws://b.example/${"x".repeat(4095)}`, host: "b.example", port: 80, path: `/${"x".repeat(4095)}` },
	])("$url", ({ url, host, port, path }) => {
		expect(parseBrokerUrl(url)).toMatchObject({ host, port, path });
	});
});

it.each([
	{ url: "mqtts://b.example", serverName: "b.example" },
	{ url: "mqtts://b.example.", serverName: "b.example" },
	{ url: "wss://b\u00fccher.example.", serverName: "xn--bcher-kva.example" },
	{ url: "mqtts://127.0.0.1", serverName: undefined },
	{ url: "mqtts://127.1", serverName: undefined },
	{ url: "mqtts://[::1]", serverName: undefined },
	{ url: "mqtts://[fe80::1%25eth0]", serverName: undefined },
])("the certificate of $url must be for $serverName", ({ url, serverName }) => {
	expect(parseBrokerUrl(url).serverName).toBe(serverName);
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
		"mqtt://mqtt://127.0.0.1:1883",
		"mqtt://[::1",
		"mqtt://::1",
		"mqtt://::1:1883",
		"mqtt://[127.0.0.1]",
		"mqtt://[[::1]]",
		"mqtt://[fe80::1%]",
		"mqtt://[fe80::1%a b]",
		"ws://[fe80::1%25eth0]",
		"mqtt://a b",
		"mqtt://a\\b",
		"mqtt://a\tb",
		"mqtt://a%20b",
		"mqtt://a..b",
		"mqtt://.",
		"mqtt://.a",
		"mqtt://a<b",
		"mqtt://1.2.3.4.5",
		"mqtt://256.1.1.1",
		"mqtt://xn--a",
		`mqtt://${"x".repeat(64)}`,
		`mqtt://${"x.".repeat(127)}xx`,
		"mqtt://b.example:+1",
		"mqtt://b.example:1e3",
		"ws://b.example/#x",
		"ws://b.example/a\nb",
		`ws://b.example/${"x".repeat(4096)}`,
		`ws://b.example/${"\u00fc".repeat(1000)}`,
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

it("throws nothing but RangeError, and what it reads is read the same again", () => {
	const text = fc.oneof(
		anyText,
		fc.domain().map((name) => `mqtts://${name}`),
		fc.ipV4Extended().map((address) => `mqtt://${address}:1`),
		fc.ipV6().map((address) => `ws://[${address}]`),
		fc.webUrl({ withQueryParameters: true }).map((url) => url.replace("http", "ws")),
		fc.string().map((rest) => `mqtt://${rest}`),
		fc.string().map((rest) => `ws://b.example${rest}`),
	);
	fc.assert(
		fc.property(text, (url) => {
			try {
				const address = parseBrokerUrl(url);
				expect(address.port).toBeGreaterThan(0);
				expect(address.host).not.toBe("");
				expect(parseBrokerUrl(brokerUrl(address))).toEqual(address);
			} catch (error) {
				expect(error).toBeInstanceOf(RangeError);
			}
		}),
	);
});
