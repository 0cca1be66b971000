import { describe, expect, it } from "vitest";
import { VirtualStorage } from "../../support/virtual/storage.js";
import { Nightlight } from "../nightlight.js";

const online = (options = {}): Nightlight => {
	const nightlight = new Nightlight({}, options);
	nightlight.listen(100);
	return nightlight;
};

/** The answers among what the broker has heard. */
const answers = (heard: readonly string[]): string[] =>
	heard
		.filter((line) => line.startsWith("publish X/responses "))
		.map((line) => line.replace(/^publish X\/responses /, "").replace(/ #\d+$/, ""));

describe("a command with an id is answered", () => {
	it.each([
		{ order: '{"id":"a","led_on":true}', answer: '{"id":"a","status":200}' },
		{ order: '{"id":"a","sample":true}', answer: '{"id":"a","status":200,"payload":{"light":400}}' },
		{ order: '{"led_on":true,"id":"a"}', answer: '{"id":"a","status":200}' },
		{
			order: '{"id":"a","led_on":1}',
			answer: '{"id":"a","status":400,"payload":{"reason":"led_on wants true or false"}}',
		},
		{
			order: '{"led_on":1,"id":"a"}',
			answer: '{"id":"a","status":400,"payload":{"reason":"led_on wants true or false"}}',
		},
		{
			order: '{"id":"a","open":true}',
			answer: '{"id":"a","status":404,"payload":{"reason":"no command known here"}}',
		},
		{
			order: '{"id":"a","sample":false}',
			answer: '{"id":"a","status":400,"payload":{"reason":"sample wants true"}}',
		},
	])("$order", ({ order, answer }) => {
		const nightlight = online();
		expect(answers(nightlight.command(order))).toEqual([answer]);
		const { id, ...rest } = JSON.parse(answer);
		expect(nightlight.host.eventsOf("response")).toEqual([{ event: "response", id, ...rest }]);
	});

	it.each(['{"led_on":true}', '{"id":7,"led_on":true}', '{"id":"","led_on":true}', '{"id":"a"'])(
		"and %s is not",
		(order) => {
			const nightlight = online();
			expect(answers(nightlight.command(order))).toEqual([]);
		},
	);

	it("that was retained is not", () => {
		const nightlight = online();
		expect(answers(nightlight.command('{"id":"a","led_on":true}', true))).toEqual([]);
	});

	it("nowhere when there is no topic for it", () => {
		const nightlight = new Nightlight({ topics: { responses: null } });
		nightlight.listen(100);
		nightlight.command('{"id":"a","led_on":true}');
		expect(nightlight.host.digital.led).toBe(1);
	});
});

describe("an order with a number", () => {
	const order = (seq: number, what: string, id = `o${seq}`): string =>
		`{"id":"${id}","stream":"abcdefgh","seq":${seq},${what}}`;

	it("is obeyed once, and what comes again gets the stored answer, also after a restart", () => {
		const storage = new VirtualStorage();
		const first = online({ storage });
		const wanted = ['{"id":"o1","status":200,"payload":{"light":400}}'];
		expect(answers(first.command(order(1, '"sample":true')))).toEqual(wanted);
		first.host.analog.light = 500;
		expect(answers(first.command(order(1, '"sample":true')))).toEqual(wanted);
		const second = online({ storage });
		expect(answers(second.command(order(1, '"sample":true')))).toEqual(wanted);
		expect(second.host.eventsOf("command")).toEqual([]);
	});

	it("that is older than the last one is refused", () => {
		const nightlight = online();
		nightlight.command(order(2, '"led_on":true'));
		expect(answers(nightlight.command(order(1, '"led_on":false')))).toEqual([
			'{"id":"o1","status":409,"payload":{"reason":"an older number"}}',
		]);
		expect(nightlight.host.digital.led).toBe(1);
	});

	it("of another stream has numbers of its own; four streams are remembered", () => {
		const storage = new VirtualStorage();
		const nightlight = online({ storage });
		for (const stream of ["a", "b", "c", "d", "e"]) {
			const text = `{"id":"x","stream":"${stream}","seq":1,"led_on":true}`;
			expect(answers(nightlight.command(text))).toEqual(['{"id":"x","status":200}']);
		}
		expect([...(storage.domains.get("orders") ?? []).keys()]).toEqual(["b", "c", "d", "e"]);
		expect(storage.openDomains).toBe(0);
	});

	it.each([
		{ what: '"led_on":true', answer: '{"id":"o1","status":200}', isObeyed: true },
		{
			what: '"reboot":true',
			answer: '{"id":"o1","status":500,"payload":{"reason":"interrupted"}}',
			isObeyed: false,
		},
		{
			what: '"sample":true',
			answer: '{"id":"o1","status":500,"payload":{"reason":"interrupted"}}',
			isObeyed: false,
		},
	])("after a power cut between the two records: $what", ({ what, answer, isObeyed }) => {
		const storage = new VirtualStorage();
		const value = new TextEncoder().encode('{"seq":1,"status":0}');
		storage.domains.set("orders", new Map([["abcdefgh", value]]));
		const nightlight = online({ storage });
		expect(answers(nightlight.command(order(1, what)))).toEqual([answer]);
		expect(nightlight.host.eventsOf("command")).toHaveLength(isObeyed ? 1 : 0);
		nightlight.clock.advance(5000);
		expect(nightlight.host.restarts).toBe(0);
		// From now on the answer is known.
		expect(answers(nightlight.command(order(1, what)))).toEqual([answer]);
	});

	it("reboots once, after its answer, and a repeated one does not loop", () => {
		const storage = new VirtualStorage();
		const nightlight = online({ storage });
		const heard = nightlight.command(order(1, '"reboot":true'));
		expect(answers(heard)).toEqual(['{"id":"o1","status":200}']);
		expect(heard.slice(-2)).toEqual(["publish X/status offline retained", "disconnect"]);
		nightlight.clock.advance(2000);
		expect(nightlight.host.restarts).toBe(1);
		// It waits for the broker to acknowledge the answer, so that it does not count as given up.
		expect(nightlight.host.eventsOf("refused")).toEqual([]);
		// No more readings are taken.
		expect(nightlight.clock.timers).toBe(0);
		const again = online({ storage });
		expect(answers(again.command(order(1, '"reboot":true')))).toEqual(['{"id":"o1","status":200}']);
		again.clock.advance(2000);
		expect(again.host.restarts).toBe(0);
	});

	it("holds while the storage fails, until a restart", () => {
		const storage = new VirtualStorage();
		storage.failing.add("write");
		const nightlight = online({ storage });
		nightlight.command(order(1, '"sample":true'));
		nightlight.command(order(1, '"sample":true'));
		expect(nightlight.host.eventsOf("command")).toHaveLength(1);
		expect(nightlight.host.eventsOf("storage")[0]).toMatchObject({ code: "storage-unwritable" });
	});

	it("a record that is damaged is none", () => {
		const storage = new VirtualStorage();
		storage.domains.set("orders", new Map([["abcdefgh", Uint8Array.of(0x7b)]]));
		const nightlight = online({ storage });
		expect(answers(nightlight.command(order(1, '"led_on":true')))).toEqual(['{"id":"o1","status":200}']);
		expect(nightlight.host.eventsOf("storage")[0]).toMatchObject({ code: "storage-unreadable" });
	});
});

describe("an order that expires", () => {
	const noon = Date.UTC(2026, 5, 1, 12);
	it.each([
		{ clock: noon, expires: noon + 60_000, status: 200 },
		{ clock: noon, expires: noon - 1, status: 408, reason: "expired" },
		{ clock: undefined, expires: noon, status: 408, reason: "clock not set" },
	])("with the clock at $clock: $status", ({ clock, expires, status, reason }) => {
		const nightlight = new Nightlight();
		nightlight.host.wallClock = clock;
		nightlight.listen(100);
		const text = `{"id":"a","expires":${expires},"led_on":true}`;
		const payload = reason === undefined ? "" : `,"payload":{"reason":"${reason}"}`;
		expect(answers(nightlight.command(text))).toEqual([`{"id":"a","status":${status}${payload}}`]);
		expect(nightlight.host.digital.led).toBe(status === 200 ? 1 : 0);
	});
});

it("says who decided", () => {
	const nightlight = online();
	expect(nightlight.command('{"led_on":true,"by":"hand"}')).toEqual([
		'publish X/state {"led_on":true,"decided_by":"hand"} retained',
	]);
	expect(nightlight.command('{"led_on":true}')).toEqual([
		'publish X/state {"led_on":true,"decided_by":"server"} retained',
	]);
});
