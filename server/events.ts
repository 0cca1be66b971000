import type { Command } from "./rule.js";
import type { Telemetry } from "./telemetry.js";

/**
 * States of the server's link to the broker. `online` means connected *and*
 * subscribed: from then on no message is missed. `backoff` waits before the
 * next try. `offline` comes last, when the server was stopped.
 */
export type ServerLinkState = "connecting" | "online" | "backoff" | "offline";

/** What the server tells about itself while it runs. */
export type ServerEvent =
	/** The link changed. `reason`: what went wrong; `delay`: milliseconds to the next try. */
	| { event: "link"; state: ServerLinkState; reason?: string; delay?: number }
	/** A valid telemetry message came from `device`. */
	| { event: "received"; device: string; topic: string; payload: Telemetry }
	/** A command to `device` was handed to the connection. */
	| { event: "sent"; device: string; topic: string; payload: Command }
	/** A message was not as expected and was dropped; `payload` and `topic` are cut at 200 characters. */
	| { event: "refused"; device?: string; topic: string; reason: string; payload: string };
