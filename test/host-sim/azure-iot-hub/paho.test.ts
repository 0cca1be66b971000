import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { Program, Programs } from "../../support/processes.js";
import { describeWith, paho, pythonWithPaho } from "../../support/requires.js";
import { TestHub } from "./running.js";

const SCRIPT = fileURLToPath(new URL("paho/device.py", import.meta.url));

const programs = new Programs();
afterEach(() => programs.endAll());

describeWith([paho], "Paho, with the user name, token and topics of the documentation", () => {
	const device = (hub: TestHub, token = hub.tokenOf("dev1")) => {
		const words = ["localhost", `${hub.running.port}`, join(hub.out, "ca.pem"), "dev1", token];
		return programs.add(new Program(pythonWithPaho as string, [SCRIPT, ...words]));
	};

	it("[topics.telemetry] [topics.twin-report] [topics.c2d-filter] sends telemetry, reports, and gets a message", async () => {
		const hub = await TestHub.start();
		const program = device(hub);
		await program.until("the report", () => program.lines.length === 3);
		await hub.service.send("dev1", "hello", { system: {}, application: {} });
		expect(await program.exited).toBe(0);
		expect(program.lines).toEqual([
			"connected 0 1",
			"granted 0 1",
			"message $iothub/twin/res/204/?$rid=1&$version=2 ",
			"message devices/dev1/messages/devicebound/ hello",
		]);
		await expect.poll(() => hub.events.at(-1)).toMatchObject({ event: "disconnected", code: "disconnect" });
		expect(hub.events).toContainEqual(
			expect.objectContaining({
				event: "telemetry",
				application: { lightAlert: "true" },
				payload: '{"light":3}',
			}),
		);
		expect(hub.events).toContainEqual(expect.objectContaining({ event: "c2d-completed" }));
	});

	it("[connect.refused] hears CONNACK 5 with a wrong token", async () => {
		const hub = await TestHub.start();
		const program = device(hub, "SharedAccessSignature sr=x&sig=y&se=1");
		await program.until("the refusal", () => program.lines.includes("connected 5 0"));
		expect(hub.events.at(-1)).toMatchObject({ event: "refused", code: "token-resource" });
	});
});
