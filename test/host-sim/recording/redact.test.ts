import fc from "fast-check";
import { generate } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { startNightlight } from "../../../firmware/app.js";
import { createHost } from "../../../host-sim/provider.js";
import { Recorder } from "../../../host-sim/recording/recorder.js";
import { Redaction, standIn, withoutPassword } from "../../../host-sim/recording/redact.js";
import { configOf, type Settings } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";
import type { Scenario } from "../engines/trace.js";
import { HEADER, recorded, replayed } from "./support.js";

const LIGHT = { minimum: 0, maximum: 1023, read: () => 1 };

const connect = (password: string): Uint8Array =>
	generate({
		...{ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clean: true, keepalive: 60 },
		...{ clientId: "d1", username: "lamp", password: Buffer.from(password) },
	});

const password = fc.string({ unit: "binary", minLength: 1, maxLength: 200 });

describe("what stands in for a secret", () => {
	it("is as long, in bytes and in UTF-16, and the same for secrets of the same characters' lengths", () => {
		fc.assert(
			fc.property(password, (secret) => {
				const shown = standIn(secret);
				expect(shown).toHaveLength(secret.length);
				expect(Buffer.byteLength(shown)).toBe(Buffer.byteLength(secret));
				expect(standIn([...secret].reverse().join(""))).toBe(shown);
			}),
		);
	});

	it.each([
		["s3cret", "******"],
		["geheimniß", "********\u00d7"],
		["☃💡a", "*\u203b\u{1f7b6}"],
	])("for %j is %j", (secret, shown) => {
		expect(standIn(secret)).toBe(shown);
	});

	it("takes the password's place in a configuration, and only that", () => {
		const config = configOf({ mqtt: { username: "lamp", password: "s3cret" } });
		expect(withoutPassword(config)).toEqual({ ...config, mqtt: { ...config.mqtt, password: "******" } });
		expect(withoutPassword(configOf())).toEqual(configOf());
	});
});

describe("the password in what is written", () => {
	it("is hidden however the bytes are cut, and nothing else is", () => {
		const rest = Uint8Array.of(0xc0, 0, 0x30, 4, 0, 1, 0x61, 0x78);
		fc.assert(
			fc.property(password, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (secret, cuts) => {
				const bytes = Buffer.concat([connect(secret), rest]);
				const wanted = Buffer.concat([connect(standIn(secret)), rest]);
				const redaction = new Redaction(secret);
				const shown: Uint8Array[] = [];
				for (let at = 0, turn = 0; at < bytes.length; turn++) {
					const piece = bytes.subarray(at, at + (cuts[turn % cuts.length] as number));
					// A write that fails is tried again.
					expect(redaction.hide(piece)).toEqual(redaction.hide(piece));
					shown.push(redaction.hide(piece));
					redaction.pass(piece);
					at += piece.length;
				}
				expect(Buffer.concat(shown).equals(wanted)).toBe(true);
			}),
		);
	});

	it.each([
		["another packet than CONNECT", Buffer.concat([Uint8Array.of(0xc0, 0), connect("s3cret")])],
		["a CONNECT too short for the password", Uint8Array.of(0x10, 4, 1, 2, 3, 4)],
		["a length without end", Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 1)],
	])("hides all when the first bytes are %s", (_, bytes) => {
		const redaction = new Redaction("s3cret");
		for (const piece of [bytes, connect("s3cret")]) {
			expect(redaction.hide(piece)).toEqual(new Uint8Array(piece.length));
			redaction.pass(piece);
		}
	});

	it("leaves the caller's bytes alone", () => {
		const bytes = connect("s3cret");
		const before = Buffer.from(bytes);
		new Redaction("s3cret").hide(bytes);
		expect(before.equals(bytes)).toBe(true);
	});
});

/** The ways a secret may be in a text: as it is, as JSON, in Base64 at any place, in hexadecimal. */
function traces(secret: Uint8Array | string): string[] {
	const bytes = Buffer.from(secret);
	const found = [bytes.toString("latin1"), bytes.toString("utf8"), bytes.toString("hex")];
	for (let offset = 0; offset < 3; offset++) {
		const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
		// The characters that come of the secret alone.
		found.push(whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6)));
	}
	return found;
}

const SECRET = "Corr3ct-Horse!";

const expectNoTrace = (lines: readonly string[], secret: Uint8Array | string) => {
	const text = lines.join("");
	expect(text.length).toBeGreaterThan(1000);
	for (const trace of traces(secret)) expect(text).not.toContain(trace);
};

it("a trace of a secret is found, wherever it is", () => {
	for (const before of ["", "a", "ab", "abc"]) {
		const base64 = Buffer.from(`${before}${SECRET}rest`).toString("base64");
		expect(traces(SECRET).some((trace) => base64.includes(trace))).toBe(true);
	}
});

describe("a recording of a device with a password", () => {
	const settings: Settings = { mqtt: { username: "lamp", password: SECRET, keepAlive: 2000 } };

	it.each([
		{ name: "in whole writes", writable: 1460 },
		{ name: "in small pieces", writable: 7 },
		{ name: "byte by byte", writable: 1 },
	])("has no trace of it, over several connections, and replays, $name", async ({ writable }) => {
		const scenario: Scenario = [
			{ at: 0, act: ({ host }) => Object.assign(host.network, { writable }) },
			{ at: 2000, act: ({ broker }) => broker.kill() },
			{ at: 5000, act: ({ broker }) => broker.kill() },
			{ at: 15_000, act: () => {} },
		];
		const { lines, trace } = await recorded(scenario, settings);
		// It did cross.
		expect(trace.filter((line) => line.includes(Buffer.from(SECRET).toString("hex")))).toHaveLength(3);
		expectNoTrace(lines, SECRET);
		expect(lines.join("")).toContain('"username":"lamp"');
		expect(await replayed(lines)).toMatchObject({ crossings: lines.length - 1, divergence: undefined });
	});

	it("tells none of it when writing fails", async () => {
		const host = new VirtualHost();
		const { TCP } = host.network;
		class Failing extends TCP {
			override write(data: Uint8Array): number {
				void data;
				throw new Error("no buffer");
			}
		}
		Object.assign(host.device.io, { TCP: Failing });
		const lines: string[] = [];
		const recorder = new Recorder({
			...{ header: HEADER, elapsed: () => host.clock.elapsed },
			write: (line) => lines.push(line),
		});
		const config = configOf(settings);
		recorder.device(host, config).start((on) => startNightlight(on, config));
		host.network.onConnection = () => {};
		host.clock.advance(10_000);
		expect(lines.filter((line) => line.includes('"throws":"no buffer"')).length).toBeGreaterThan(2);
		expectNoTrace(lines, SECRET);
		expect((await replayed(lines)).divergence).toBeUndefined();
	});
});

it("certificates and the key do not cross, and get to TLS all the same", () => {
	const tls = {
		ca: [new TextEncoder().encode("certificate of the authority")],
		clientCertificate: [new TextEncoder().encode("certificate of the device")],
		clientKey: new TextEncoder().encode("key of the device, very secret"),
	};
	for (const protocol of ["mqtts", "wss"] as const) {
		const host = createHost({
			inputs: { light: LIGHT },
			storage: "/nowhere",
			tls,
			restart: () => {},
			report: () => {},
		});
		const opened: object[] = [];
		class Spy {
			constructor(options: object) {
				opened.push(options);
			}
			close(): void {}
		}
		const { network } = host.device;
		const clients = { mqtts: { ...network.tls?.client, io: Spy }, wss: { ...network.wss?.stream, io: Spy } };
		const device = {
			...host.device,
			network: { ...network, tls: { client: clients.mqtts }, wss: { stream: clients.wss } },
			keyValue: undefined,
		} as unknown as typeof host.device;
		const lines: string[] = [];
		const recorder = new Recorder({ header: HEADER, elapsed: () => 0, write: (line) => lines.push(line) });
		const config = configOf({ broker: { protocol, host: "192.0.2.1" } });
		let found: ((error: null, address: string) => void) | undefined;
		class Resolver {
			resolve(_: object, callback: typeof found): void {
				found = callback;
			}
			close(): void {}
		}
		Object.assign(device.network, { dns: { resolver: { io: Resolver } } });
		const seam = recorder.device({ ...host, device }, config);
		const stop = seam.start((on) => startNightlight(on, config));
		found?.(null, "192.0.2.1");
		const secrets = { ...tls, host: "192.0.2.1" };
		expect(opened[0]).toMatchObject(
			protocol === "mqtts"
				? { tls: secrets, address: "192.0.2.1", port: 8883, noDelay: true }
				: { socket: { tls }, host: "192.0.2.1", path: "/mqtt", protocol: "mqtt" },
		);
		for (const secret of [tls.clientKey, ...tls.clientCertificate, ...tls.ca]) expectNoTrace(lines, secret);
		stop(() => {});
	}
});
