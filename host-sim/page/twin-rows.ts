import type { TwinPropertyView, TwinSectionView, TwinView } from "../web/protocol.js";

/** A property, as it is desired and as it is reported. */
export interface TwinRow {
	readonly name: string;
	/** JSON. */
	readonly desired?: string;
	readonly reported?: TwinPropertyView;
}

/** Statuses of acknowledgements (IoT Plug and Play): the device's own value; the least that is a refusal. */
const OWN = 203;
const REFUSED = 400;

/** The twin's rows: what is desired first, in the sections' order. */
export function rowsOfTwin({ desired, reported }: TwinView): readonly TwinRow[] {
	const rows = new Map<string, TwinRow>();
	for (const { name, value } of desired?.properties ?? []) rows.set(name, { name, desired: value });
	for (const property of reported?.properties ?? []) {
		const { name } = property;
		rows.set(name, { ...rows.get(name), name, reported: property });
	}
	return [...rows.values()];
}

/** A section's version, or that nothing is known of it. */
export const sectionWords = (section: TwinSectionView | undefined): string =>
	section === undefined ? "not known" : section.version === undefined ? "" : `version ${section.version}`;

/** How the device has taken a desired value over; `undefined` if it says nothing of that. */
export function acknowledgement(
	property: TwinPropertyView | undefined,
): { readonly text: string; readonly isRefused: boolean } | undefined {
	const { status, version, reason } = property?.ack ?? {};
	if (status === undefined) return undefined;
	if (status === OWN) return { text: "its own", isRefused: false };
	const isRefused = status >= REFUSED;
	const of = version === undefined ? "" : ` for version ${version}`;
	const why = reason === undefined ? "" : `: ${reason}`;
	return { text: `${isRefused ? "refused" : "accepted"}, ${status}${of}${why}`, isRefused };
}
