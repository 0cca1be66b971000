/**
 * `cycles.ts [COUNT]`: a device and the embedded broker in this process, on real sockets. The device connects, sends a
 * reading and is cut off, COUNT times (10,000). Sockets, timers and heap must not grow. Needs `node --expose-gc`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNightlight } from "../../firmware/app.js";
import { startBroker } from "../../host-sim/broker/broker.js";
import { createHost } from "../../host-sim/provider.js";
import { configOf } from "../support/virtual/config.js";
import { growth, type Sample } from "./growth.js";

const count = Number(process.argv[2] ?? 10_000);
if (!(Number.isSafeInteger(count) && count >= 20)) throw new RangeError("COUNT must be an integer from 20");
const collect = globalThis.gc;
if (collect === undefined) throw new Error("run with node --expose-gc");

const LIMITS = { heap: 500_000, TCPSocketWrap: 0, Timeout: 1 };
/** The device answers a cut after at least 10 ms. */
const TIMEOUT = 10_000;

const folder = mkdtempSync(join(tmpdir(), "nightlight-cycles-"));
const broker = await startBroker({ port: 0, onEvent: () => {} });
/** Both ends of the device's connection, which leads through this process so that it can be cut. */
let ends: Socket[] = [];
const relay = createServer((device) => {
	const onward = connect(broker.port, broker.host);
	ends = [device, onward];
	for (const end of ends) end.on("error", () => {});
	device.pipe(onward).pipe(device);
});
await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
const { port } = relay.address() as { port: number };

let onTelemetry = () => {};
const host = createHost({
	restart: () => {},
	inputs: { light: { minimum: 0, maximum: 1023, read: () => 100 } },
	storage: folder,
	report: ({ event }) => {
		if (event === "telemetry") onTelemetry();
	},
});
const stop = startNightlight(
	host,
	configOf({
		broker: { host: "127.0.0.1", port },
		reconnect: { initial: 10, maximum: 10 },
		telemetry: { interval: 10 },
	}),
);

/** Waits for a reading that was sent over a new connection. */
const online = (): Promise<void> =>
	new Promise((resolve, reject) => {
		const late = setTimeout(() => reject(new Error(`not online within ${TIMEOUT} ms`)), TIMEOUT);
		onTelemetry = () => {
			clearTimeout(late);
			resolve();
		};
	});

function sample(): Sample {
	collect?.();
	const resources = process.getActiveResourcesInfo();
	const active = (kind: string) => resources.filter((one) => one === kind).length;
	return {
		heap: process.memoryUsage().heapUsed,
		TCPSocketWrap: active("TCPSocketWrap"),
		Timeout: active("Timeout"),
	};
}

const began = performance.now();
const samples: Sample[] = [];
for (let cycle = 1; cycle <= count; cycle++) {
	await online();
	// Not before the first tenth: what is compiled and cached comes once.
	if (cycle > count / 10 && cycle % Math.ceil(count / 60) === 0) samples.push(sample());
	const [device, onward] = ends as [Socket, Socket];
	if (cycle % 2 === 0) device.resetAndDestroy();
	else device.destroy();
	onward.destroy();
}
const { lines, isWithin } = growth(samples, LIMITS);
await online();
await new Promise<void>(stop);
await broker.stop();
relay.close();
rmSync(folder, { recursive: true, force: true });
const seconds = ((performance.now() - began) / 1000).toFixed(1);
process.stdout.write(`${count} connections cut in ${seconds} s\n${lines.join("\n")}\n`);
if (!isWithin) process.exitCode = 1;
