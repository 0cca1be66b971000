import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brokerUrl, parseBrokerUrl } from "../../../server/broker-address.js";
import { configured, type Options, read, utf16 } from "./support.js";

describe("a configuration file", () => {
	const PLAIN = '{"id": "lamp", "telemetry": {"interval": 500}}';

	it.each([
		["with a byte order mark", `\ufeff${PLAIN}`],
		["with line ends of Windows", PLAIN.replaceAll(" ", "\r\n")],
		["with line ends of old Macs", PLAIN.replaceAll(" ", "\r")],
		["with comments", `// a lamp\n${PLAIN} /* that is all */`],
		["with commas at the end", PLAIN.replaceAll("}", ",}")],
	])("%s is read", (_, text) => {
		expect(configured(text)).toMatchObject({ lines: [], config: { telemetry: { interval: 500 } } });
	});

	const QUOTES = 'curly quotes; JSON wants "';
	it.each<[string, string | Uint8Array, ...string[]]>([
		["a word without quotes", '{"id": lamp}', '1:8: not JSON: a word without quotes; text wants " around it'],
		[
			"behind a byte order mark",
			'\ufeff{"id": lamp}',
			'1:8: not JSON: a word without quotes; text wants " around it',
		],
		[
			"words of other languages",
			'{"a": True,\n"b": None}',
			"1:7: not JSON: JSON writes true, false and null",
			"2:6: not JSON: JSON writes true, false and null",
		],
		["curly quotes", "{“id”: “lamp”}", `1:2: not JSON: ${QUOTES}`, `1:8: not JSON: ${QUOTES}`],
		["single quotes", "{'id': 1}", `1:2: not JSON: another quote; JSON wants "`],
		["two words", '{"id": my lamp}', '1:8: not JSON: a word without quotes; text wants " around it'],
		["a missing comma", '{"id": 1\n"b": 2}', '2:1: not JSON: wants ","'],
		["a missing colon", '{"id" 1}', '1:7: not JSON: wants ":"'],
		["a missing value", '{"id": }', "1:8: not JSON: wants a value"],
		["a missing end", '{"id": 1', '1:9: not JSON: wants "}"'],
		["a text without its end", '{"id": "lamp\n}', '1:8: not JSON: wants a closing " on the same line'],
		["a comment without its end", '{"id": "a"} /* a', "1:13: not JSON: wants */ at the end of the comment"],
		["a number with a plus", '{"id": +1}', "1:8: not JSON: JSON has no such number"],
		["a tab in a text", '{"id": "a\tb"}', "1:8: not JSON: a control character in a text; a tab is \\t"],
		["a wrong escape", '{"id": "C:\\x"}', '1:8: not JSON: JSON has no such escape; "\\\\" is one backslash'],
		["more behind it", '{"id": "a"}}', '1:12: not JSON: wants nothing behind the last "}"'],
		["nothing", "", "1:1: not JSON: wants a value"],
		["a list", "\n []", "2:2: wants a JSON object"],
		[
			"lists in lists by the thousand",
			"[".repeat(20_000),
			"1:1: lists or objects too deep; wants a JSON object",
		],
		[
			"four mistakes in its syntax",
			'{"id": lamp,\n "broker": {"host": \'h\'},\n "mqtt": {"keepAlive": +1},\n "commands": {"qos" 1}\n}',
			'1:8: not JSON: a word without quotes; text wants " around it',
			'2:21: not JSON: another quote; JSON wants "',
			"3:24: not JSON: JSON has no such number",
			'4:21: not JSON: wants ":"',
		],
		[
			"four wrong values",
			'{"telemetry": {"interval": "fast",\n"sensors": [{"name": "light", "pin": "a b"}]},\r\n"lamp": 1, "mqtt": {"keepAlive": true}}',
			'1:16: telemetry.interval: got "fast", wants a whole number from 10 to 86400000',
			'2:31: telemetry.sensors.0.pin: got "a b", wants 1 to 32 of letters, digits, "-", "_", "."',
			"3:1: lamp: got a value, wants no such key, only id, groups, broker, mqtt, wifi, reconnect, telemetry, outbox, fallback, commands, azure, topics, tls, \\$schema",
			"3:21: mqtt.keepAlive: got true, wants a whole number from 0 to 65535000",
		],
		[
			"a value that is missing in a section",
			'{"id": "a",\n"broker": {}}',
			/2:1: broker\.host: got nothing, wants /.source,
		],
		[
			"two sensors on a pin",
			'{"telemetry": {"sensors": [{"name": "light", "pin": "A1"},\n{"name": "b", "pin": "A1"},\n{"name": "c", "pin": "led"}]}}',
			'2:15: telemetry.sensors.1.pin: got "A1", wants a pin that no other sensor has',
			'3:15: telemetry.sensors.2.pin: got "led", wants another pin: the LED has it',
		],
		[
			"a schema that is no text",
			'{"$schema": 5,\n"mqtt": {"keepAlive": -1}}',
			/1:2: \$schema: wants the name of a JSON Schema/.source,
			"2:10: mqtt.keepAlive: got -1, wants a whole number from 0 to 65535000",
		],
		[
			"a certificate without its key beside a CA that is not there",
			'{"tls": {"ca": {"file": "none.pem"},\n"cert": {"file": "none-2.pem"}}}',
			"1:10: tls.ca: cannot read none.pem (ENOENT)",
			"2:1: tls.cert: cannot read none-2.pem (ENOENT)",
			"2:1: tls.cert: there is no key to go with it; give both --cert and --key",
		],
		["a strange key", '{"a b": 1}', /1:2: "a b": got a value, wants no such key, /.source],
		["a key with a dot", '{"mqtt": {"a.b": 1}}', /1:11: mqtt\.a\.b: got a value, /.source],
		[
			"keys that are there twice, and a wrong value",
			'{"id": "a", "id": "b",\n"mqtt": {"keepAlive": 0,\n"keepAlive": -1}}',
			"1:13: id: is there twice, first on line 1",
			"3:1: mqtt.keepAlive: is there twice, first on line 2",
			"3:1: mqtt.keepAlive: got -1, wants a whole number from 0 to 65535000",
		],
		[
			"mistakes in its references",
			'{"mqtt": {"username": "u", "password": "p"}, "tls": {"ca": {"file": "none.pem"},\n"server": "x", "cert": 5}}',
			'1:28: mqtt.password: wants {"file": "NAME"} or {"env": "NAME"}, not the secret itself',
			"1:54: tls.ca: cannot read none.pem (ENOENT)",
			"2:1: tls.server: no such key, only ca, cert, key, serverName, alpn",
			'2:16: tls.cert: wants {"file": "NAME"} or {"env": "NAME"}, not the secret itself',
			"2:16: tls.cert: there is no key to go with it; give both --cert and --key",
		],
		["UTF-16", utf16(PLAIN), "--config: c.json is UTF-16, not UTF-8 text; save it as UTF-8"],
		[
			"UTF-16 without its mark",
			Buffer.from(PLAIN, "utf16le"),
			"--config: c.json is UTF-16, not UTF-8 text; save it as UTF-8",
		],
		[
			"a NUL",
			`${PLAIN}\0`,
			"--config: c.json holds U+0000, which no text has; save it as plain text in UTF-8",
		],
		[
			"Latin-1",
			Buffer.from('{"id": "\xfc"}', "latin1"),
			"--config: c.json is not UTF-8 text; save it as UTF-8",
		],
	])("with %s is refused, with the place of each mistake", (_, text, ...wanted) => {
		const { lines } = configured(text);
		const places = wanted.map((line) => (line.startsWith("--config") ? line : `c.json:${line}`));
		expect(lines).toHaveLength(wanted.length);
		for (const [index, line] of lines.entries()) {
			expect(line === places[index] || new RegExp(`^${places[index]}`).test(line), line).toBe(true);
		}
	});

	it("is taken exactly when it is a JSON object, whatever it holds", () => {
		const piece = fc.constantFrom(
			..."{}[]:,\"'“/*\\ \n\ttruefalsenull01.-e+a".split(""),
			'"id"',
			'"a"',
			"1",
			"{}",
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.array(piece).map((pieces) => pieces.join("")),
					fc.json(),
				),
				(text) => {
					let isObject = false;
					try {
						const value: unknown = JSON.parse(text);
						isObject = typeof value === "object" && value !== null && !Array.isArray(value);
					} catch {}
					const { lines } = configured(text);
					for (const line of lines) expect(line).toMatch(/^c\.json:\d+:\d+: /);
					expect(lines.some((line) => /: not JSON|wants a JSON object/.test(line))).toBe(!isObject);
				},
			),
		);
	});

	it("with the schema for an editor is read", () => {
		const text = '{"$schema": "./lamp.schema.json", "telemetry": {"interval": 500}}';
		expect(configured(text)).toMatchObject({ lines: [], config: { telemetry: { interval: 500 } } });
	});

	const OPTIONS: Options = { broker: "mqtt://h", username: "u", interval: 500, id: "lamp" };
	it.each([
		["an id", '{"id": "a b"}', /^c\.json:1:2: id: got "a b", wants 1 to 64 of letters/],
		["a host", '{"broker": {"host": "h:1"}}', /^c\.json:1:13: broker\.host: got "h:1", wants /],
		[
			"a host that no URL has",
			'{"broker": {"host": "a..b"}}',
			/^c\.json:1:13: broker\.host: got "a\.\.b", wants a host name/,
		],
		["a port", '{"broker": {"port": 0}}', /^c\.json:1:13: broker\.port: got 0, wants /],
		["a scheme", '{"broker": {"protocol": "http"}}', /^c\.json:1:13: broker\.protocol: got "http", wants /],
		["a user name", '{"mqtt": {"username": 5}}', /^c\.json:1:11: mqtt\.username: got 5, wants /],
		["an interval", '{"telemetry": {"interval": 1}}', /^c\.json:1:16: telemetry\.interval: got 1, wants /],
	])("with %s that is wrong is refused even where the command line replaces it", (_, text, wanted) => {
		expect(configured(text, OPTIONS).lines).toEqual([expect.stringMatching(wanted)]);
	});

	it("of which the command line replaces each value is taken", () => {
		const text =
			'{"id": "a", "broker": {"host": "b", "port": 1}, "mqtt": {"username": "c"}, "telemetry": {"interval": 20}}';
		expect(configured(text, OPTIONS)).toMatchObject({
			lines: [],
			config: { id: "lamp", telemetry: { interval: 500 }, broker: { host: "h" } },
		});
	});

	it("of which mistakes are told beside those of options, and never with the text", () => {
		const { lines } = configured('{"mqtt": {"keepAlive": hunter2 }}', { id: "a" });
		expect(lines.join()).not.toContain("hunter2");
		expect(configured('{"mqtt": {"keepAlive": -1}}', { username: "" }).lines).toEqual([
			expect.stringMatching(/^--username: got "", wants /),
			"c.json:1:11: mqtt.keepAlive: got -1, wants a whole number from 0 to 65535000",
		]);
	});
});

describe("a broker's host", () => {
	const inFile = (host: string, protocol = "mqtt") =>
		configured(JSON.stringify({ broker: { host, protocol } }));

	it.each([
		["an address", "127.0.0.1", "127.0.0.1"],
		["an IPv6 address", "::1", "::1"],
		["an IPv6 address in brackets", "[::1]", "::1"],
		["a space behind", "broker.example ", "broker.example"],
		["a line end behind", "broker.example\n", "broker.example"],
		["umlauts", "b\u00fccher.example", "xn--bcher-kva.example"],
		["umlauts of two characters", "bu\u0308cher.example", "xn--bcher-kva.example"],
		["Punycode", "xn--bcher-kva.example", "xn--bcher-kva.example"],
		["the dot of an absolute name", "broker.example.", "broker.example"],
		["other scripts", "\u4f8b\u3048.jp", "xn--r8jz45g.jp"],
	])("with %s is understood, in a file and as a URL", (_, host, wanted) => {
		for (const protocol of ["mqtt", "mqtts", "ws", "wss"]) {
			expect(inFile(host, protocol)).toMatchObject({ lines: [], config: { broker: { host: wanted } } });
			const inUrl = host.includes(":") && !host.includes("[") ? `[${host}]` : host;
			const url = host === host.trim() ? `${protocol}://${inUrl}:1883` : `${protocol}://${inUrl}`;
			expect(read({ broker: url })).toMatchObject({ lines: [], config: { broker: { host: wanted } } });
		}
	});

	const WANTS = "a host name or an IP address";
	it.each([
		[
			"a URL",
			"mqtt://127.0.0.1",
			`got "mqtt://127.0.0.1", wants 1 to 253 characters, a host name or an IP address alone: no scheme, port, brackets or spaces`,
		],
		["a port", "127.0.0.1:1883", WANTS],
		["a port behind brackets", "[::1]:1883", WANTS],
		["a path", "h/mqtt", WANTS],
		["a user", "u@h", WANTS],
		["a zone behind a name", "h%eth0", WANTS],
		["a space within", "a b", WANTS],
		["no name", "", WANTS],
		["a dot alone", ".", WANTS],
		["an empty label", "a..b", WANTS],
		["an address that is none", "1.2.3.400", WANTS],
		["too many colons", "1:2:3", WANTS],
		["a name of 254 characters", "a".repeat(254), WANTS],
		["what no name can have", "a\u0000b", WANTS],
	])("with %s is refused in one line", (_, host, wanted) => {
		const { lines } = inFile(host);
		expect(lines).toEqual([expect.stringContaining(wanted)]);
		expect(lines[0]).toMatch(/^c\.json:1:12: broker\.host: got "/);
	});

	it("with a zone is understood without a WebSocket", () => {
		for (const host of ["fe80::1%eth0", "[fe80::1%eth0]"]) {
			expect(inFile(host, "mqtts")).toMatchObject({
				lines: [],
				config: { broker: { host: "fe80::1%eth0" } },
			});
			expect(inFile(host, "ws").lines).toEqual([
				expect.stringMatching(
					/^c\.json:1:12: broker\.host: got "fe80::1%eth0", .* with a zone works with mqtt/,
				),
			]);
		}
		expect(read({ broker: "mqtt://[fe80::1%25eth0]" })).toMatchObject({
			config: { broker: { host: "fe80::1%eth0" } },
		});
	});

	it.each([
		["mqtt://a%20b", /^--broker: the broker's URL has no usable host or port/],
		["wss://[fe80::1%25eth0]", /^--broker: an IPv6 address with a zone works with mqtt/],
		["127.0.0.1:1883", /^--broker: the broker's address is not a URL/],
		["localhost:1883", /^--broker: the broker's address is not a URL/],
	])("in the URL %s is refused in one line", (broker, wanted) => {
		expect(read({ broker }).lines).toEqual([expect.stringMatching(wanted)]);
	});

	it("is refused, or one that the server's URL takes, whatever it is", () => {
		const text = fc.oneof(
			fc.string({ unit: "grapheme" }),
			fc.stringMatching(/^[a-z0-9.:%[\]-]{0,12}$/),
			fc.domain(),
			fc.ipV6(),
		);
		fc.assert(
			fc.property(text, fc.constantFrom("mqtt", "wss"), (host, protocol) => {
				const settings = inFile(host, protocol);
				if (!("config" in settings)) {
					expect(settings.lines).toHaveLength(1);
					return;
				}
				const { config } = settings;
				expect(parseBrokerUrl(brokerUrl(config.broker)).host).toBe(config.broker.host);
				expect(config.broker.host).toMatch(/^[\x21-\x7e]+$/);
			}),
		);
	});
});
