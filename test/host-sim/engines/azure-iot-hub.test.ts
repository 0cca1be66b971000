import { beforeAll, expect, it } from "vitest";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { xsWorker } from "../../../host-sim/engines/xs/build-worker.js";
import { startOnXs } from "../../../host-sim/engines/xs/engine.js";
import { HubRig } from "../../firmware/profiles/azure-iot-hub/rig.js";
import { armTools, compiler, describeWith } from "../../support/requires.js";
import { firstDifference, type StartDevice, startOnNode } from "./trace.js";

const options = {
	log: () => {},
	onFailure: (reason: string) => {
		throw new Error(reason);
	},
};
const onXs: StartDevice = (host, config) => startOnXs(host, config, options);
const onArm: StartDevice = (host, config) => startOnArm(host, config, options);

/** What happens at the hub, and when: milliseconds from the start. */
const SCENARIO: readonly (readonly [number, (rig: HubRig) => void])[] = [
	[500, ({ hub }) => void hub.desire("lamp", { telemetryInterval: 700, threshold: "none", ledOn: true })],
	[1500, ({ hub }) => hub.invoke("lamp", { method: "sample" }, () => {})],
	[1600, ({ hub }) => hub.invoke("lamp", { method: "setLed", payload: 1 }, () => {})],
	[1700, ({ hub }) => hub.invoke("lamp", { method: "configure", payload: { interval: 900 } }, () => {})],
	[1800, ({ hub }) => hub.invoke("lamp", { method: "unknown" }, () => {})],
	[2500, ({ hub }) => void hub.send("lamp", { body: Buffer.from('{"id":"k1","led_on":false}') })],
	[2600, ({ hub }) => void hub.send("lamp", { body: Buffer.from("no") })],
	[3000, ({ host }) => Object.assign(host.analog, { light: 100 })],
	[9000, ({ hub }) => void hub.kick("lamp")],
	[12_000, ({ hub }) => Object.assign(hub.faults, { connect: () => 5 })],
	[12_100, ({ hub }) => void hub.kick("lamp")],
	[13_000, ({ hub }) => Object.assign(hub.faults, { connect: undefined })],
	[30_000, () => {}],
];

/** What the hub and the device told, a line each; what the device runs on is left out. */
async function traceOf(start: StartDevice): Promise<string[]> {
	const lines: string[] = [];
	const rig = new HubRig({
		start,
		onReport: (event, time) => lines.push(`${time} ${JSON.stringify(event)}`),
		settings: { azure: { tokenLifetime: 6000 }, telemetry: { qos: 1 } },
	});
	for (const [at, act] of SCENARIO) rig.clock.post(() => act(rig), at);
	const device = await rig.device;
	await rig.clock.advanceWith(() => device?.settled() ?? Promise.resolve(), 30_000);
	const stopped = device?.stop();
	await rig.clock.advanceWith(() => device?.settled() ?? Promise.resolve(), 2000);
	await stopped;
	for (const event of rig.events) {
		const body = "body" in event ? Buffer.from(event.body).toString("utf8") : "";
		lines.push(`${JSON.stringify({ ...event, body })}`.replace(/"engine":"\w+"/, '"engine":""'));
	}
	return lines;
}

it("the device at the hub says and does all that the scenario is for", async () => {
	const all = (await traceOf(startOnNode)).join("\n");
	for (const seen of [
		"method-answered",
		"twin-reported",
		'"ac":400',
		"c2d-completed",
		"k1",
		"lightAlert",
		"CONNACK 5",
	])
		expect(all).toContain(seen);
	expect(all.split('"event":"connected"').length).toBeGreaterThan(7);
});

describeWith([compiler], "on XS", () => {
	beforeAll(() => xsWorker(() => {}), 300_000);
	it("the device at the hub does as on Node", async () => {
		expect(firstDifference(await traceOf(startOnNode), await traceOf(onXs))).toBeUndefined();
	}, 60_000);
});

describeWith([armTools], "on ARM", () => {
	it("the device at the hub does as on Node", async () => {
		expect(firstDifference(await traceOf(startOnNode), await traceOf(onArm))).toBeUndefined();
	}, 600_000);
});
