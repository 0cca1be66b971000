import { describe, expect, it } from "vitest";
import { Clock } from "../../../host-sim/simulation/clock.js";
import { Access, Network } from "../../../host-sim/simulation/network/network.js";
import { SimulatedSocket } from "../../../host-sim/simulation/network/socket.js";
import { Random } from "../../../host-sim/simulation/random.js";

/** A network with a listener that notes what comes, and a client's socket that is open. */
function connect(seed = 1, capacity = 100) {
	const [clock, access] = [new Clock(), new Access()];
	const network = new Network(clock, new Random(seed, "network"));
	const heard: string[] = [];
	network.listener.replace(() => ({
		receive: (bytes) => heard.push(new TextDecoder().decode(bytes)),
		lost: () => heard.push("lost"),
	}));
	const socket = new SimulatedSocket(network, access, capacity, { address: "192.0.2.1", port: 1883 });
	clock.runTo(100);
	return { clock, access, socket, heard };
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a client that vanishes", () => {
	it("has sent its last bytes, or has not; nobody hears of its end", () => {
		const outcomes = Array.from({ length: 20 }, (_, seed) => {
			const { clock, access, socket, heard } = connect(seed);
			socket.write(bytes("last"));
			access.connections[0]?.vanish();
			clock.runTo(10_000);
			return heard.join();
		});
		expect(new Set(outcomes)).toEqual(new Set(["last", ""]));
	});
});

describe("what a client sends", () => {
	it.each([
		{ count: 1, wanted: "one" },
		{ count: 3, wanted: "three" },
		{ count: 4, wanted: "never" },
		{ count: 0, wanted: "never" },
	])("is counted: the power goes with number $count", ({ count, wanted }) => {
		const { access, socket } = connect();
		let now = "never";
		let called = "never";
		access.afterSends(count, () => {
			called = now;
		});
		for (now of ["one", "two", "three"]) socket.write(bytes("x"));
		expect(called).toBe(wanted);
	});
});

describe("a socket", () => {
	it("has room for so many bytes, and again when some have arrived", () => {
		const { clock, socket } = connect(1, 10);
		expect(socket.write(bytes("123456"))).toBe(4);
		expect(socket.write(bytes("7890"))).toBe(0);
		expect(() => socket.write(bytes("1"))).toThrow("write of 1 bytes, 0 fit");
		clock.runTo(200);
		expect(socket.write(bytes("1"))).toBe(9);
	});
});
