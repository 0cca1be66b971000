import { parseNumber } from "./numbers.js";

/** How the times of a recording are written. */
export type TimeForm = "dates" | "seconds" | "milliseconds" | "microseconds" | "nanoseconds";

/** A point in time. `at`: milliseconds; only differences mean anything. */
export interface Time {
	readonly form: TimeForm;
	readonly at: number;
}

/**
 * What a number counts, by its size: seconds reach the year 5138 here, and since 1973 it is more milliseconds
 * than that. So a time since 1970 is known whatever its unit, and a time from 0 on is one in seconds.
 */
const UNITS: readonly { readonly form: TimeForm; readonly below: number; readonly milliseconds: number }[] = [
	{ form: "seconds", below: 1e11, milliseconds: 1e3 },
	{ form: "milliseconds", below: 1e14, milliseconds: 1 },
	{ form: "microseconds", below: 1e17, milliseconds: 1e-3 },
	{ form: "nanoseconds", below: 1e20, milliseconds: 1e-6 },
];

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)([.,]\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * Reads a time: ISO 8601, or a plain number of seconds, or of milliseconds, microseconds or nanoseconds
 * since 1970. A date without a zone is read as UTC, so that a replay is the same everywhere.
 *
 * @returns undefined if the text is neither, or if there is no such date
 */
export function parseTime(text: string): Time | undefined {
	const number = parseNumber(text);
	if (number !== undefined) {
		const unit = UNITS.find(({ below }) => Math.abs(number) < below);
		return unit && { form: unit.form, at: number * unit.milliseconds };
	}
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
	return { form: "dates", at: whole + part - offset };
}

/** Spreadsheets count days from 1900: these are those from 1954 to 2119, read as seconds, in milliseconds. */
const SERIAL_DATES = Object.freeze({ first: 20_000e3, last: 80_000e3 });

/** The days of a month, likewise. */
const MONTH = 31e3;

/**
 * Whether the first time of a recording, which was read as seconds, may be a spreadsheet's serial date, a number
 * of days. Seconds since midnight may be such a number, too.
 */
export const mayBeSerialDate = ({ form, at }: Time): boolean =>
	form === "seconds" && at >= SERIAL_DATES.first && at < SERIAL_DATES.last;

/**
 * Whether the first step of such a recording tells that it counts seconds: as days it would be more than a
 * month without a reading.
 * @param step milliseconds
 */
export const tellsSeconds = (step: number): boolean => step > MONTH;

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
