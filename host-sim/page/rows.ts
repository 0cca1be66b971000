import type { FaultName, Lane, Rung } from "../web/protocol.js";
import type { Spell } from "./store.js";
import { clock } from "./words.js";

type Packet = Extract<Rung, { kind: "packet" }>;

/** Where something is in the ladder: its left lane, and how many gaps between lanes it spans. */
export interface Place {
	readonly lane: number;
	readonly width: number;
}

/** One line of the ladder. */
export interface Row {
	readonly rung: Rung;
	readonly place: Place;
	/** Whether the arrow points to the right. */
	readonly right: boolean;
	/** 44 px, with what it carries; otherwise the name alone, in 20. */
	readonly tall: boolean;
	/** The time, where it says something new. */
	readonly time?: string;
	/** What a fault affects at this moment. */
	readonly fault?: Place;
}

const LANES: Readonly<Record<Lane, number>> = { device: 0, broker: 1, hub: 1, server: 2 };

/** Which lanes a fault affects; a full storage is the device's own affair. */
const AFFECTED: Readonly<Record<FaultName, Place | undefined>> = {
	"wifi-off": { lane: 0, width: 1 },
	"half-open": { lane: 0, width: 1 },
	latency: { lane: 0, width: 1 },
	"power-cut": { lane: 0, width: 1 },
	"broker-down": { lane: 0, width: 2 },
	"storage-full": undefined,
};

/** A time is shown again when this many milliseconds have passed since the one above. */
const APART = 400;

/** The ladder's lines, oldest first. */
export function rowsOf(rungs: readonly Rung[], spells: readonly Spell[]): readonly Row[] {
	let shown = Number.NEGATIVE_INFINITY;
	return rungs.map((rung) => {
		const time = rung.t - shown >= APART ? clock(rung.t, false) : undefined;
		if (time !== undefined) shown = rung.t;
		const fault = faultAt(spells, rung.t);
		return {
			rung,
			...(rung.kind === "note" ? noteRow(rung.lane) : packetRow(rung)),
			...(time === undefined ? {} : { time }),
			...(fault === undefined ? {} : { fault }),
		};
	});
}

function packetRow(packet: Packet): Pick<Row, "place" | "right" | "tall"> {
	const [from, to] = [LANES[packet.from], LANES[packet.to]];
	return {
		place: { lane: Math.min(from, to), width: Math.abs(to - from) },
		right: to > from,
		tall: packet.payload !== undefined || packet.topic !== undefined,
	};
}

/** A note stands in the gap right of its lane; the server's and the hub's in the one to its left. */
const noteRow = (lane: Lane): Pick<Row, "place" | "right" | "tall"> => ({
	place: { lane: lane === "hub" ? 0 : Math.min(1, LANES[lane]), width: 1 },
	right: true,
	tall: false,
});

function faultAt(spells: readonly Spell[], time: number): Place | undefined {
	const places = spells
		.filter(({ from, to }) => from <= time && (to === undefined || time < to))
		.flatMap(({ name }) => AFFECTED[name] ?? []);
	if (places.length === 0) return undefined;
	return { lane: 0, width: Math.max(...places.map(({ width }) => width)) };
}

/** Characters that fit beside a packet's type. */
const FITS = 8;

/**
 * What stands beside a packet's type: what a message means to a hub; its topic, without the device's id where
 * it begins with that; or a label that is short. A long one is for who opens it.
 */
export function labelOf({ label, topic }: Packet, device: string): string | undefined {
	if (topic === undefined) return label !== undefined && label.length <= FITS ? label : undefined;
	if (label !== undefined) return label;
	return topic.startsWith(`${device}/`) ? topic.slice(device.length + 1) : topic;
}

/** A packet's flags in words: `QoS 1, id 4711, retained`. */
export function flags({ qos, id, retain, dup }: Packet): string {
	const parts = [
		qos === undefined ? "" : `QoS ${qos}`,
		id === undefined ? "" : `id ${id}`,
		retain ? "retained" : "",
		dup ? "sent again (DUP)" : "",
	];
	return parts.filter((part) => part !== "").join(", ");
}

/** Bytes in pairs of digits, and how many there are beyond. */
export function bytes({ hex, length }: Packet): string {
	const pairs = hex.replaceAll(" ", "").match(/../g) ?? [];
	const rest = length - pairs.length;
	return rest > 0 ? `${pairs.join(" ")} … ${rest} more` : pairs.join(" ");
}

/** How many packets there were in the last ten seconds. */
export const recent = (rungs: readonly Rung[], now: number): number =>
	rungs.filter(({ kind, t }) => kind === "packet" && t > now - 10_000).length;
