import { generate } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { Clock } from "../../../host-sim/simulation/clock.js";
import { Board } from "../../../host-sim/simulation/device/board.js";
import { hostOf } from "../../../host-sim/simulation/device/host.js";
import { Power } from "../../../host-sim/simulation/device/power.js";
import { SimulatedStorage } from "../../../host-sim/simulation/device/storage.js";
import { Timers } from "../../../host-sim/simulation/device/timers.js";
import type { ReadMessage } from "../../../host-sim/simulation/network/message-reader.js";
import { Access, Network } from "../../../host-sim/simulation/network/network.js";
import { Random } from "../../../host-sim/simulation/random.js";

const MESSAGE = generate({ cmd: "publish", topic: "a", payload: "x", qos: 0, retain: false, dup: false });

/** A host whose every connection brings a message at once, and all it has to do with. */
function makeHost() {
	const [clock, power, access, random] = [
		new Clock(),
		new Power(() => {}),
		new Access(),
		new Random(1, "host"),
	];
	const network = new Network(clock, random);
	let accepted = 0;
	network.listener.replace((link) => {
		accepted++;
		link.send(new Uint8Array(MESSAGE));
		return { receive: () => {}, lost: () => {} };
	});
	const [storage, timers] = [new SimulatedStorage(random), new Timers(clock, power)];
	const read: ReadMessage[] = [];
	const host = hostOf({
		...{
			clock,
			network,
			access,
			storage,
			random,
			power,
			timers,
			ticks: 0,
			receiveBuffer: 1024,
			hasKeyValue: true,
		},
		board: new Board([], { measure: () => 0, setLed: () => {} }),
		date: () => 0,
		restart: () => {},
		report: () => {},
		onRead: (messages) => read.push(...messages),
	});
	storage.hasPower = true;
	return { host, clock, power, timers, storage, read, accepted: () => accepted };
}

describe("a device", () => {
	it.each([
		{
			name: "reads what has come",
			isOn: true,
			bytes: MESSAGE.length,
			read: [{ topic: "a", retain: false, payload: "x" }],
		},
		{ name: "reads nothing without power", isOn: false, bytes: 0, read: [] },
	])("$name", ({ isOn, bytes, read }) => {
		const world = makeHost();
		const socket = new world.host.device.io.TCP({ address: "192.0.2.1", port: 1883 });
		world.clock.runTo(100);
		world.power.isOn = isOn;
		expect(socket.read()?.byteLength ?? 0).toBe(bytes);
		expect(world.read).toEqual(read);
	});

	it("opens no connection when its firmware asks for one without power", () => {
		const { host, clock, power, accepted } = makeHost();
		power.isOn = false;
		const socket = new host.device.io.TCP({ address: "192.0.2.1", port: 1883 });
		clock.runTo(100);
		socket.close();
		expect(accepted()).toBe(0);
	});

	it("throws what its firmware throws, but not without power", () => {
		const { power, storage, host } = makeHost();
		const fail = () => {
			throw new Error("out of luck");
		};
		expect(() => power.turn(fail)).toThrow("out of luck");
		const flash = host.device.flash?.open({ path: "outbox" });
		storage.cutAt(1, () => {
			power.isOn = false;
		});
		const steps: string[] = [];
		power.turn(() => {
			steps.push("before");
			flash?.write(Uint8Array.of(0), 0);
			steps.push("after");
		});
		power.turn(() => steps.push("later"));
		expect(steps).toEqual(["before"]);
	});

	it("has timers that are counted until they are over", () => {
		const { host, clock, timers } = makeHost();
		const [once, again] = [host.timer.set(() => {}, 10), host.timer.repeat(() => {}, 10)];
		host.timer.set(() => {}, 30);
		expect(timers.count).toBe(3);
		clock.runTo(20);
		expect(timers.count).toBe(2);
		host.timer.clear(again);
		host.timer.clear(once);
		expect(timers.count).toBe(1);
	});

	it("has timers that end with the power", () => {
		const { host, clock, power, timers } = makeHost();
		const calls: string[] = [];
		host.timer.set(() => calls.push("once"), 10);
		host.timer.repeat(() => calls.push("again"), 10);
		power.isOn = false;
		clock.runTo(100);
		expect(calls).toEqual([]);
		expect(timers.count).toBe(0);
	});
});
