/** Why a client is gone. */
export type EndReason = "disconnect" | "lost" | "takeover" | "keep-alive" | "violation" | "fault" | "crash";

/** What the broker tells. */
export type BrokerEvent =
	| {
			readonly event: "connected";
			readonly client: string;
			readonly clean: boolean;
			readonly sessionPresent: boolean;
	  }
	/** A CONNECT was answered with a return code other than 0. */
	| { readonly event: "refused"; readonly client: string; readonly returnCode: number }
	| {
			readonly event: "disconnected";
			readonly client: string;
			readonly reason: EndReason;
			/** Whether its will was published. */
			readonly will: boolean;
	  }
	/** A connection is closed for what came over it; `client` is empty before CONNECT. */
	| {
			readonly event: "violation";
			readonly client: string;
			/** The statement, as `MQTT-3.1.0-1`, or the section where the standard has no number for it. */
			readonly clause: string;
			readonly detail: string;
	  }
	/** A message with QoS 1 or 2 found the client's queue full. */
	| { readonly event: "dropped"; readonly client: string; readonly topic: string };
