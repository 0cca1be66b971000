import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { runHere } from "../../support/command-line.js";
import { Nightlight } from "../../support/nightlight.js";
import { Programs } from "../../support/processes.js";
import { Browser } from "./support.js";

const programs = new Programs();
afterEach(() => programs.endAll());

/** A hub with the device `nightlight`. Returns what a device there is started with. */
async function hub(): Promise<{ at: string[]; out: string }> {
	const out = mkdtempSync(join(tmpdir(), "up-hub-"));
	const free = ["--port", "0", "--https-port", "0"];
	const started = programs.add(new Nightlight(["hub", ...free, "--out", out, "--json"]));
	await started.heard({ event: "identity" });
	return { at: ["--azure", join(out, "nightlight.connection"), "--ca", join(out, "ca.pem")], out };
}

describe("nightlight up at an Azure IoT Hub", () => {
	it("runs device and page, and neither broker nor server", async () => {
		const { at, out } = await hub();
		const up = programs.add(new Nightlight(["up", ...at, "--light", "262", "--json"]));
		const { url } = await up.heard({ source: "page", event: "page" }, 0, 20_000);
		const browser = await Browser.open(Number(new URL(String(url)).port), "device=nightlight");
		await browser.sees({
			hub: expect.objectContaining({ alertBelow: 300 }),
			link: { state: "online" } as never,
		});
		expect(browser.last("hello")).not.toHaveProperty("server");
		await expect.poll(() => browser.device?.hub?.twin.reported?.version).toBeGreaterThan(1);

		for (const act of [
			{ act: "hold", device: "nightlight", led: true },
			{ act: "command", device: "nightlight", text: '{"led_on":true}' },
		] as const) {
			const answer = await browser.act(act);
			expect([answer.status, answer.body]).toEqual([409, expect.stringContaining("commanded by its hub")]);
		}
		const invoked = programs.add(
			new Nightlight(["hub", "invoke", "nightlight", "setLed", "true", "--out", out]),
		);
		expect(await invoked.exited).toBe(0);
		await browser.sees({ led: true, decidedBy: "server" });
		// The token is nowhere.
		expect(browser.text).not.toContain("SharedAccessSignature");
		browser.close();
		expect(await up.end("SIGINT")).toBe(0);
		expect(new Set(up.events.map(({ source }) => source))).toEqual(new Set(["device", "page"]));
	}, 60_000);

	it.each([
		[["--devices", "2"], "--devices is not for Azure IoT Hub: the connection string is of one device"],
		[["--port", "0"], "--port is not for Azure IoT Hub: the hub is the broker"],
		[
			["--threshold", "300"],
			"--threshold is not for Azure IoT Hub: it is the server's, and with a hub there is none",
		],
		[["--broker", "mqtt://h"], "--broker is for a broker: the connection string names the hub"],
	])(
		"refuses %j in one line",
		async (words, says) => {
			const { at } = await hub();
			const { code, output, errors } = await runHere(["up", ...at, ...words]);
			expect([code, output, errors]).toEqual([2, "", `nightlight: ${says}\n`]);
		},
		30_000,
	);
});
