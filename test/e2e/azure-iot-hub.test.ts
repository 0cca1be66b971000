import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../host-sim/azure-iot-hub/core/hub.js";
import { readServiceString, ServiceClient } from "../../host-sim/azure-iot-hub/service/client.js";
import { itInAll } from "../support/lane.js";
import { type EventLine, Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { armTools, compiler, describeWith } from "../support/requires.js";

const programs = new Programs();
afterEach(() => programs.endAll());

/** Programs in a folder of their own: a hub, its service side, and devices. */
class Stage {
	readonly cwd = mkdtempSync(join(tmpdir(), "azure-"));
	hub!: Nightlight;

	/** Starts a hub with these identities. */
	static async begin(...identities: readonly string[]): Promise<Stage> {
		const stage = new Stage();
		stage.hub = stage.run("hub", "--port", "0", "--https-port", "0", "--json", ...identities);
		const last = identities.at(-1)?.split("/").at(-1) ?? "nightlight";
		await stage.hub.until(last, () =>
			stage.hub.events.find(
				({ event, device, module }) => event === "identity" && (module ?? device) === last,
			),
		);
		return stage;
	}

	run(...words: readonly string[]): Nightlight {
		return programs.add(new Nightlight(words, { cwd: this.cwd }));
	}

	/** Starts a device with a connection string of the hub's. */
	device(connection: string, config: object, ...words: readonly string[]): Nightlight {
		writeFileSync(join(this.cwd, "device.json"), JSON.stringify(config));
		const own = ["--azure", `nightlight-hub/${connection}.connection`, "--ca", "nightlight-hub/ca.pem"];
		return this.run("device", ...own, "--config", "device.json", "--json", ...words);
	}

	/** What a command to the hub printed; it must end with this code. */
	async tell(code: number, ...words: readonly string[]): Promise<string> {
		const program = this.run("hub", ...words);
		expect(await program.exited, program.errors).toBe(code);
		return program.lines.join("\n");
	}

	/** The hub's service side. */
	get service(): ServiceClient {
		const read = (name: string) => readFileSync(join(this.cwd, "nightlight-hub", name), "utf8");
		const address = readServiceString(read("service.connection"), read("ca.pem"));
		if (address === undefined) throw new Error("no connection string of the service");
		return new ServiceClient(address);
	}

	/** Waits for what the device has reported. */
	reported(patch: object): Promise<EventLine> {
		return this.hub.until(JSON.stringify(patch), () =>
			this.hub.events.find(
				({ event, patch: told }) =>
					event === "twin-reported" &&
					JSON.stringify({ ...(told as object), ...patch }) === JSON.stringify(told),
			),
		);
	}
}

const LIVELY = { telemetry: { interval: 200, qos: 1 } };

/** Everything that a person sees of a device at a hub. */
async function everything(...words: readonly string[]): Promise<void> {
	const stage = await Stage.begin();
	const device = stage.device("nightlight", LIVELY, "--light", "200", ...words);
	await stage.hub.heard({ event: "telemetry", application: { lightAlert: "true" } }, 0, 60_000);
	expect(await stage.tell(0, "invoke", "nightlight", "setLed", "true")).toBe("200 {}");
	await device.heard({ event: "led", on: true });
	expect(await stage.tell(1, "invoke", "nightlight", "explode")).toContain("404");
	await stage.tell(0, "twin", "nightlight", '{"telemetryInterval":300,"threshold":"none"}');
	await stage.reported({ telemetryInterval: { value: 300, ac: 200, av: 2 } });
	const refused = await stage.hub.until("the refusal", () =>
		stage.hub.events.find(({ patch }) => JSON.stringify(patch ?? "").includes('"ac":400')),
	);
	expect(refused.patch).toMatchObject({ threshold: { value: "none", av: 2, ad: expect.any(String) } });
	await stage.tell(0, "send", "nightlight", '{"id":"k1","led_on":false}');
	await device.heard({ event: "led", on: false });
	await stage.hub.heard({ event: "c2d-completed", device: "nightlight" });
	expect(await device.end()).toBe(0);
	await stage.hub.heard({ event: "disconnected", code: "disconnect" });
}

describe("a device at the hub, both as programs", () => {
	it(
		"reports, obeys methods and messages, takes desired properties over: on Node",
		() => everything(),
		60_000,
	);

	describeWith([compiler], "on XS", () => {
		itInAll(
			"does the same",
			async () => {
				await everything("--engine", "xs");
			},
			300_000,
		);
	});

	describeWith([armTools], "on the ARM image", () => {
		itInAll("does the same", () => everything("--engine", "arm"), 300_000);
	});

	it.each([
		["a module", ["--device", "lamp", "--module", "lamp/m1"], "lamp.m1", {}, []],
		[
			"a certificate's thumbprint",
			["--x509-device", "lamp"],
			"lamp",
			{},
			["--cert", "nightlight-hub/lamp.pem", "--key", "nightlight-hub/lamp.key"],
		],
		[
			"a certificate of the CA",
			["--x509-ca-device", "lamp"],
			"lamp",
			{},
			["--cert", "nightlight-hub/lamp.pem", "--key", "nightlight-hub/lamp.key"],
		],
	] as const)(
		"connects as %s",
		async (_what, identities, connection, config, words) => {
			const stage = await Stage.begin(...identities);
			const device = stage.device(connection, { ...LIVELY, ...config }, ...words);
			await stage.hub.heard({ event: "telemetry", device: "lamp" });
			expect(await device.end()).toBe(0);
		},
		60_000,
	);

	it("connects over a WebSocket", async () => {
		const stage = await Stage.begin();
		const { port } = await stage.hub.heard({ event: "listening", protocol: "https" });
		const file = join(stage.cwd, "nightlight-hub/nightlight.connection");
		writeFileSync(
			file,
			readFileSync(file, "utf8")
				.trim()
				.replace(/(;GatewayHostName=.*)?$/, `;GatewayHostName=localhost:${port}`),
		);
		const device = stage.device("nightlight", { ...LIVELY, broker: { protocol: "wss" } });
		await stage.hub.heard({ event: "telemetry", device: "nightlight" });
		expect(await stage.tell(0, "invoke", "nightlight", "setLed", "true")).toBe("200 {}");
		expect(await device.end()).toBe(0);
	}, 60_000);

	it("says what is likely when its key is another one's", async () => {
		const stage = await Stage.begin("--device", "lamp", "--device", "other");
		const read = (name: string) => readFileSync(join(stage.cwd, `nightlight-hub/${name}.connection`), "utf8");
		const [, key] = /SharedAccessKey=([^;]*)/.exec(read("other")) ?? [];
		writeFileSync(
			join(stage.cwd, "nightlight-hub/lamp.connection"),
			read("lamp").replace(/SharedAccessKey=[^;]*/, `SharedAccessKey=${key}`),
		);
		const device = stage.device("lamp", {});
		const failed = await device.until("the failure", () =>
			device.events.find(({ event, code }) => event === "link" && code === "not-authorized"),
		);
		expect(failed.reason).toMatch(/CONNACK 5.*another device's, or the clock wrong: here it is 20\d\d-/);
		expect(await stage.hub.heard({ event: "refused", code: "token-signature" })).toBeDefined();
	}, 30_000);
});

describe("nothing that is kept is lost", () => {
	/** Milliseconds: of a token's life three quarters are 5 s. */
	const LIFETIME = 6667;
	/** `npm run long` has more (test/long/renewal.ts). */
	const SECONDS = Number(process.env.NIGHTLIGHT_RENEWAL_SECONDS ?? 20);
	const keep = {
		azure: { tokenLifetime: LIFETIME },
		telemetry: { interval: 50, qos: 1 },
		outbox: { policy: "keep", messages: 10_000, bytes: 1_000_000 },
	};

	/** The numbers of the messages that the hub has, in the order in which they came. */
	const numbersAt = (hub: Nightlight): number[] =>
		hub.events
			.filter(({ event, isWill }) => event === "telemetry" && isWill !== true)
			.map(({ system }) => Number((system as { messageId: string }).messageId.split("-")[1]));

	/** Ends the device when nothing waits: the hub must have every number, in order, what came again left out. */
	async function compare(stage: Stage, device: Nightlight): Promise<number> {
		const last = () => device.events.filter(({ event }) => event === "outbox").at(-1);
		await device.until("nothing waits", () => last() === undefined || last()?.pending === 0, 60_000);
		expect(await device.end()).toBe(0);
		const numbers = numbersAt(stage.hub);
		const first = numbers.filter((number, index) => numbers.indexOf(number) === index);
		expect(first).toEqual(first.map((_, index) => index + 1));
		expect(last()?.dropped ?? 0).toBe(0);
		return first.length;
	}

	itInAll(
		`when the token is renewed each 5 s, for ${SECONDS} s`,
		async () => {
			const stage = await Stage.begin();
			const device = stage.device("nightlight", keep);
			await stage.hub.heard({ event: "telemetry" });
			await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
			const count = await compare(stage, device);
			expect(count).toBeGreaterThan(SECONDS * 10);
			const ends = stage.hub.events.filter(({ event }) => event === "disconnected");
			expect(ends.length).toBeGreaterThanOrEqual(Math.floor(SECONDS / 5));
			expect(ends.map(({ code }) => code)).not.toContain("token-expired");
		},
		(SECONDS + 100) * 1000,
	);

	itInAll(
		"when the hub kicks, throttles, and goes silent",
		async () => {
			const stage = await Stage.begin();
			const device = stage.device("nightlight", {
				...keep,
				mqtt: { keepAlive: 2000, responseTimeout: 1000 },
			});
			await stage.hub.heard({ event: "telemetry" });
			const { service } = stage;
			const faults = (body: JsonObject) => service.call("PUT", "/emulator/faults", body);
			await service.call("POST", "/emulator/nightlight/kick");
			await faults({ throttleTelemetry: true });
			await stage.hub.heard({ event: "throttled" });
			await faults({});
			await stage.hub.heard({ event: "telemetry" }, stage.hub.events.length, 60_000);
			await faults({ ignore: true });
			await new Promise((resolve) => setTimeout(resolve, 3000));
			await faults({});
			await stage.hub.heard({ event: "telemetry" }, stage.hub.events.length, 60_000);
			await compare(stage, device);
		},
		180_000,
	);
});
