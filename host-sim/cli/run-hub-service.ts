import { join } from "node:path";
import type { JsonValue } from "../azure-iot-hub/core/hub.js";
import { readServiceString, ServiceClient, ServiceFailure } from "../azure-iot-hub/service/client.js";
import { type HubServiceEvent, jsonLine } from "./events.js";
import { codeOf, ExitCode, Failure, usage } from "./failure.js";
import type { HubServiceOptions } from "./hub-options.js";
import type { Running } from "./lifecycle.js";
import { printable } from "./printable.js";
import { printHubEvent } from "./run-hub.js";
import { readTextFile } from "./text-file.js";

/** Characters of an argument that are shown where it is refused. */
const SHOWN = 60;

/** Sends a message to a device; a body that is JSON is marked as such. @throws Failure if the hub refuses it */
export async function runHubSend(
	id: string,
	text: string,
	properties: ReadonlyMap<string, string>,
	options: HubServiceOptions,
): Promise<void> {
	const system = isJson(text) ? { contentType: "application/json", contentEncoding: "utf-8" } : {};
	const bag = { system, application: Object.fromEntries(properties) };
	const messageId = await attempt(clientOf(options).send(id, text, bag));
	print({ event: "sent", ...namesOf(id), messageId }, `Sent message ${messageId} to ${id}`, options);
}

/** Calls a method. Returns whether the device answered with 200 to 299. @throws Failure if it did not answer */
export async function runHubInvoke(
	id: string,
	method: string,
	json: string | undefined,
	options: HubServiceOptions,
): Promise<boolean> {
	const payload = json === undefined ? undefined : readJsonArgument(json);
	const call = { methodName: method, ...(payload !== undefined && { payload }) };
	const answer = await attempt(clientOf(options).invoke(id, call));
	const line = `${answer.status} ${JSON.stringify(answer.payload)}`;
	print({ event: "answer", ...namesOf(id), method, ...answer }, line, options);
	return answer.status >= 200 && answer.status < 300;
}

/** Prints a twin. @throws Failure if the hub refuses the patch */
export async function runHubTwin(
	id: string,
	json: string | undefined,
	options: HubServiceOptions,
): Promise<void> {
	const client = clientOf(options);
	const patch = json === undefined ? undefined : readJsonArgument(json);
	const twin = await attempt(patch === undefined ? client.twin(id) : client.desire(id, patch));
	print({ event: "twin", ...namesOf(id), twin }, JSON.stringify(twin, null, 2), options);
}

/** Prints what happens at the hub, until it ends. @throws Failure if the hub cannot be reached */
export async function runHubMonitor(id: string | undefined, options: HubServiceOptions): Promise<Running> {
	const client = clientOf(options);
	const stream = await attempt(client.monitor(id, (event) => printHubEvent(event, options.json)));
	return {
		hasWorked: () => true,
		failed: stream.ended.then(() => {
			throw new Failure(ExitCode.FAILED, "the hub ended");
		}),
		stop: async () => stream.stop(),
	};
}

/** @throws Failure if there is no hub's folder */
function clientOf({ out }: HubServiceOptions): ServiceClient {
	const file = join(out, "service.connection");
	const address = readServiceString(readTextFile(file, "--out"), readTextFile(join(out, "ca.pem"), "--out"));
	if (address === undefined) throw usage(`--out: ${file} is not a service's connection string`);
	return new ServiceClient(address);
}

/** @throws Failure in place of what the service side or the network says */
async function attempt<T>(call: Promise<T>): Promise<T> {
	try {
		return await call;
	} catch (error) {
		if (error instanceof ServiceFailure)
			throw new Failure(ExitCode.FAILED, `${error.status} ${error.code}: ${error.message}`);
		const code = codeOf(error);
		if (code === "ECONNREFUSED")
			throw new Failure(ExitCode.FAILED, "no hub answers; start it with: nightlight hub");
		throw new Failure(ExitCode.FAILED, `the hub cannot be reached: ${(error as Error).message}`);
	}
}

function readJsonArgument(text: string): JsonValue {
	try {
		return JSON.parse(text) as JsonValue;
	} catch {
		const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
		throw usage(`not JSON: ${shown === "" ? "an empty text" : shown}`);
	}
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

function namesOf(id: string): { device: string; module?: string } {
	const [device = "", module] = id.split("/");
	return { device, ...(module !== undefined && { module }) };
}

function print(event: HubServiceEvent, words: string, { json }: HubServiceOptions): void {
	process.stdout.write(
		`${json ? jsonLine({ source: "hub", ...event }) : words.split("\n").map(printable).join("\n")}\n`,
	);
}
