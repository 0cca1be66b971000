import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Hub, JsonValue, MethodOutcome, Right, TwinOutcome } from "../core/hub.js";
import { isObject } from "../core/json.js";
import { readBag } from "../core/property-bag.js";
import { bodyOf, objectOf } from "./body.js";
import type { Call } from "./call.js";
import { listDevices, readIdentity, removeIdentity, writeIdentity } from "./registry-routes.js";
import { answerJson, badRequest, Refused } from "./service-error-answer.js";

type Handler = (call: Call) => Promise<void>;

/** What is answered, by method and path; the first that fits counts. */
const ROUTES: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = Object.freeze([
	["GET", /^\/devices$/, listDevices],
	["GET", /^\/devices\/([^/]+)(?:\/modules\/([^/]+))?()$/, readIdentity],
	["PUT", /^\/devices\/([^/]+)(?:\/modules\/([^/]+))?()$/, writeIdentity],
	["DELETE", /^\/devices\/([^/]+)(?:\/modules\/([^/]+))?()$/, removeIdentity],
	["GET", /^\/twins\/([^/]+)(?:\/modules\/([^/]+))?()$/, readTwin],
	["PATCH", /^\/twins\/([^/]+)(?:\/modules\/([^/]+))?()$/, patchTwin],
	["PUT", /^\/twins\/([^/]+)(?:\/modules\/([^/]+))?()$/, patchTwin],
	["POST", /^\/twins\/([^/]+)(?:\/modules\/([^/]+))?\/methods()$/, invokeMethod],
	["POST", /^\/devices\/([^/]+)(?:\/modules\/([^/]+))?\/messages\/devicebound\/?(.*)$/, sendMessage],
	["POST", /^\/devices\/([^/]+)\/modules\/([^/]+)\/inputs\/([^/]+(?:\/.*)?)$/, sendInput],
	["POST", /^\/emulator\/([^/]+)(?:\/modules\/([^/]+))?\/kick()$/, kick],
	["PUT", /^\/emulator\/faults$/, setFaults],
]);

/** What a request needs the right to. */
export const rightFor = (method: string | undefined, path: string): Right =>
	(method === "PUT" || method === "DELETE") && /^\/devices\/[^/]+(\/modules\/[^/]+)?$/.test(path)
		? "RegistryWrite"
		: "ServiceConnect";

/**
 * Answers a request.
 * @param path without its query
 * @returns false if there is no such path
 * @throws Refused (rejects) if the service refuses it
 */
export async function route(
	hub: Hub,
	path: string,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<boolean> {
	for (const [method, pattern, handler] of ROUTES) {
		const match = method === request.method ? pattern.exec(path) : null;
		if (match === null) continue;
		const [, device, module, rest = ""] = match;
		const names = [device, module].filter((name) => name !== undefined).map(decode);
		await handler({ hub, request, response, id: names.join("/"), rest });
		return true;
	}
	return false;
}

async function readTwin({ hub, id, response }: Call): Promise<void> {
	answerTwin(hub, id, response, hub.twin(id));
}

async function patchTwin({ hub, id, request, response }: Call): Promise<void> {
	const before = hub.twin(id);
	if (!before.ok) throw new Refused(before.error);
	// Microsoft's SDK puts quotes around whatever it is given, `*` too.
	const wanted = request.headers["if-match"]?.replace(/^"(.*)"$/, "$1");
	if (wanted !== undefined && wanted !== "*" && wanted !== etagOf(before.twin))
		throw new Refused({ status: 412, code: "PreconditionFailed", reason: "the twin has another ETag" });
	const { properties } = await objectOf(request);
	const desired = isObject(properties) ? properties.desired : undefined;
	if (desired === undefined) throw badRequest('the body must be {"properties":{"desired":{…}}}');
	answerTwin(hub, id, response, hub.desire(id, desired, request.method === "PUT"));
}

function answerTwin(hub: Hub, id: string, response: ServerResponse, outcome: TwinOutcome): void {
	if (!outcome.ok) throw new Refused(outcome.error);
	const [deviceId, moduleId] = id.split("/");
	answerJson(response, 200, {
		deviceId,
		...(moduleId !== undefined && { moduleId }),
		etag: etagOf(outcome.twin),
		connectionState: hub.isConnected(id) ? "Connected" : "Disconnected",
		properties: outcome.twin,
	});
}

const etagOf = (twin: object): string =>
	createHash("sha256").update(JSON.stringify(twin)).digest("base64url").slice(0, 16);

async function invokeMethod({ hub, id, request, response }: Call): Promise<void> {
	const { methodName, payload, responseTimeoutInSeconds, connectTimeoutInSeconds } = await objectOf(request);
	if (typeof methodName !== "string" || methodName === "") throw badRequest("methodName must be a text");
	const responseTimeout = milliseconds("responseTimeoutInSeconds", responseTimeoutInSeconds, 5);
	const connectTimeout = milliseconds("connectTimeoutInSeconds", connectTimeoutInSeconds, 0);
	const outcome = await new Promise<MethodOutcome>((resolve) =>
		hub.invoke(
			id,
			{
				method: methodName,
				...(payload !== undefined && { payload }),
				...(responseTimeout !== undefined && { responseTimeout }),
				...(connectTimeout !== undefined && { connectTimeout }),
			},
			resolve,
		),
	);
	if (!outcome.ok) throw new Refused(outcome.error);
	answerJson(response, 200, { status: outcome.status, payload: outcome.payload });
}

/** Seconds that a method may take. */
const LONGEST_METHOD = 300;

function milliseconds(name: string, seconds: JsonValue | undefined, least: number): number | undefined {
	if (seconds === undefined) return undefined;
	if (typeof seconds !== "number" || !(seconds >= least && seconds <= LONGEST_METHOD))
		throw badRequest(`${name} must be ${least} to ${LONGEST_METHOD}`);
	return seconds * 1000;
}

async function sendMessage(call: Call): Promise<void> {
	await send(call, call.rest, undefined);
}

async function sendInput(call: Call): Promise<void> {
	const [input = "", ...bag] = call.rest.split("/");
	await send(call, bag.join("/"), decode(input));
}

/** The property bag stands in the path as it would in the topic. */
async function send(
	{ hub, id, request, response }: Call,
	bag: string,
	input: string | undefined,
): Promise<void> {
	const properties = readBag(bag);
	if (properties === undefined) throw badRequest("the property bag is not URL-encoded");
	const { messageId, absoluteExpiryTime: _, ...system } = properties.system;
	const life = request.headers["iothub-ttl"];
	const ttl = life === undefined ? undefined : Number(life) * 1000;
	if (ttl !== undefined && !(ttl > 0)) throw badRequest("iothub-ttl must be seconds above 0");
	const sent = hub.send(id, {
		body: await bodyOf(request),
		system,
		application: properties.application,
		...(typeof messageId === "string" && { messageId }),
		ttl,
		...(input !== undefined && { input }),
	});
	if (!sent.ok) throw new Refused(sent.error);
	answerJson(response, 201, { messageId: sent.messageId });
}

async function kick({ hub, id, response }: Call): Promise<void> {
	answerJson(response, 200, { wasConnected: hub.kick(id) });
}

/** Faults that are on or off for all clients. */
async function setFaults({ hub, request, response }: Call): Promise<void> {
	const wanted = await objectOf(request);
	const { throttleTelemetry = false, throttleTwin = false, ignore = false, ...others } = wanted;
	const [unknown] = Object.keys(others);
	if (unknown !== undefined) throw badRequest(`there is no fault ${unknown}`);
	const faults = { throttleTelemetry, throttleTwin, ignore };
	for (const [name, isOn] of Object.entries(faults))
		if (typeof isOn !== "boolean") throw badRequest(`${name} must be true or false`);
	hub.faults.throttleTelemetry = throttleTelemetry === true ? () => true : undefined;
	hub.faults.throttleTwin = throttleTwin === true ? () => true : undefined;
	hub.faults.ignore = ignore === true ? () => true : undefined;
	answerJson(response, 200, faults);
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		throw badRequest("the path is not URL-encoded");
	}
}
