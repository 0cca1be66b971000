/** What a board is told from outside. */
export interface Settings {
	/** The device's configuration, unchecked. */
	readonly nightlight: unknown;
	/** The Wi-Fi network; the names are the SDK's own. */
	readonly ssid?: unknown;
	readonly password?: unknown;
	/** A time server. */
	readonly sntp?: unknown;
	/** What sensors measure where there are none, by the sensor's name, and whatever else is in the manifest. */
	readonly [name: string]: unknown;
}

type Record_ = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Record_ =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** `base` with what `changes` says otherwise; objects are merged, all else is replaced. */
export function merge(base: unknown, changes: unknown): unknown {
	if (changes === undefined) return base;
	if (!isRecord(base) || !isRecord(changes)) return changes;
	const merged: Record<string, unknown> = { ...base };
	for (const key of Object.keys(changes)) merged[key] = merge(merged[key], changes[key]);
	return merged;
}

/**
 * The settings in `mc/config`: the manifests' `config`, and the words of mcconfig's command line, which
 * reach the top level only: `id=lamp broker=192.168.1.2:1883`.
 */
export function settingsOf(config: Record_): Settings {
	const { id, broker, nightlight } = config;
	const [host, port] = typeof broker === "string" ? broker.split(":") : [];
	return {
		...config,
		nightlight: merge(nightlight, {
			...(id !== undefined && { id }),
			...(host !== undefined && { broker: { host, ...(port !== undefined && { port: Number(port) }) } }),
		}),
	};
}
