import type { IncomingMessage, ServerResponse } from "node:http";
import type { Hub } from "../core/hub.js";

/** A request whose path was understood. */
export interface Call {
	readonly hub: Hub;
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	/** `dev1`, of a module `dev1/mod1`. */
	readonly id: string;
	/** What stands behind the ids in the path, encoded. */
	readonly rest: string;
}
