import {
	isObject,
	type Malformed,
	type Members,
	malformed,
	type ObjectCode,
	parseObject,
} from "./json-object.js";
import type { Outcome, Policy } from "./store/order-store.js";

/** The longest order, and the longest response of a device, in bytes. A device takes much shorter ones. */
export const MAX_ORDER = 16_384;

/** The longest time in which an order expires: a year, in seconds. */
export const MAX_EXPIRES = 31_536_000;

/** What a person's program wants a device to do. */
export interface NewOrder {
	/** Names the order for good: 1 to 64 of letters, digits, `-`, `_`, `.`. */
	readonly id: string;
	/** `newest`: it replaces those of this policy that the device has not answered; `ordered`: after all before it. */
	readonly policy: Policy;
	/** Milliseconds from when it comes until it expires; `undefined`: never. */
	readonly lifetime: number | undefined;
	/** A JSON object with at least one member. */
	readonly command: string;
}

/** What a device says of an order. */
export interface Response {
	readonly id: string;
	readonly outcome: Outcome;
}

/** Either an order, or why a payload is none; `id`: of which order it says so, if it has a usable one. */
export type ParsedOrder =
	| { kind: "order"; order: NewOrder }
	| (Malformed<ObjectCode | "wrong-order"> & { readonly id?: string });

/** A device's response; what a server has said; or why a payload is neither. */
export type ParsedResponse =
	| { kind: "response"; response: Response }
	| { kind: "said" }
	| Malformed<ObjectCode | "wrong-response">;

const ID = /^[A-Za-z0-9._-]{1,64}$/;
const MEMBERS: readonly string[] = ["id", "policy", "expires", "command"];
/** What the server adds to a command. */
const RESERVED: readonly string[] = ["id", "stream", "seq", "expires"];

/** Whether a text can be an order's id. */
export const isOrderId = (text: unknown): text is string => typeof text === "string" && ID.test(text);

/** Reads an order. Never throws. */
export function parseOrder(payload: Uint8Array): ParsedOrder {
	const parsed = parseObject(payload, MAX_ORDER);
	if (parsed.kind === "malformed") return parsed;
	const { value } = parsed;
	const id = Object.hasOwn(value, "id") ? value.id : undefined;
	if (!isOrderId(id)) return malformed("wrong-order", "id is not 1 to 64 of letters, digits, -, _, .");
	const reason = problemOf(value);
	if (reason !== undefined) return { ...malformed("wrong-order", reason), id };
	const { policy, expires, command } = value;
	const lifetime = expires === undefined ? undefined : Math.ceil(Number(expires) * 1000);
	return {
		kind: "order",
		order: { id, policy: policy as Policy, lifetime, command: JSON.stringify(command) },
	};
}

/** What is wrong with an order beside its id, in words; `undefined` if nothing is. */
function problemOf(value: Members): string | undefined {
	const other = Object.keys(value).find((name) => !MEMBERS.includes(name));
	if (other !== undefined)
		return `${JSON.stringify(other.slice(0, 40))} is no member of an order: id, policy, expires, command`;
	const { policy, expires, command } = value;
	if (policy !== "newest" && policy !== "ordered") return 'policy is not "newest" or "ordered"';
	if (Object.hasOwn(value, "expires") && !isLifetime(expires))
		return `expires is not a number of seconds above 0, at most ${MAX_EXPIRES}`;
	if (!isObject(command) || Object.keys(command).length === 0)
		return "command is not a JSON object with a member";
	const reserved = RESERVED.find((name) => Object.hasOwn(command, name));
	if (reserved !== undefined) return `command has a member "${reserved}", which the server adds`;
	// JSON.parse reads 1e999 as Infinity, which JSON.stringify writes as null.
	return hasFiniteNumbers(command) ? undefined : "command has a number that is too large";
}

const isLifetime = (value: unknown): boolean =>
	typeof value === "number" && value > 0 && value <= MAX_EXPIRES;

const hasFiniteNumbers = (value: unknown): boolean =>
	typeof value === "object" && value !== null
		? Object.values(value).every(hasFiniteNumbers)
		: typeof value !== "number" || Number.isFinite(value);

/** Reads what was said of an order. Never throws. */
export function parseResponse(payload: Uint8Array): ParsedResponse {
	const parsed = parseObject(payload, MAX_ORDER);
	if (parsed.kind === "malformed") return parsed;
	const { value } = parsed;
	// A device does not say who it is.
	if (Object.hasOwn(value, "by")) return { kind: "said" };
	const { id, status } = value;
	if (!isOrderId(id)) return malformed("wrong-response", "id is not 1 to 64 of letters, digits, -, _, .");
	if (!isFinal(status)) return malformed("wrong-response", "status is not 200 to 599, and not 202");
	if (!Object.hasOwn(value, "payload")) return { kind: "response", response: { id, outcome: { status } } };
	if (!isObject(value.payload)) return malformed("wrong-response", "payload is not a JSON object");
	const answer = JSON.stringify(value.payload);
	return { kind: "response", response: { id, outcome: { status, payload: answer } } };
}

/** 202 is a server's, and not the last word. */
const isFinal = (status: unknown): status is number =>
	Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599 && status !== 202;
