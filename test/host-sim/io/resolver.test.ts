import { isIP } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { standardForm } from "../../../host-sim/io/ip-address.js";
import { type Lookup, Resolver } from "../../../host-sim/io/resolver.js";
import { reentrancy, settle } from "./support.js";

interface Outcome {
	error: Error | null;
	address: string | undefined;
	host: string | undefined;
	self: Resolver;
}

const resolve = (resolver: Resolver, host: string): Promise<Outcome> =>
	new Promise((done) => {
		resolver.resolve({ host }, function (error, address, name) {
			done({ error, address, host: name, self: this });
		});
	});

describe("Resolver", () => {
	it.each([["127.0.0.1"], ["0.0.0.0"], ["::1"], ["fe80::1%lo"]])(
		"§18 resolve: the IP address %s resolves to itself",
		async (host) => {
			const resolver = new Resolver({});
			const outcome = await resolve(resolver, host);
			expect(outcome).toEqual({ error: null, address: host, host, self: resolver });
			resolver.close();
		},
	);

	it("§18 resolve: finds localhost", async () => {
		const resolver = new Resolver({});
		const { error, address, host } = await resolve(resolver, "localhost");
		expect({ error, host }).toEqual({ error: null, host: "localhost" });
		expect(isIP(address ?? "")).not.toBe(0);
		resolver.close();
	});

	// Names that no system asks the network about, so that the test is quick everywhere.
	it.each([["x".repeat(64).concat(".invalid")], ["x".repeat(300)]])(
		"§18 resolve: an error in one line for the impossible name %s",
		async (host) => {
			const resolver = new Resolver({});
			const { error, address } = await resolve(resolver, host);
			expect(error?.message).toMatch(/^cannot resolve x+(\.invalid)? \(E[A-Z_]+\)$/);
			expect(address).toBe(undefined);
			resolver.close();
		},
	);

	it("§18 resolve: an error for the empty name", async () => {
		const resolver = new Resolver({});
		expect((await resolve(resolver, "")).error?.message).toBe("cannot resolve an empty name");
		resolver.close();
	});

	it("§18 resolve: several at once", async () => {
		const resolver = new Resolver({});
		const hosts = ["127.0.0.1", "localhost", "127.0.0.2", "localhost"];
		const outcomes = await Promise.all(hosts.map((host) => resolve(resolver, host)));
		expect(outcomes.map(({ host }) => host)).toEqual(hosts);
		resolver.close();
	});

	it("§8 callbacks: never inside resolve, none after close", async () => {
		const { call, callback, broken } = reentrancy();
		const resolver = new Resolver({});
		let late = 0;
		await new Promise<void>((done) => {
			call("resolve", () =>
				resolver.resolve({ host: "127.0.0.1" }, () => {
					callback("callback");
					done();
				}),
			);
		});
		for (const host of ["127.0.0.1", "localhost", ""]) {
			resolver.resolve({ host }, () => {
				late++;
			});
		}
		resolver.close();
		await settle();
		expect({ broken, late }).toEqual({ broken: [], late: 0 });
	});

	it.each([[undefined], [null], ["localhost"], [{}]])("§18 resolve: throws for the options %s", (options) => {
		const resolver = new Resolver({});
		expect(() => resolver.resolve(options as { host: string }, () => {})).toThrow();
		resolver.close();
	});

	it.each(["127.0.0.1", "localhost", ""])(
		"§18 resolve: throws without a function to call back (%j)",
		(host) => {
			const resolver = new Resolver({});
			const { resolve } = resolver as unknown as { resolve: (...parameters: unknown[]) => void };
			for (const rest of [[], [undefined], [null], [5], [{}]]) {
				expect(() => resolve.call(resolver, { host }, ...rest)).toThrow("needs a function to call back");
			}
			resolver.close();
		},
	);
});

describe("standardForm", () => {
	it.each([
		["192.168.1.20", "192.168.1.20"],
		["::", "0000:0000:0000:0000:0000:0000:0000:0000"],
		["::1", "0000:0000:0000:0000:0000:0000:0000:0001"],
		["2001:DB8::A:1", "2001:0db8:0000:0000:0000:0000:000a:0001"],
		["2001:db8::", "2001:0db8:0000:0000:0000:0000:0000:0000"],
		["1:2:3:4:5:6:7:8", "0001:0002:0003:0004:0005:0006:0007:0008"],
		["1:2:3:4:5:6:7::", "0001:0002:0003:0004:0005:0006:0007:0000"],
		["::ffff:127.0.0.1", "0000:0000:0000:0000:0000:ffff:7f00:0001"],
		["fe80::1%eth0", "fe80:0000:0000:0000:0000:0000:0000:0001%eth0"],
	])("§6 IP address: %s is %s", (address, standard) => {
		expect(standardForm(address)).toBe(standard);
		expect(isIP(standard)).toBe(isIP(address));
	});
});

describe("a name with several addresses", () => {
	/** A system that finds these addresses, in turn. */
	const finding =
		(...turns: (readonly string[])[]): Lookup =>
		(_host, _options, callback) => {
			const addresses = turns.length > 1 ? turns.shift() : turns[0];
			callback(null, addresses?.map((address) => ({ address, family: isIP(address) })) ?? []);
		};
	const A = "127.0.0.1";
	const B = "127.0.0.2";
	const C = "0000:0000:0000:0000:0000:0000:0000:0001";

	it.each([
		{ name: "one", turns: [[A]], given: [A, A, A] },
		{ name: "two", turns: [[A, B]], given: [A, B, A, B] },
		{ name: "IPv4 and IPv6", turns: [[A, "::1"]], given: [A, C, A] },
		{ name: "three", turns: [[A, B, "::1"]], given: [A, B, C, A] },
		{ name: "one twice", turns: [[A, A, B]], given: [A, B, A] },
		{
			name: "another order each time",
			turns: [
				[A, B],
				[B, A],
				[A, B],
			],
			given: [A, B, A],
		},
		{
			name: "the last one is gone",
			turns: [
				[A, B],
				[B, "::1"],
			],
			given: [A, B, C],
		},
	])("gives the next one at each call: $name", async ({ turns, given }) => {
		const resolver = new Resolver({}, finding(...turns.map((turn) => [...turn])));
		for (const address of given) expect((await resolve(resolver, "broker.test")).address).toBe(address);
		resolver.close();
	});

	it("has no address: an error", async () => {
		const resolver = new Resolver({}, finding([]));
		expect((await resolve(resolver, "broker.test")).error?.message).toBe(
			"cannot resolve broker.test (no address)",
		);
		resolver.close();
	});

	it("counts each name by itself", async () => {
		const resolver = new Resolver({}, finding([A, B]));
		for (const [host, address] of [
			["a", A],
			["b", A],
			["a", B],
			["b", B],
		] as const) {
			expect((await resolve(resolver, host)).address).toBe(address);
		}
		resolver.close();
	});

	it("gives the same one once more when nobody asked for a minute: it may have served", async () => {
		vi.useFakeTimers({ toFake: ["performance"] });
		try {
			const resolver = new Resolver({}, finding([A, B]));
			for (const [pause, address] of [
				[0, A],
				[60_000, A],
				[60_000, B],
				[59_999, A],
				[1, B],
			] as const) {
				vi.advanceTimersByTime(pause);
				expect((await resolve(resolver, "broker.test")).address).toBe(address);
			}
			resolver.close();
		} finally {
			vi.useRealTimers();
		}
	});
});
