import type { HubWorldEvent } from "../events.js";
import type { HubDeviceSpec } from "../variety.js";
import { type HubInvariant, type HubWorldView, Violation } from "./invariant.js";

/** Milliseconds of the documented pauses: least, growth, most; the growth is random between these parts of itself. */
const [LEAST, GROWTH, MOST] = [100, 100, 10_000];
const PARTS = Object.freeze([0.5, 0.75] as const);

/** So many connections in a row that the hub closed are followed by a longer pause. */
const MANY = 3;
const LONG = 30_000;

/** The n-th pause in a row, from 0 on: the shortest and the longest. */
function pauseOf(failures: number): readonly [least: number, most: number] {
	const growth = GROWTH * (2 ** Math.min(failures, 20) - 1);
	const [least, most] = PARTS.map((part) => Math.min(LEAST + growth * part, MOST));
	return [Math.floor(least as number), Math.ceil(most as number)];
}

/** The part of a token's life after which it is replaced. */
const RENEWED_AFTER = 0.75;

/** One device's tries. */
class Tries {
	/** Failures in a row since the last connection that was stable. */
	failures = 0;
	/** Connections in a row, the last one too, that were lost before they were stable; and those that the hub closed. */
	lost = 0;
	closed = 0;
	/** When the present try began, and from when on its token is replaced. */
	renewedAt = Number.POSITIVE_INFINITY;
	onlineSince: number | undefined;
	/** When the next try is to come. */
	due: number | undefined;
}

/** What is known of a device. */
interface Manner {
	readonly stable: number;
	/** Milliseconds after which a connection is renewed. */
	readonly renewal: number;
}

/**
 * A device tries again as Azure documents it, and after three closings in a row at most each 30 s. A connection that was
 * stable, or came as far as being renewed, ends the row.
 */
export class HubPauses implements HubInvariant {
	readonly name = "a device waits as documented, and 30 s after three closings in a row";
	readonly #tries = new Map<string, Tries>();
	readonly #manners: ReadonlyMap<string, Manner>;

	/** @param devices those whose token ends and has no successor are not looked at */
	constructor(devices: readonly HubDeviceSpec[]) {
		const lasting = devices.filter(({ until }) => until === Number.POSITIVE_INFINITY);
		this.#manners = new Map(
			lasting.map(({ config, credential }) => [
				config.id,
				{
					stable: config.reconnect.stable,
					renewal:
						credential === "key" ? config.azure.tokenLifetime * RENEWED_AFTER : Number.POSITIVE_INFINITY,
				},
			]),
		);
	}

	onEvent(time: number, event: HubWorldEvent): void {
		if (event.source === "power") this.#tries.set(event.device, new Tries());
		if (event.source !== "device" || event.event !== "link") return;
		const { device, state, code, delay = 0 } = event;
		const [tries, manner] = [this.#tries.get(device), this.#manners.get(device)];
		if (tries === undefined || manner === undefined) return;
		if (state === "online") tries.onlineSince = time;
		else if (state === "backoff")
			this.#paused(time, device, tries, manner, delay, code === "closed-by-broker");
		else if (state === "resolving") this.#tried(time, device, tries, manner);
	}

	check({ time }: HubWorldView): void {
		for (const [device, { due }] of this.#tries)
			if (due !== undefined && time > due) this.#fail(device, `no try at ${due} ms`);
	}

	#paused(
		time: number,
		device: string,
		tries: Tries,
		{ stable }: Manner,
		delay: number,
		isClosed: boolean,
	): void {
		const { onlineSince, renewedAt } = tries;
		const wasOnline = onlineSince !== undefined;
		const isRenewing = wasOnline && time >= renewedAt;
		const until = Math.min(renewedAt, (onlineSince ?? time) + stable);
		// In the very millisecond either may come first: the end of the connection, or that it counts as stable.
		const isFresh = wasOnline && (time > until || (time === until && delay <= LEAST));
		if (isFresh) tries.failures = 0;
		tries.lost = !wasOnline ? 0 : isFresh ? 1 : tries.lost + 1;
		tries.closed = !(wasOnline && isClosed && !isRenewing) ? 0 : isFresh ? 1 : tries.closed + 1;
		const [least, most] = pauseOf(tries.failures++);
		const isLong = delay >= LONG + least && delay <= LONG + most;
		const isShort = delay >= least && delay <= most;
		const isRight = tries.closed >= MANY ? isLong : isShort || (tries.lost >= MANY && isLong);
		if (!isRight) {
			const what = `${tries.failures} failures, ${tries.closed} closings in a row`;
			this.#fail(device, `a pause of ${delay} ms after ${what}; ${least} to ${most} ms are documented`);
		}
		tries.onlineSince = undefined;
		tries.due = time + delay;
	}

	#tried(time: number, device: string, tries: Tries, { renewal }: Manner): void {
		const { due, onlineSince } = tries;
		if (due !== undefined && time !== due) this.#fail(device, `a try at ${time} ms in place of ${due} ms`);
		// It leaves a connection itself, for a token that is to end.
		if (onlineSince !== undefined) tries.failures = tries.lost = tries.closed = 0;
		tries.onlineSince = tries.due = undefined;
		tries.renewedAt = time + renewal;
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}
