import {
	bytes,
	type Codec,
	flag,
	flashStatus,
	none,
	number,
	object,
	optional,
	pin,
	text,
	texts,
} from "./codec.js";

/** What a call or an event carries: its arguments, and what comes back. */
interface Shape {
	readonly args: readonly Codec<unknown>[];
	readonly is: Codec<unknown>;
}

const shape = <const A extends readonly Codec<unknown>[], R>(args: A, is: Codec<R>) =>
	Object.freeze({ args, is }) satisfies Shape;

/** Without a result. */
const order = <const A extends readonly Codec<unknown>[]>(...args: A) => shape(args, none);

/** What the firmware may call. Objects go by numbers, which are given as they are made. */
export const CALLS = Object.freeze({
	now: shape([], number),
	date: shape([], optional(number)),
	random: shape([], number),
	report: order(object),
	/** The device starts again: the power goes in this call, and comes back. */
	restart: order(),
	/** A delay, an interval. */
	"timer.set": order(number),
	"timer.repeat": order(number),
	"timer.clear": order(),
	/** A pin and the wanted resolution; gives the resolution. */
	"analog.open": shape([pin, optional(number)], number),
	"analog.read": shape([], number),
	"analog.close": order(),
	/** A pin and ECMA-419's options `mode`, `initialValue`, `activeLow`. */
	"digital.open": order(pin, number, optional(number), optional(flag)),
	"digital.write": order(number),
	"digital.close": order(),
	/** The protocol of the broker's URL, an address, a port, and the other options. */
	"socket.open": order(text, text, number, object),
	"socket.read": shape([optional(number)], optional(bytes)),
	/** Gives the room left, where the implementation does. */
	"socket.write": shape([bytes], optional(number)),
	"socket.close": order(),
	"resolver.open": order(),
	/** The number by which the answer goes, and a name. */
	"resolver.resolve": order(number, text),
	"resolver.close": order(),
	/** A path and a mode. */
	"storage.open": order(text, optional(text)),
	"storage.read": shape([text], optional(bytes)),
	"storage.write": order(text, bytes),
	"storage.delete": order(text),
	"storage.keys": shape([], texts),
	"storage.close": order(),
	/** A path and a mode; gives the partition's size. */
	"flash.open": shape([text, optional(text)], flashStatus),
	/** How many bytes, from which offset on. */
	"flash.read": shape([number, number], bytes),
	/** Bytes and an offset. */
	"flash.write": order(bytes, number),
	/** The first block, and the one behind the last. */
	"flash.erase": order(number, number),
	"flash.close": order(),
	/** The firmware has gone off line, as it was told to. */
	stopped: order(),
	/** The firmware throws to whoever called it. */
	throw: order(text),
});

/** What may call the firmware. */
export const EVENTS = Object.freeze({
	/** The firmware starts, with a configuration, on a board. */
	start: order(object, object),
	/** It is to go off line. */
	stop: order(),
	timer: order(),
	"socket.readable": order(number),
	"socket.writable": order(number),
	"socket.securing": order(),
	/** Why, in words and by its code. */
	"socket.error": order(optional(text), optional(text)),
	/** An address, and the name it is of. */
	"resolver.found": order(optional(text), optional(text)),
	/** Why, in words and by its code. */
	"resolver.failed": order(text, optional(text)),
	/** The power goes, also in the middle of a call. The firmware is not called any more. */
	"power.off": order(),
});

export type CallName = keyof typeof CALLS;
export type EventName = keyof typeof EVENTS;

type ValueOf<C> = C extends Codec<infer T> ? T : never;
type ValuesOf<A extends readonly unknown[]> = { [Index in keyof A]: ValueOf<A[Index]> };
export type CallArguments<N extends CallName> = ValuesOf<(typeof CALLS)[N]["args"]>;
export type CallResult<N extends CallName> = ValueOf<(typeof CALLS)[N]["is"]>;
export type EventArguments<N extends EventName> = ValuesOf<(typeof EVENTS)[N]["args"]>;

/** Where the firmware's calls go. */
export interface Callee {
	/**
	 * @param of the number of the object; 0 for what belongs to none
	 * @throws Error what the host throws
	 */
	call<N extends CallName>(name: N, of: number, ...args: CallArguments<N>): CallResult<N>;
}

/** An event on its way to the firmware; `of` is the number of the object it happened to. */
export type Tell = <N extends EventName>(name: N, of: number, ...args: EventArguments<N>) => void;

/** What a firmware finds on its board, beside what it can call. */
export interface Board {
	/** Pins by name. */
	readonly pin: Readonly<Record<string, number | string>>;
	/** The value of `Digital.Output`. */
	readonly output: number;
	/** Whether there is a key-value storage. */
	readonly keyValue: boolean;
	/** Whether there is flash memory for the firmware's own use. */
	readonly flash: boolean;
	/** The protocols that the board speaks beside `mqtt`. */
	readonly protocols: readonly Protocol[];
}

/** A protocol that a board may have, or not. */
export type Protocol = "mqtts" | "ws" | "wss";

/** Where a host provider has each protocol, in `network`. */
export const CLIENT = Object.freeze({ mqtts: "tls", ws: "ws", wss: "wss" } as const);
