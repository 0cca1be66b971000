/** Readings by sensor name, in the sensor's unit each. */
export type Readings = Readonly<Record<string, number>>;

/** When a reading is worth a message; all times in milliseconds. */
export interface ReportPolicy {
	/** This long from a report to the next, but for a reading that crosses the threshold. */
	readonly interval: number;
	/** At least this long between reports. */
	readonly minimumInterval: number;
	/** At most this long between reports, changed or not. */
	readonly maximumInterval: number;
	/** A reading of the first sensor on the other side of it (below, or not below) does not wait for `interval`. */
	readonly threshold?: number | undefined;
	/** When `interval` is over, a sensor reports if it differs by its deadband from the last report; 0: always. */
	readonly sensors: readonly { readonly name: string; readonly deadband: number }[];
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
	if (last === undefined) return true;
	if (elapsed < policy.minimumInterval) return false;
	const sensors = policy.sensors;
	const threshold = policy.threshold;
	if (threshold !== undefined) {
		const { name } = sensors[0] as ReportPolicy["sensors"][0];
		if ((readings[name] as number) < threshold !== (last[name] as number) < threshold) return true;
	}
	if (elapsed < policy.interval) return false;
	if (elapsed >= policy.maximumInterval) return true;
	// No iterator: it takes slots at each reading.
	for (let index = 0; index < sensors.length; index++) {
		const sensor = sensors[index] as ReportPolicy["sensors"][0];
		if (sensor.deadband === 0) return true;
		const change = (readings[sensor.name] as number) - (last[sensor.name] as number);
		if (Math.abs(change) >= sensor.deadband) return true;
	}
	return false;
}
