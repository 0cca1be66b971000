import { type Around, who } from "./around.js";
import type { Endpoint } from "./endpoint.js";
import type { TwinRefusalCode } from "./events.js";
import { readJson } from "./json.js";
import { idOf } from "./registry.js";
import { errorBody, type ServiceErrorCode } from "./service-error.js";
import { twinResponseTopic } from "./topics.js";

/** A client reads its twin, or reports properties. */
export interface TwinRequest {
	readonly kind: "twin-read" | "twin-report";
	/** As it stands in the topic. */
	readonly rid: string;
	readonly payload: Uint8Array;
	readonly apiVersion: string | undefined;
}

interface Answer {
	readonly topic: string;
	readonly payload: string;
}

const BAD_REQUEST = 400;
const TOO_MANY_REQUESTS = 429;

/** Does what a client wants of its twin. Returns the answer. */
export function answerTwin(request: TwinRequest, endpoint: Endpoint, around: Around): Answer {
	const { kind, rid } = request;
	const { faults, tell } = around;
	const about = who(endpoint.identity);
	if (faults.throttleTwin?.(idOf(endpoint.identity)) === true) {
		tell({ ...about, event: "throttled", what: "twin" });
		return refuse(request, endpoint, around, TOO_MANY_REQUESTS, "throttled", "requests are throttled");
	}
	if (kind === "twin-read") {
		tell({ ...about, event: "twin-read" });
		return { topic: twinResponseTopic(200, rid), payload: JSON.stringify(endpoint.twin.properties) };
	}
	if (request.apiVersion === undefined)
		return refuse(
			...([request, endpoint, around, BAD_REQUEST, "no-api-version"] as const),
			"the user name has no api-version, so reported properties are not accepted",
		);
	const patched = endpoint.twin.patch("reported", readJson(request.payload));
	if (!patched.ok)
		return refuse(request, endpoint, around, BAD_REQUEST, patched.problem.code, patched.problem.reason);
	const { version, patch } = patched;
	tell({ ...about, event: "twin-reported", version, patch });
	return { topic: twinResponseTopic(204, rid, version), payload: "" };
}

function refuse(
	{ rid }: TwinRequest,
	{ identity }: Endpoint,
	{ clock, random, tell }: Around,
	status: 400 | 429,
	code: TwinRefusalCode,
	reason: string,
): Answer {
	tell({ ...who(identity), event: "twin-refused", status, code, reason });
	const name: ServiceErrorCode = status === TOO_MANY_REQUESTS ? "ThrottlingException" : "ArgumentInvalid";
	const body = errorBody(name, reason, clock.date(), random);
	return { topic: twinResponseTopic(status, rid), payload: JSON.stringify(body) };
}
