/** How the time of measurement is written, if it is. */
export type TimeFormat = "none" | "iso-8601" | "unix";

/**
 * The time of measurement for a message; `undefined` for none: while the clock is not set, rather than a wrong one.
 * @param date milliseconds since 1970
 */
export function stampOf(format: TimeFormat, date: number | undefined): number | string | undefined {
	if (format === "none" || date === undefined) return undefined;
	return format === "unix" ? date : new Date(date).toISOString();
}
