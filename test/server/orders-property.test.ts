import fc from "fast-check";
import { expect, it } from "vitest";
import { Bench, TODAY } from "./orders-bench.js";

/** A device that obeys orders in the order of their numbers, each once, and may lose what it is sent and what it says. */
class Device {
	readonly obeyed: string[] = [];
	/** What was sent and has not come, or been lost. */
	readonly coming: string[] = [];
	readonly saying: string[] = [];
	#last = { seq: 0, answer: "" };

	take(body: string, date: number): void {
		const { id, seq, expires = Number.POSITIVE_INFINITY } = JSON.parse(body);
		const answer = (status: number) => JSON.stringify({ id, status });
		if (seq < this.#last.seq) return void this.saying.push(answer(409));
		if (seq > this.#last.seq) {
			if (date < expires) this.obeyed.push(id);
			this.#last = { seq, answer: answer(date < expires ? 200 : 408) };
		}
		this.saying.push(this.#last.answer);
	}
}

type Step =
	| { kind: "order"; id: number; policy: "newest" | "ordered"; expires: boolean; crashes: boolean }
	| {
			kind: "deliver" | "lose" | "twice" | "answer" | "lose answer" | "crash" | "link" | "online" | "offline";
	  }
	| { kind: "wait"; duration: number };

const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({
			kind: fc.constant("order" as const),
			id: fc.nat(30),
			policy: fc.constantFrom("newest", "ordered"),
			expires: fc.boolean(),
			crashes: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
		}),
	},
	{
		weight: 12,
		arbitrary: fc
			.constantFrom<Exclude<Step["kind"], "order" | "wait">>(
				...(["deliver", "deliver", "answer", "answer", "lose", "twice", "lose answer"] as const),
				...(["crash", "link", "online", "offline"] as const),
			)
			.map((kind) => ({ kind })),
	},
	{
		weight: 4,
		arbitrary: fc
			.constantFrom(1, 5, 600, 5000, 30_000)
			.map((duration) => ({ kind: "wait" as const, duration })),
	},
);

/** What is told of an order's end. */
const END = /^(k\d+) (?:answered|replaced|expired) (\d+)$/;

it("whatever is lost, comes twice or crashes: each order ends once, those of policy ordered are obeyed in order, one at a time", () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
			const bench = new Bench();
			const device = new Device();
			const accepted: { id: string; policy: string }[] = [];
			const ended = new Map<string, string>();
			const under = { seq: 0, id: "" };
			let bodies = 0;
			/** Looks at what was said, in the order in which it was. */
			const look = (lines: readonly string[]) => {
				for (const line of lines) {
					const [, id = "", status] = END.exec(line) ?? [];
					if (status !== undefined) {
						expect(ended.has(id), `${id} ends again`).toBe(false);
						ended.set(id, status);
					}
					if (line.startsWith("lamp/commands ")) send(bench.bodies[bodies++] as string);
				}
			};
			const send = (body: string) => {
				const { id, seq } = JSON.parse(body);
				expect(ended.has(id), `${id} is sent after its end`).toBe(false);
				expect(seq).toBeGreaterThanOrEqual(under.seq);
				// One at a time: another one is sent only when that before has ended.
				if (seq > under.seq) expect(under.seq === 0 || ended.has(under.id)).toBe(true);
				else expect(id).toBe(under.id);
				Object.assign(under, { seq, id });
				device.coming.push(body);
			};
			const deliver = () => {
				const body = device.coming.shift();
				if (body !== undefined) device.take(body, TODAY + bench.now);
			};
			const answer = () => {
				const body = device.saying.shift();
				if (body !== undefined) bench.message("lamp/responses", body);
			};
			const crash = () => {
				bench.crash();
				bench.connect();
			};
			const order = ({ id: number, policy, expires, crashes }: Extract<Step, { kind: "order" }>) => {
				const id = `k${number}`;
				const rest = expires ? { expires: 20 } : {};
				bench.message("lamp/orders", JSON.stringify({ id, policy, command: { a: 1 }, ...rest }));
				// Before the commit: it is as if it had never come.
				if (crashes) return crash();
				const said = bench.wait(5);
				if (said.includes(`${id} accepted`)) accepted.push({ id, policy });
				look(said);
			};
			for (const one of steps) {
				switch (one.kind) {
					case "order":
						order(one);
						break;
					case "wait":
						look(bench.wait(one.duration));
						break;
					case "deliver":
						deliver();
						break;
					case "lose":
						device.coming.shift();
						break;
					case "twice":
						if (device.coming[0] !== undefined) device.coming.unshift(device.coming[0]);
						break;
					case "answer":
						answer();
						break;
					case "lose answer":
						device.saying.shift();
						break;
					case "crash":
						look(bench.wait(0));
						crash();
						break;
					case "link":
						bench.core.disconnected();
						look(bench.wait(1000));
						bench.connect();
						break;
					case "online":
					case "offline":
						look(bench.status(one.kind));
				}
			}
			// In the end all goes well.
			look(bench.status("online"));
			for (let round = 0; round < 1000 && ended.size < accepted.length; round++) {
				while (device.coming.length > 0) deliver();
				while (device.saying.length > 0) answer();
				look(bench.wait(1000));
			}
			expect([...ended.keys()].sort()).toEqual(accepted.map(({ id }) => id).sort());
			expect(new Set(device.obeyed).size).toBe(device.obeyed.length);
			const inOrder = accepted.filter(({ policy }) => policy === "ordered").map(({ id }) => id);
			const obeyed = device.obeyed.filter((id) => inOrder.includes(id));
			expect(obeyed).toEqual(inOrder.filter((id) => obeyed.includes(id)));
			// Whoever asks again hears of the same end.
			for (const [id, status] of ended) {
				bench.message("lamp/orders", JSON.stringify({ id, policy: "newest", command: { a: 1 } }));
				expect(bench.wait(5).join()).toMatch(new RegExp(`^lamp/responses ${id} ${status}\\b`));
			}
			expect(bench.store.orders.openOrders()).toEqual([]);
		}),
		{ numRuns: 300 },
	);
});
