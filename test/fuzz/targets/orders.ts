import type { Action } from "../../../server/action.js";
import { ServerCore } from "../../../server/core.js";
import { MAX_DEPTH } from "../../../server/json-object.js";
import { MAX_ORDER } from "../../../server/order-payload.js";
import { bytesOf, strictText } from "../bytes.js";
import { anyJson } from "../json-text.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target } from "../target.js";

/** Bytes of an input before the payload: the topic, and whether the message was retained. */
const HEADER = 2;
/** The order that is under way. */
const FIRST = "k1";
const DATE = 1_795_770_000_000;

type Members = Record<string, unknown>;

const isObject = (value: unknown): value is Members =>
	Object.prototype.toString.call(value) === "[object Object]";
const isId = (value: unknown): value is string =>
	typeof value === "string" && value.length >= 1 && value.length <= 64 && !/[^\w.-]/.test(value);

const depthOf = (value: unknown): number =>
	typeof value === "object" && value !== null
		? 1 + Object.values(value).reduce<number>((most, inner) => Math.max(most, depthOf(inner)), 0)
		: 0;

/** The object in a payload; `undefined` for what is none that is looked at. */
function membersOf(payload: Uint8Array): Members | undefined {
	if (payload.length > MAX_ORDER) return undefined;
	try {
		const value = JSON.parse((strictText(payload) ?? "").replace(/^\ufeff/, ""));
		return isObject(value) && depthOf(value) <= MAX_DEPTH ? value : undefined;
	} catch {
		return undefined;
	}
}

/** A member of one's own. */
const own = (value: Members, name: string): unknown =>
	Object.keys(value).includes(name) ? value[name] : undefined;

/** Whether an object with an id is an order, as the protocol has it. */
function isOrder(value: Members): boolean {
	if (Object.keys(value).some((name) => !["id", "policy", "expires", "command"].includes(name))) return false;
	const [policy, command] = [own(value, "policy"), own(value, "command")];
	const expires = Object.keys(value).includes("expires") ? value.expires : 1;
	if (policy !== "newest" && policy !== "ordered") return false;
	if (typeof expires !== "number" || !(expires > 0 && expires <= 365 * 86_400)) return false;
	if (!isObject(command)) return false;
	const names = Object.keys(command);
	if (names.length === 0 || names.some((name) => ["id", "stream", "seq", "expires"].includes(name)))
		return false;
	let hasInfinity = false;
	JSON.stringify(command, (_, inner) => {
		hasInfinity ||= inner === Number.POSITIVE_INFINITY || inner === Number.NEGATIVE_INFINITY;
		return inner;
	});
	return !hasInfinity;
}

/** Whether an object is a device's response. */
function isResponse(value: Members): boolean {
	const status = own(value, "status");
	const isStatus = typeof status === "number" && status % 1 === 0 && status >= 200 && status < 600;
	if (!isId(own(value, "id")) || !isStatus || status === 202) return false;
	return !Object.keys(value).includes("payload") || isObject(value.payload);
}

/** A server's core with an order of policy newest under way, and what it does about a message. */
function heard(topic: string, payload: Uint8Array, retain: boolean): Action[] {
	const core = new ServerCore({ id: "d1", random: () => 0 });
	core.connected(0);
	core.tick(1000, DATE);
	const first = { id: FIRST, policy: "newest", command: { a: 1 } };
	core.receive({ topic: "d1/orders", payload: bytesOf(JSON.stringify(first)), retain: false }, 1000, DATE);
	core.commit(1000);
	return [...core.receive({ topic, payload, retain }, 2000, DATE), ...core.commit(2000)];
}

/** What actions are, in a word or two each. */
const kindsOf = (actions: readonly Action[]): string =>
	actions
		.map((action) => {
			if (action.kind === "told" && action.event.event === "order") return action.event.state;
			return action.kind === "respond" ? `${JSON.parse(action.body).status}` : action.kind;
		})
		.join(" ");

/** The order that was sent has the members of its command, and its own. */
function checkSent(actions: readonly Action[], { id, command, expires }: Members): void {
	const sent = actions.find((action) => action.kind === "order");
	demand(sent?.kind === "order" && sent.topic === "d1/commands", "not sent");
	const own = { id, stream: "aaaaaaaa", seq: 2 };
	const until = expires === undefined ? {} : { expires: DATE + Math.ceil(Number(expires) * 1000) };
	const wanted = Object.entries({ by: "hand", ...(command as Members), ...own, ...until });
	demandSame(sent.body, JSON.stringify(Object.fromEntries(wanted)), "another order is sent");
}

function ordered(payload: Uint8Array, isRetained: boolean): string {
	const actions = heard("d1/orders", payload, isRetained);
	const kinds = kindsOf(actions);
	const value = membersOf(payload);
	const id = value && own(value, "id");
	const isTaken = value !== undefined && isId(id) && isOrder(value) && !isRetained;
	if (!isTaken) {
		const isTold = value !== undefined && isId(id) && !isRetained;
		demandSame(kinds, isTold ? "refused 400" : "refused", "an order that is none");
		return isTold ? "refused, and told" : "refused";
	}
	if (id === FIRST) {
		demandSame(kinds, "202", "an order that is known");
		return "known";
	}
	if (value.policy === "ordered") {
		demandSame(kinds, "accepted 202", "an order behind another one");
		return "waits";
	}
	demandSame(kinds, "accepted replaced 202 409 order", "an order that replaces");
	checkSent(actions, value);
	return "sent";
}

function responded(payload: Uint8Array, isRetained: boolean): string {
	const kinds = kindsOf(heard("d1/responses", payload, isRetained));
	const value = membersOf(payload);
	if (value !== undefined && Object.keys(value).includes("by")) {
		demandSame(kinds, "", "what a server said");
		return "said";
	}
	if (value === undefined || !isResponse(value)) {
		demandSame(kinds, "refused", "a response that is none");
		return "no response";
	}
	const isEnd = value.id === FIRST && !isRetained;
	demandSame(kinds, isEnd ? "answered" : "", "a response");
	return isEnd ? "answered" : "of another";
}

/** An object's text, of members that are mostly as they should be. */
function memberText(random: Random, members: Readonly<Record<string, readonly string[]>>): string {
	const texts = Object.entries(members).flatMap(([name, values]) =>
		random.chance(0.06) ? [] : [`"${name}":${random.chance(0.7) ? values[0] : random.pick(values)}`],
	);
	return `{${texts.join(",")}}`;
}

const ORDER = {
	id: ['"k2"', '"k1"', '"a/b"', '""', "7", '"é"', `"${"x".repeat(65)}"`],
	policy: ['"newest"', '"ordered"', '"latest"', "null"],
	expires: ["60", "0.5", "0", "-1", "1e999", "31536000", "31536001", '"5"', "null"],
	command: [
		'{"led_on":true}',
		'{"a":{"b":[1]}}',
		"{}",
		"[1]",
		"1",
		'{"seq":1}',
		'{"a":[1e999]}',
		'{"__proto__":1}',
	],
};
const RESPONSE = {
	id: ['"k1"', '"k2"', '""', "7"],
	status: ["200", "400", "202", "199", "599", "600", "2.5", '"200"', "null"],
	payload: ['{"light":4}', "{}", "[]", "null", "1"],
};
const NAMES = ["id", "policy", "expires", "command", "status", "payload", "by", "seq", "stream"];

/** What programs order and what devices answer, at the server. */
export const orders: Target = {
	name: "orders",
	covers: [
		...["server/order-payload.ts", "server/json-object.ts", "server/dispatcher.ts", "server/orders.ts"],
		"server/order-line.ts",
	],
	share: 4,
	generate: (random) => {
		const isOrder = random.chance(0.6);
		const text = random.chance(0.2) ? anyJson(random, NAMES) : memberText(random, isOrder ? ORDER : RESPONSE);
		const extra = random.chance(0.05) ? text.replace("{", '{"by":"x",') : text;
		const header = [isOrder ? 0 : 1, random.chance(0.05) ? 1 : 0];
		return new Uint8Array([...header, ...spoilt(bytesOf(extra), random, 0.7)]);
	},
	run: (input) => {
		const [choice = 0, flag = 0] = input;
		const payload = input.subarray(HEADER);
		return choice % 2 === 0 ? ordered(payload, flag === 1) : responded(payload, flag === 1);
	},
};
