import type { IncomingMessage, ServerResponse } from "node:http";
import type { Hub, Policy } from "../core/hub.js";
import { serviceError } from "../core/service-error.js";
import type { HubPrintedEvent } from "../printed-events.js";
import { serviceProblem } from "./authorize.js";
import { rightFor, route } from "./routes.js";
import { answerError, Refused } from "./service-error-answer.js";

export interface ServiceSideOptions {
	readonly hub: Hub;
	readonly hostNames: readonly string[];
	readonly policies: readonly Policy[];
	/** Hear all events; those who monitor are added to them. */
	readonly listeners: Set<(event: HubPrintedEvent) => void>;
}

/** The path of the stream of events, one JSON object a line. */
const EVENTS_PATH = "/messages/events";

/** Bytes that may wait for one who monitors and does not read. */
const MOST_WAITING = 16 * 1_048_576;

/** The service side of a hub over HTTPS: docs/azure-iot-hub.md has its paths. */
export class ServiceSide {
	readonly #options: ServiceSideOptions;
	readonly #streams = new Set<ServerResponse>();

	constructor(options: ServiceSideOptions) {
		this.#options = options;
	}

	/** Answers a request. */
	readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
		this.#answer(request, response).catch((error: unknown) => {
			// Whoever asked is gone.
			if (request.destroyed && !request.complete) return;
			if (!(error instanceof Refused)) throw error;
			request.resume();
			answerError(response, error.error);
		});
	};

	/** Ends all streams of events. */
	stop(): void {
		for (const stream of this.#streams) stream.end();
	}

	async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { hub, hostNames, policies } = this.#options;
		const [path = "", query = ""] = (request.url ?? "").split("?");
		const right = rightFor(request.method, path);
		const gate = { hostNames, policies, right, date: Date.now() };
		const problem = serviceProblem(request.headers.authorization, gate);
		if (problem !== undefined) throw new Refused(serviceError("IotHubUnauthorized", problem));
		if (request.method === "GET" && path === EVENTS_PATH)
			return this.#monitor(response, new URLSearchParams(query).get("device"));
		if (await route(hub, path, request, response)) return;
		throw new Refused({
			...serviceError("ArgumentInvalid", `there is no ${request.method} ${path}`),
			status: 404,
		});
	}

	/** Tells all that happens from now on, of one device if one is named. */
	#monitor(response: ServerResponse, device: string | null): void {
		response.writeHead(200, { "Content-Type": "application/x-ndjson; charset=utf-8" });
		response.flushHeaders();
		const { listeners } = this.#options;
		const listener = (event: HubPrintedEvent) => {
			if (device !== null && !("device" in event && event.device === device)) return;
			response.write(`${JSON.stringify(event)}\n`);
			if (response.writableLength > MOST_WAITING) response.destroy();
		};
		listeners.add(listener);
		this.#streams.add(response);
		response.once("close", () => {
			listeners.delete(listener);
			this.#streams.delete(response);
		});
	}
}
