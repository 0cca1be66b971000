import { describe, expect, it } from "vitest";
import { ServerCore } from "../../server/core.js";
import type { CoreOptions } from "../../server/core-options.js";
import { MemoryStore } from "../../server/store/memory.js";
import { type Store, StoreFailure } from "../../server/store/store.js";

const utf8 = (text: string) => new TextEncoder().encode(text);
const TODAY = 1_800_000_000_000;

/** What a core does about messages, in short. */
class Bench {
	readonly core: ServerCore;

	constructor(options: CoreOptions = {}) {
		this.core = new ServerCore({ since: TODAY, ...options });
	}

	/** A reading of `lamp` with a number, and what follows. */
	reading(seq: number | undefined, light: number, more = ""): string[] {
		const sequence = seq === undefined ? "" : `,"seq":${seq},"stream":"a","base":1`;
		return this.message("lamp/telemetry", `{"light":${light}${sequence}${more}}`);
	}

	message(topic: string, payload: string, retain = false): string[] {
		return this.core.receive({ topic, payload: utf8(payload), retain }, 0, TODAY).map(inShort);
	}

	commit(): string[] {
		return this.core.commit(100).map(inShort);
	}
}

function inShort(action: ReturnType<ServerCore["receive"]>[number]): string {
	switch (action.kind) {
		case "received":
			return `received ${action.payload.light}`;
		case "send":
			return `${action.topic} ${action.body}`;
		case "ack":
			return `${action.topic} ${action.body}`;
		case "told":
			return Object.values(action.event).join(" ");
		case "refused":
			return `refused ${action.code}`;
		default:
			return Object.values(action).join(" ");
	}
}

const ON = 'lamp/commands {"led_on":true}';
const OFF = 'lamp/commands {"led_on":false}';
const ack = (through: number, by = "nightlight") =>
	`lamp/acks {"stream":"a","through":${through},"by":"${by}","since":${TODAY}}`;

describe("a reading with a number", () => {
	it("is answered at once, and acknowledged with the commit", () => {
		const bench = new Bench();
		expect(bench.reading(1, 100)).toEqual(["stream lamp a 1", "received 100", ON]);
		expect(bench.reading(2, 400)).toEqual(["received 400", OFF]);
		expect(bench.core.due).toBe(100);
		expect(bench.commit()).toEqual([ack(2)]);
		expect(bench.core.due).toBeUndefined();
		expect(bench.commit()).toEqual([]);
	});

	it("is answered once: not when it comes again, and acknowledged each time", () => {
		const bench = new Bench();
		bench.reading(1, 100);
		bench.commit();
		expect(bench.reading(1, 100)).toEqual(["duplicate lamp a 1 1"]);
		expect(bench.commit()).toEqual([ack(1)]);
	});

	it("is answered behind a gap, as it says how the device is now; but not again when it comes again", () => {
		const bench = new Bench();
		bench.reading(1, 100);
		expect(bench.reading(3, 400)).toEqual(["gap lamp a 3 1", "received 400", OFF]);
		expect(bench.reading(3, 400)).toEqual(["gap lamp a 3 1"]);
		expect(bench.commit()).toEqual([ack(1)]);
		expect(bench.reading(2, 100)).toEqual(["received 100"]);
		expect(bench.reading(3, 400)).toEqual(["received 400"]);
		expect(bench.reading(4, 100)).toEqual(["received 100", ON]);
		expect(bench.commit()).toEqual([ack(4)]);
	});

	it("is stored and not answered when it is late", () => {
		const bench = new Bench();
		expect(bench.reading(1, 100, ',"late":true')).toEqual(["stream lamp a 1", "received 100"]);
		expect(bench.reading(2, 100)).toEqual(["received 100", ON]);
		expect(bench.reading(undefined, 100, ',"late":true')).toEqual(["received 100"]);
	});

	it("is not answered after a restart when it was stored before", () => {
		const store = new MemoryStore();
		const before = new Bench({ store });
		before.reading(1, 100);
		before.commit();
		before.reading(2, 100);
		const after = new Bench({ store });
		expect(after.reading(1, 100)).toEqual(["duplicate lamp a 1 1"]);
		expect(after.reading(2, 100)).toEqual(["received 100", ON]);
	});

	it("leaves what a person wants alone", () => {
		const bench = new Bench();
		bench.core.hold("lamp", { led: true, until: 1000 });
		bench.reading(1, 400);
		bench.reading(3, 700);
		bench.reading(2, 100);
		expect(bench.core.release("lamp").map(inShort)).toEqual([OFF]);
	});

	it("is not acknowledged where there is no topic for it", () => {
		const bench = new Bench({ topics: { acks: null } });
		bench.reading(1, 100);
		expect(bench.commit()).toEqual([]);
		expect(bench.core.ackFilters).toEqual([]);
	});

	it("is acknowledged on another topic", () => {
		const bench = new Bench({ id: ["lamp", "other"], topics: { acks: "a/{id}/b" } });
		bench.reading(1, 100);
		expect(bench.commit()).toEqual([ack(1).replace("lamp/acks", "a/lamp/b")]);
		expect(bench.core.ackFilters).toEqual(["a/lamp/b", "a/other/b"]);
	});
});

describe("a server that observes", () => {
	it("takes readings, and says nothing to devices", () => {
		const bench = new Bench({ observes: true });
		expect(bench.reading(1, 100)).toEqual(["stream lamp a 1", "received 100"]);
		expect(bench.reading(undefined, 100)).toEqual(["received 100"]);
		expect(bench.commit()).toEqual([]);
		expect(bench.core.ackFilters).toEqual([]);
		expect(
			bench.message(
				"lamp/acks",
				ack(1)
					.slice(10)
					.replace(`${TODAY}`, `${TODAY + 1}`),
			),
		).toEqual([]);
	});
});

describe("a server with a namesake", () => {
	const heard = (since: unknown, by = "nightlight") => JSON.stringify({ stream: "a", through: 1, by, since });

	it.each([
		["began later", heard(TODAY + 1), `superseded nightlight ${TODAY + 1}`],
		[
			"began later, on a clock that is fast",
			heard(TODAY + 80_000_000),
			`superseded nightlight ${TODAY + 80_000_000}`,
		],
	])("stops, as the other one %s", (_, payload, told) => {
		const bench = new Bench();
		bench.reading(1, 100);
		expect(bench.message("lamp/acks", payload)).toEqual([told]);
		expect(bench.message("lamp/acks", payload)).toEqual([]);
		expect(bench.commit()).toEqual([]);
		expect(bench.reading(2, 100)).toEqual(["received 100"]);
	});

	it.each([
		["it is itself", heard(TODAY)],
		["the other one began before", heard(TODAY - 1)],
		["it has another name", heard(TODAY + 1, "other")],
		["nobody says when it began", heard(undefined)],
		["it began in the far future", heard(TODAY + 90_000_000)],
		["that is no number", heard("later")],
		["that is no whole number", heard(TODAY + 1.5)],
		["it is no JSON", "nightlight"],
		["it is no object", "null"],
		["it is too long", heard(TODAY + 1).replace("{", `{${" ".repeat(600)}`)],
	])("goes on when %s", (_, payload) => {
		const bench = new Bench();
		expect(bench.message("lamp/acks", payload)).toEqual([]);
		expect(bench.reading(1, 100)).toContain(ON);
	});

	it("goes on when what it hears is old", () => {
		const bench = new Bench();
		expect(bench.message("lamp/acks", heard(TODAY + 1), true)).toEqual([]);
	});

	it("takes for a reading what might be either", () => {
		const bench = new Bench({ topics: { telemetry: "a/{id}", acks: "{id}/b" } });
		expect(bench.message("a/b", '{"light":1}')).toContain("received 1");
		expect(bench.message("c/b", heard(TODAY + 1))).toHaveLength(1);
	});

	it("does not count what servers say", () => {
		const bench = new Bench();
		bench.message("lamp/acks", heard(TODAY));
		expect(bench.core.counts.messages).toBe(0);
	});
});

describe("a server whose store fails", () => {
	const failing = (failure: StoreFailure): Store & { failure: StoreFailure | undefined } => ({
		keepsAll: true,
		failure,
		through: () => undefined,
		commit() {
			if (this.failure !== undefined) throw this.failure;
		},
		close() {},
	});

	it("tells it once, answers on, and acknowledges when it works again", () => {
		const store = failing(new StoreFailure("disk-full", "no room"));
		const bench = new Bench({ store });
		bench.reading(1, 100);
		expect(bench.commit()).toEqual(["store failed disk-full no room"]);
		expect(bench.commit()).toEqual([]);
		expect(bench.reading(2, 400)).toEqual(["received 400", OFF]);
		store.failure = undefined;
		expect(bench.commit()).toEqual(["store working", ack(2)]);
	});

	it("ends when it is damaged", () => {
		const bench = new Bench({ store: failing(new StoreFailure("damaged", "lost")) });
		bench.reading(1, 100);
		expect(bench.commit()).toEqual(["store failed damaged lost", "broken lost"]);
	});
});

it.each(["", "a b", "é", "x".repeat(33), "a/b"])("refuses %j as a name", (name) => {
	expect(() => new ServerCore({ name })).toThrow("name: 1 to 32 of letters, digits, ., _, -");
});
