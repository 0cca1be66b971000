import { cut } from "../../server/telemetry.js";
import type { TwinPropertyView, TwinSectionView, TwinView } from "./protocol.js";

type Fields = Readonly<Record<string, unknown>>;

/** Properties of a section that are shown. */
const SHOWN = 100;

/** A device's twin as the device has seen it. What cannot be read leaves it as it is. */
export class Twin {
	#desired: Fields | undefined;
	#reported: Fields | undefined;

	/** Takes the whole twin, as the hub has answered it: JSON. */
	take(text: string): void {
		const twin = read(text);
		if (!isObject(twin?.desired) || !isObject(twin.reported)) return;
		this.#desired = twin.desired;
		this.#reported = twin.reported;
	}

	/** Takes a change of the desired properties, JSON, if its version is newer than what is known. */
	desire(text: string): void {
		const change = read(text);
		const version = versionOf(change);
		if (change === undefined || version === undefined || version <= (versionOf(this.#desired) ?? 0)) return;
		this.#desired = merged(this.#desired, change);
	}

	/** Takes a change of the reported properties, JSON, that the hub has accepted. @param version of them from then on */
	report(text: string, version: number | undefined): void {
		const change = read(text);
		if (change === undefined) return;
		this.#reported = merged(this.#reported, {
			...change,
			...(version !== undefined && { $version: version }),
		});
	}

	/** A reported property. */
	reported(name: string): unknown {
		return this.#reported !== undefined && Object.hasOwn(this.#reported, name)
			? this.#reported[name]
			: undefined;
	}

	get view(): TwinView {
		return {
			...(this.#desired !== undefined && { desired: sectionOf(this.#desired, plain) }),
			...(this.#reported !== undefined && { reported: sectionOf(this.#reported, acknowledged) }),
		};
	}
}

function sectionOf(
	section: Fields,
	show: (value: unknown) => Omit<TwinPropertyView, "name">,
): TwinSectionView {
	const all = Object.entries(section).filter(([name]) => !name.startsWith("$"));
	const version = versionOf(section);
	return {
		...(version !== undefined && { version }),
		properties: all.slice(0, SHOWN).map(([name, value]) => ({ name: cut(name), ...show(value) })),
		...(all.length > SHOWN && { more: all.length - SHOWN }),
	};
}

const plain = (value: unknown): Omit<TwinPropertyView, "name"> => ({ value: excerpt(value) });

/** A reported property; one of the form `{value, ac, av, ad}` says how a desired one was taken over (IoT Plug and Play). */
function acknowledged(value: unknown): Omit<TwinPropertyView, "name"> {
	if (!isObject(value) || typeof value.ac !== "number") return plain(value);
	const { ac, av, ad } = value;
	return {
		value: excerpt(value.value),
		ack: {
			status: ac,
			...(typeof av === "number" && { version: av }),
			...(typeof ad === "string" && { reason: cut(ad) }),
		},
	};
}

function excerpt(value: unknown): string {
	const text = JSON.stringify(value) ?? "";
	const shown = cut(text);
	return shown === text ? text : `${shown}…`;
}

/** A section with a change: what is null is deleted, objects are merged, all else replaces (RFC 7396). */
function merged(section: Fields | undefined, change: Fields): Fields {
	const all = new Map(Object.entries(section ?? {}));
	for (const [name, value] of Object.entries(change)) {
		const before = all.get(name);
		if (value === null) all.delete(name);
		else all.set(name, isObject(value) ? merged(isObject(before) ? before : undefined, value) : value);
	}
	// `fromEntries` defines `__proto__` like any other name.
	return Object.fromEntries(all);
}

/** Levels of a twin at most: the hub has ten in a section. */
const DEPTH = 16;

/** A JSON object that is not too deep; `undefined` for anything else. */
function read(text: string): Fields | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isObject(value) && depthOf(value, DEPTH) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** Whether a value has at most so many levels. */
const depthOf = (value: unknown, most: number): boolean =>
	typeof value !== "object" ||
	value === null ||
	(most > 0 && Object.values(value).every((one) => depthOf(one, most - 1)));

const versionOf = (section: Fields | undefined): number | undefined =>
	typeof section?.$version === "number" ? section.$version : undefined;

const isObject = (value: unknown): value is Fields =>
	typeof value === "object" && value !== null && !Array.isArray(value);
