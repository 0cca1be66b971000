import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { runHere } from "../../support/command-line.js";
import { Nightlight } from "../../support/nightlight.js";
import { Programs } from "../../support/processes.js";
import { Access, letIn } from "./support.js";

const programs = new Programs();
afterEach(() => programs.endAll());
const cwd = () => mkdtempSync(join(tmpdir(), "nightlight-"));

describe("nightlight up --access", () => {
	it("runs devices, server and page, each with its own certificate, and devices obey their groups", async () => {
		const access = await Access.make({ "seat-1": ["north"], "seat-2": [] });
		const words = ["--access", access.path, "--devices", "2", "--id", "seat", "--light", "900"];
		const up = programs.add(new Nightlight(["up", ...words, "--json"], { cwd: cwd() }));
		for (const client of ["server", "seat-1", "seat-2"]) await up.heard({ event: "connected", client });
		await up.heard({ source: "page", event: "page" });
		const operator = await letIn(access.client("operator"));
		await operator.publishAsync("groups/north/commands", '{"led_on":true}', { qos: 1 });
		await up.heard({ source: "device", event: "led", on: true, device: "seat-1" });
		await operator.endAsync();
		const others = up.events.filter(({ event }) => event === "denied" || event === "rejected");
		expect(others).toEqual([]);
		expect(up.events).not.toContainEqual(
			expect.objectContaining({ event: "led", on: true, device: "seat-2" }),
		);
	});

	it("closes the connection of a device that is revoked while it runs", async () => {
		const access = await Access.make({ lamp: [] });
		const up = programs.add(
			new Nightlight(["up", "--access", access.path, "--id", "lamp", "--no-page", "--json"], { cwd: cwd() }),
		);
		await up.heard({ event: "telemetry" });
		await access.change({}, { revoked: ["lamp"] });
		up.child.kill("SIGHUP");
		await up.heard({ event: "access", state: "loaded", devices: 0, revoked: 1 });
		const gone = { source: "broker", event: "disconnected", client: "lamp", code: "not-authorized" };
		await up.heard(gone);
		await up.heard({ source: "device", event: "link", state: "backoff" });
		await up.heard({ event: "rejected", code: "tls-failed" });
	});

	it("says at the start which certificates expire soon", async () => {
		const access = await Access.make({});
		await access.change({ lamp: [] }, { days: 1 });
		const up = programs.add(
			new Nightlight(["up", "--access", access.path, "--id", "lamp", "--no-page", "--json"], { cwd: cwd() }),
		);
		await up.heard({ source: "device", event: "certificate", certificate: "own" });
	});

	it.each([
		["a device that it has not", ["--id", "nobody"], "it has no device nobody"],
		["another broker", ["--id", "lamp", "--broker", "mqtt://127.0.0.1"], "are for a broker of its own"],
		["a plain port", ["--id", "lamp", "--port", "1883"], "--access is for ports with TLS"],
		["an address that it is not for", ["--id", "lamp", "--host", "127.0.0.2"], undefined],
	])("%s is refused in a line, or reached by a name", async (_name, words, says) => {
		const access = await Access.make({ lamp: [] });
		const all = ["up", "--access", access.path, "--no-page", "--duration", "3", ...words];
		if (says === undefined) {
			const up = programs.add(new Nightlight([...all, "--json"], { cwd: cwd() }));
			await up.heard({ source: "device", event: "link", state: "online" });
			return;
		}
		const { code, errors } = await runHere(all, { cwd: cwd() });
		expect(code).toBe(2);
		expect(errors).toContain(says);
		expect(errors.trimEnd().split("\n")).toHaveLength(1);
	});
});
