import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { Authority, type Identity } from "../support/certificates.js";
import { BUILD_TIMEOUT, build, describeWithSdk, TOOLS } from "../support/moddable.js";
import { Mosquitto } from "../support/mosquitto.js";
import { type Program, Programs } from "../support/processes.js";

const programs = new Programs();
afterEach(() => programs.endAll());

describeWithSdk("the firmware under the Moddable SDK, on Linux, with TLS and WebSockets", () => {
	// The SDK's TLS knows no elliptic curves in certificates' keys.
	const authority = new Authority("Nightlight Test CA", "rsa");
	const folder = mkdtempSync(join(tmpdir(), "nightlight-lin-tls-"));
	const file = (name: string, content: string | Uint8Array): string => {
		const path = join(folder, name);
		writeFileSync(path, content, { mode: 0o600 });
		return path;
	};
	const CA = file("ca.pem", authority.cert);

	beforeAll(async () => {
		await build("lin");
	}, BUILD_TIMEOUT);

	const start = (identity: Identity, ...lines: readonly string[]) =>
		Mosquitto.start(programs, undefined, [
			`cafile ${CA}`,
			`certfile ${file("broker.pem", identity.cert)}`,
			`keyfile ${file("broker.key", identity.key)}`,
			...lines,
		]);

	/** A device whose folder has these files; those of our CA when none are given. */
	const device = (
		broker: Record<string, unknown>,
		files: Record<string, Uint8Array> = { "ca.der": new X509Certificate(authority.cert).raw },
	): Program => {
		const own = mkdtempSync(join(folder, "device-"));
		for (const [name, content] of Object.entries(files)) writeFileSync(join(own, name), content);
		const nightlight = { id: "lamp", broker: { host: "localhost", ...broker }, telemetry: { interval: 100 } };
		writeFileSync(join(own, "settings.json"), JSON.stringify({ nightlight, light: 100 }));
		return programs.start(join(TOOLS, "run.sh"), [own]);
	};
	const says = (program: Program, line: string | RegExp) =>
		program.until(`${line}`, () =>
			program.lines.find((said) => (typeof line === "string" ? said === line : line.test(said))),
		);

	const LOCALHOST = { names: ["localhost"] };

	it.each([
		{ protocol: "mqtts", lines: [] },
		{ protocol: "wss", lines: ["protocol websockets"] },
	])("works over $protocol", async ({ protocol, lines }) => {
		const broker = await start(authority.issue(LOCALHOST), ...lines);
		const sub = await broker.subscribe("lamp/telemetry");
		const lamp = device({ protocol, port: broker.otherPort });
		await says(lamp, "Link online");
		expect(lamp.lines.filter((line) => line.startsWith("Link"))).toEqual(
			["resolving", "connecting", "securing", "handshaking", "online"].map((state) => `Link ${state}`),
		);
		await says(sub, 'lamp/telemetry q0 r0 {"light":100}');
		await broker.publish("lamp/commands", "-m", '{"led_on": true}');
		await says(lamp, "LED on");
	});

	it("works over ws", async () => {
		const broker = await Mosquitto.start(programs, undefined, ["protocol websockets"]);
		const lamp = device({ protocol: "ws", port: broker.otherPort }, {});
		await broker.subscribed("lampnightlight_client");
		await broker.publish("lamp/commands", "-m", '{"led_on": true}');
		await says(lamp, "LED on");
	});

	it("shows its certificate to a broker that asks", async () => {
		const broker = await start(authority.issue(LOCALHOST), "require_certificate true");
		const own = authority.issue({ names: ["lamp"] });
		const lamp = device(
			{ protocol: "mqtts", port: broker.otherPort },
			{
				"ca.der": new X509Certificate(authority.cert).raw,
				"client.der": new X509Certificate(own.cert).raw,
				"client.key": createPrivateKey(own.key).export({ type: "pkcs8", format: "der" }),
			},
		);
		await says(lamp, "Link online");
	});

	describe("refuses, says so, and tries again", () => {
		const stranger = new Authority("Somebody Else", "rsa");
		const UNTRUSTED = "is not trusted: its CA, its name or its dates";
		const OUT_OF_DATE = "has expired or is not valid yet; is the clock right?";
		it.each([
			{ name: "another CA", issue: () => stranger.issue(LOCALHOST), why: UNTRUSTED },
			{
				name: "an expired certificate",
				issue: () => authority.issue({ ...LOCALHOST, from: -3, until: -2 }),
				why: OUT_OF_DATE,
			},
			{
				name: "a certificate from the future",
				issue: () => authority.issue({ ...LOCALHOST, from: 2, until: 3 }),
				why: OUT_OF_DATE,
			},
			{ name: "another name", issue: () => authority.issue({ names: ["other.test"] }), why: UNTRUSTED },
		])("$name", async ({ issue, why }) => {
			const broker = await start(issue());
			const lamp = device({ protocol: "mqtts", port: broker.otherPort });
			const line = await lamp.until("backoff", () =>
				lamp.lines.find((said) => said.startsWith("Link backoff")),
			);
			expect(line.split("; next try")[0]).toBe(`Link backoff: the certificate of localhost ${why}`);
			await lamp.until("two tries", () => lamp.lines.filter((said) => said === "Link securing").length > 1);
			expect(lamp.lines).not.toContain("Link handshaking");
		});
	});
});
