/** What the embedded broker tells about itself while it runs. */
export type BrokerEvent =
	/** It listens. Without `loopback` anyone on the network can connect. */
	| { event: "listening"; host: string; port: number; loopback: boolean }
	/** A client logged in. `client`: its id, cut at 200 characters. */
	| { event: "connected"; client: string }
	/** A client is gone; `reason` where something went wrong. */
	| { event: "disconnected"; client: string; reason?: string }
	/** A connection was closed before it became a client's. `address`: where it came from. */
	| { event: "rejected"; address: string; reason: string };
