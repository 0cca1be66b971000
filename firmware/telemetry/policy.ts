/** Readings by sensor name, 0 to 1023 each. */
export type Readings = Readonly<Record<string, number>>;

/** When a reading is worth a message; all times in milliseconds. */
export interface ReportPolicy {
	/** Report what differs by at least this much from the last report; 0 reports everything. */
	readonly deadband: number;
	/** At least this long between reports. */
	readonly minimumInterval: number;
	/** At most this long between reports, changed or not. */
	readonly maximumInterval: number;
}

/**
 * Whether to report `readings`, `elapsed` milliseconds after the report of `last`; the first
 * reading is always reported.
 */
export function isWorthReporting(
	policy: ReportPolicy,
	readings: Readings,
	last: Readings | undefined,
	elapsed: number,
): boolean {
	if (last === undefined || policy.deadband === 0) return true;
	if (elapsed < policy.minimumInterval) return false;
	if (elapsed >= policy.maximumInterval) return true;
	for (const name of Object.keys(readings)) {
		const change = Math.abs((readings[name] as number) - (last[name] as number));
		if (change >= policy.deadband) return true;
	}
	return false;
}
