/** The parts of a connection string, in the order in which they stand there. */
export type ConnectionParts = Readonly<Record<string, string>>;

/** `Name=value` pairs joined by `;`. */
export const connectionString = (parts: ConnectionParts): string =>
	Object.entries(parts)
		.map(([name, value]) => `${name}=${value}`)
		.join(";");

/** Where a hub is reached, as a connection string says it. */
export interface HubAddress {
	/** The hub's name in user names and tokens. */
	readonly hostName: string;
	/** The port of MQTT. */
	readonly port: number;
}

/** The port that clients take when a connection string names none. */
const USUAL_PORT = 8883;

/**
 * What names a hub. A connection string has no place for a port but in `GatewayHostName`, which Microsoft's SDKs connect
 * to in place of the hub; user name and token keep the hub's name.
 */
export const addressParts = ({
	hostName,
	port,
}: HubAddress): { before: ConnectionParts; after: ConnectionParts } => ({
	before: { HostName: hostName },
	after: port === USUAL_PORT ? {} : { GatewayHostName: `${hostName}:${port}` },
});
