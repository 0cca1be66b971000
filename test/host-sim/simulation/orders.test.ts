import { describe, expect, it } from "vitest";
import type { Invariant } from "../../../host-sim/simulation/invariants/invariant.js";
import { OrderBook } from "../../../host-sim/simulation/invariants/order-book.js";
import { OrdersEnd } from "../../../host-sim/simulation/invariants/orders-end.js";
import { OrdersObeyed } from "../../../host-sim/simulation/invariants/orders-obeyed.js";
import { OrdersSent } from "../../../host-sim/simulation/invariants/orders-sent.js";
import type { WorldEvent } from "../../../host-sim/simulation/trace.js";
import { configOf } from "../../../host-sim/simulation/variety.js";
import { viewOf } from "./view.js";

const device = "d1";

/** What happens to an order, a millisecond each; `expires` is that of the command, in milliseconds since 1970. */
type Step =
	| ["ordered", id: string, more?: object]
	| ["said" | "answered", id: string, status: number]
	| ["sent", id: string, more?: object]
	| ["read", id: string, more?: object]
	| ["obeyed" | "sent as a probe", id: string]
	| ["power goes" | "reboots" | "power goes at once" | "storage cannot be read" | "end"];

const DATE = 1000;
const COMMAND = { led_on: true };
const bodyOf = (id: string, more: object = {}) =>
	JSON.stringify({ by: "hand", ...COMMAND, ...{ id, stream: "s", seq: 1 }, ...more });

/** Plays steps to the invariants of orders; returns "well", or what does not hold. */
function play(steps: readonly Step[], date: number | undefined): string {
	const configs = [configOf(device)];
	const book = new OrderBook(configs);
	const all: Invariant[] = [new OrdersEnd(book), new OrdersSent(book), new OrdersObeyed(configs, book)];
	const each = (call: (one: Invariant) => void) => all.forEach(call);
	const happens = (time: number, event: WorldEvent) => each((one) => one.onEvent?.(time, event));
	const taken = (time: number, topic: string, payload: string) =>
		each((one) => one.onTaken?.(time, { topic: `${device}/${topic}`, payload, qos: 1, retain: false }));
	const power = (time: number, isRestart: boolean) => {
		happens(time, { source: "power", device, isOn: false, isRestart });
		happens(time, { source: "power", device, isOn: true });
	};
	const does = (time: number, [step, id = "", detail]: Step) => {
		switch (step) {
			case "ordered": {
				const payload = JSON.stringify({ id, policy: "ordered", command: COMMAND, ...(detail as object) });
				taken(time, "orders", payload);
				const message = { topic: `${device}/orders`, payload: Buffer.from(payload), retain: false };
				return each((one) => one.onServerRead?.(message));
			}
			case "said":
				return taken(time, "responses", JSON.stringify({ id, status: detail, by: "nightlight" }));
			case "answered":
				taken(time, "responses", JSON.stringify({ id, status: detail }));
				return happens(time, { source: "device", device, event: "response", id, status: detail as number });
			case "sent":
				return taken(time, "commands", bodyOf(id, detail as object));
			case "sent as a probe":
				return taken(time, "commands", bodyOf(id).replace('"led_on"', '"probe"'));
			case "read": {
				const message = { topic: `${device}/commands`, retain: false, payload: bodyOf(id, detail as object) };
				return each((one) => one.onRead?.(device, [message], { time, date }));
			}
			case "obeyed":
				each((one) =>
					one.onRead?.(device, [{ topic: "", retain: false, payload: bodyOf(id) }], { time, date }),
				);
				happens(time, { source: "device", device, event: "command", payload: COMMAND });
				return happens(time, { source: "device", device, event: "response", id, status: 200 });
			case "power goes at once":
				return power(time - 1, false);
			case "power goes":
			case "reboots":
				return power(time, step === "reboots");
			case "storage cannot be read":
				return happens(time, {
					...{ source: "device", device, event: "storage", code: "storage-unreadable", reason: "" },
				});
			case "end":
				return each((one) => one.end?.(viewOf({}, { time: 900_000 })));
		}
	};
	try {
		for (const [index, step] of steps.entries()) does(index + 1, step);
		return "well";
	} catch (error) {
		return (error as Error).message;
	}
}

const ORDERED: Step[] = [
	["ordered", "a"],
	["said", "a", 202],
	["sent", "a"],
];
const OBEYED: Step[] = [...ORDERED, ["obeyed", "a"]];
const OTHER: Step[] = [
	["ordered", "b"],
	["said", "b", 202],
];

describe("an order", () => {
	it.each<{ name: string; steps: Step[]; says: string; isClockSet?: boolean }>([
		{
			name: "ends as the device answers",
			steps: [...OBEYED, ["answered", "a", 200], ["said", "a", 200], ["end"]],
			says: "well",
		},
		{ name: "does not end", steps: [...OBEYED, ["end"]], says: "the order a of 1 ms has not ended" },
		{ name: "need not end before it is confirmed", steps: [["ordered", "a"], ["end"]], says: "well" },
		{
			name: "ends twice",
			steps: [
				["ordered", "a", { expires: 2 }],
				["said", "a", 408],
				["said", "a", 202],
			],
			says: "had ended with 408",
		},
		{
			name: "ends as nobody answered",
			steps: [...ORDERED, ["said", "a", 200]],
			says: "the device has not answered so",
		},
		{ name: "expires, and never does", steps: [...ORDERED, ["said", "a", 408]], says: "does not expire" },
		{ name: "is replaced by none", steps: [...ORDERED, ["said", "a", 409]], says: "was not replaced" },
		{ name: "was never given", steps: [["said", "a", 202]], says: "of an order that nobody gave" },
		{
			name: "is none, and is taken",
			steps: [
				["ordered", "wrong-a"],
				["said", "wrong-a", 202],
			],
			says: "is none",
		},
		{
			name: "is answered in two ways",
			steps: [...OBEYED, ["answered", "a", 200], ["answered", "a", 500]],
			says: "was answered with 200",
		},
		{
			name: "is answered as an old one, too",
			steps: [...OBEYED, ["answered", "a", 200], ["answered", "a", 409]],
			says: "well",
		},
		{ name: "is sent again", steps: [...ORDERED, ["sent", "a"]], says: "well" },
		{
			name: "is sent with another number",
			steps: [...ORDERED, ["sent", "a", { seq: 2 }]],
			says: "and before it",
		},
		{
			name: "is forgotten, so that the question how it stands is taken for it",
			steps: [...ORDERED.slice(0, 2), ["sent as a probe", "a"]],
			says: "which is not what was ordered",
		},
		{
			name: "is sent with an end that it does not have",
			steps: [...ORDERED.slice(0, 2), ["sent", "a", { expires: 5 }]],
			says: "which does not say what was ordered of its end",
		},
		{
			name: "is sent while another is under way",
			steps: [...ORDERED, ...OTHER, ["sent", "b"]],
			says: "while a was under way",
		},
		{
			name: "is sent while another is under way that has expired, which was said over a dead connection",
			steps: [
				["ordered", "a", { expires: 0.003 }],
				["said", "a", 202],
				["sent", "a", { expires: 5 }],
				...OTHER,
				["sent", "b"],
			],
			says: "well",
		},
		{
			name: "is sent though it has ended",
			steps: [...OBEYED, ["answered", "a", 200], ["said", "a", 200], ["sent", "a"]],
			says: "which had ended with 200",
		},
		{
			name: "is sent though a newer one has replaced it",
			steps: [
				["ordered", "a", { policy: "newest" }],
				["said", "a", 202],
				["ordered", "b", { policy: "newest" }],
				["said", "b", 202],
				["sent", "a"],
			],
			says: "which b had replaced",
		},
		{ name: "is obeyed twice", steps: [...OBEYED, ["obeyed", "a"]], says: "obeyed a of 4 ms again" },
		{
			name: "is obeyed twice, and the power went between",
			steps: [...OBEYED, ["power goes"], ["obeyed", "a"]],
			says: "obeyed a of 4 ms again",
		},
		{
			name: "is obeyed again after a power cut in its turn",
			steps: [...OBEYED, ["power goes at once"], ["obeyed", "a"]],
			says: "well",
		},
		{
			name: "is obeyed again by a storage that cannot be read",
			steps: [...OBEYED, ["power goes"], ["storage cannot be read"], ["obeyed", "a"]],
			says: "well",
		},
		{
			name: "is obeyed after one that was ordered later",
			steps: [...ORDERED, ["answered", "a", 500], ...OTHER, ["sent", "b"], ["obeyed", "b"], ["obeyed", "a"]],
			says: "obeyed a after b",
		},
		{
			name: "is obeyed before it expires",
			steps: [
				["ordered", "a", { expires: 1 }],
				["sent", "a", { expires: DATE + 1 }],
				["obeyed", "a"],
			],
			says: "well",
		},
		{
			name: "is obeyed after it expired",
			steps: [
				["ordered", "a", { expires: 1 }],
				["sent", "a", { expires: DATE }],
				["obeyed", "a"],
			],
			says: "obeyed a 0 ms after it had expired",
		},
		{
			name: "expires, and is obeyed without a clock",
			steps: [
				["ordered", "a", { expires: 1 }],
				["sent", "a", { expires: DATE + 1 }],
				["obeyed", "a"],
			],
			isClockSet: false,
			says: "without a clock",
		},
		{
			name: "is answered as done, and was not",
			steps: [...ORDERED, ["read", "a"], ["answered", "a", 200]],
			says: "which it never obeyed",
		},
		{ name: "wants no restart", steps: [...OBEYED, ["reboots"]], says: "starts again, which nobody ordered" },
	])("$name: $says", ({ steps, says, isClockSet = true }) => {
		expect(play(steps, isClockSet ? DATE : undefined)).toContain(says);
	});
});
