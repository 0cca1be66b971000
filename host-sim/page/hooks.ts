import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import type { Push } from "../web/protocol.js";
import { BROWSER } from "./browser.js";
import { apply, LOCKED, lose, START, type State } from "./store.js";
import { openStream, type Wanted } from "./stream.js";

/**
 * The time by the service's clock, milliseconds since 1970; draws again each
 * `interval` ms. All that ask for the same do so at once, in one frame.
 */
export function useNow(interval: number, skew: number): number {
	const [, tick] = useReducer((count: number, _: undefined) => count + 1, 0);
	useEffect(() => {
		let timer = 0;
		const next = (): void => {
			timer = setTimeout(
				() => {
					tick(undefined);
					next();
				},
				interval - (Date.now() % interval),
			);
		};
		next();
		return () => clearTimeout(timer);
	}, [interval]);
	return Date.now() + skew;
}

/**
 * What the service tells of one device or of all; `undefined` asks for nothing.
 * @param unlocked how often its key was given: it is asked again
 */
export function useStream(wanted: Wanted | undefined, unlocked: number): State {
	const [state, dispatch] = useReducer(reduce, START);
	const key = wanted === undefined || wanted === "all" ? wanted : `=${wanted.device}`;
	// `key` is `wanted` as a text, which is the same from one drawing to the next.
	useEffect(() => {
		if (wanted === undefined) return undefined;
		dispatch("begin");
		const listener = {
			onPush: dispatch,
			onLost: () => dispatch("lost"),
			onLocked: () => dispatch("locked"),
		};
		return openStream(wanted, listener, BROWSER);
	}, [key, unlocked]);
	return state;
}

function reduce(state: State, step: Push | "begin" | "lost" | "locked"): State {
	if (step === "begin")
		return {
			...START,
			...{ broker: state.broker, ownBroker: state.ownBroker, count: state.count },
			...(state.hub && { hub: true as const }),
		};
	if (step === "lost") return lose(state);
	if (step === "locked") return LOCKED;
	return apply(state, step, Date.now());
}

/** An element's size in pixels, and the reference to give it. */
export function useSize(): [ref: { current: HTMLDivElement | null }, width: number, height: number] {
	const ref = useRef<HTMLDivElement>(null);
	const [size, setSize] = useState({ width: 0, height: 0 });
	useEffect(() => {
		const element = ref.current;
		if (element === null) return undefined;
		const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
		const observer = new ResizeObserver(measure);
		observer.observe(element);
		measure();
		return () => observer.disconnect();
	}, []);
	return [ref, size.width, size.height];
}

/** The part of the address behind `#`. */
export function useHash(): string {
	const [hash, setHash] = useState(location.hash);
	useEffect(() => {
		const follow = (): void => setHash(location.hash);
		addEventListener("hashchange", follow);
		return () => removeEventListener("hashchange", follow);
	}, []);
	return hash;
}
