import { parseNumber } from "./numbers.js";

/** How the times of a recording are written. */
export type TimeForm = "date" | "seconds";

/** A point in time. `at`: milliseconds; only differences mean anything. */
export interface Time {
	readonly form: TimeForm;
	readonly at: number;
}

/** The range of Date; differences within it are exact enough to replay. */
const MAX_SECONDS = 8.64e12;

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)([.,]\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * Reads a time: ISO 8601, or a plain number of seconds. A date without a zone
 * is read as UTC, so that a replay is the same everywhere.
 *
 * @returns undefined if the text is neither, or if there is no such date
 */
export function parseTime(text: string): Time | undefined {
	const seconds = parseNumber(text);
	if (seconds !== undefined)
		return Math.abs(seconds) > MAX_SECONDS ? undefined : { form: "seconds", at: seconds * 1000 };
	const match = DATE.exec(text);
	if (match === null) return undefined;
	const [, year, month, dayOfMonth, hour, minute, second, fraction, zone] = match;
	const parts = [year, month, dayOfMonth, hour, minute, second].map((part) => Number(part ?? 0)) as [
		number,
		number,
		number,
		number,
		number,
		number,
	];
	const offset = zoneOffset(zone);
	if (offset === undefined) return undefined;
	const [years, months, ...rest] = parts;
	// Date.UTC reads the years 0 to 99 as 1900 to 1999; no recording has them.
	const whole = Date.UTC(years, months - 1, ...rest);
	if (!isSame(new Date(whole), parts)) return undefined;
	const part = Number(`0${(fraction ?? "").replace(",", ".")}`) * 1000;
	return { form: "date", at: whole + part - offset };
}

/** Minutes east of UTC as milliseconds; undefined if there is no such zone. */
function zoneOffset(zone: string | undefined): number | undefined {
	if (zone === undefined || zone.toUpperCase() === "Z") return 0;
	const digits = zone.slice(1).replace(":", "");
	const hours = Number(digits.slice(0, 2));
	const minutes = Number(digits.slice(2));
	if (hours > 23 || minutes > 59) return undefined;
	return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** Date.UTC makes 3 March of 31 February: what comes back must be what went in. */
const isSame = (date: Date, parts: readonly number[]): boolean =>
	[
		date.getUTCFullYear(),
		date.getUTCMonth() + 1,
		date.getUTCDate(),
		date.getUTCHours(),
		date.getUTCMinutes(),
		date.getUTCSeconds(),
	].every((part, index) => part === parts[index]);
