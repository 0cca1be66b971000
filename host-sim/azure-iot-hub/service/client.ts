import type { IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { createInterface } from "node:readline";
import type { JsonValue } from "../core/hub.js";
import { type Bag, writeBag } from "../core/property-bag.js";
import { makeToken } from "../core/sas.js";
import type { HubPrintedEvent } from "../printed-events.js";

/** Where a hub's service side is, and who uses it. */
export interface ServiceAddress {
	readonly hostName: string;
	/** What to connect to, where that is not the hub's name at 443. */
	readonly gateway: { readonly host: string; readonly port: number };
	readonly policy: string;
	/** Base64. */
	readonly key: string;
	/** The CA's certificate, in PEM. */
	readonly ca: string;
}

/** The service side answered with an error. */
export class ServiceFailure extends Error {
	override readonly name = "ServiceFailure";
	readonly status: number;
	/** Microsoft's name of the error, such as `DeviceNotFound`. */
	readonly code: string;

	constructor(status: number, code: string, reason: string) {
		super(reason);
		this.status = status;
		this.code = code;
	}
}

const API_VERSION = "api-version=2021-04-12";

/** Seconds that a token of ours lives. */
const TOKEN_LIFE = 300;

/**
 * Reads the connection string of a service policy.
 * @returns undefined if something is missing
 */
export function readServiceString(text: string, ca: string): ServiceAddress | undefined {
	const parts = new Map(
		text
			.trim()
			.split(";")
			.map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
	);
	const hostName = parts.get("HostName");
	const policy = parts.get("SharedAccessKeyName");
	const key = parts.get("SharedAccessKey");
	if (!hostName || !policy || !key) return undefined;
	const [, host = hostName, port = "443"] =
		/^(.*?)(?::([0-9]+))?$/.exec(parts.get("GatewayHostName") ?? hostName) ?? [];
	return { hostName, policy, key, ca, gateway: { host, port: Number(port) } };
}

/** The service side of a hub, for programs. Each call rejects with a `ServiceFailure` if the hub refuses it. */
export class ServiceClient {
	readonly #address: ServiceAddress;

	constructor(address: ServiceAddress) {
		this.#address = address;
	}

	/** Sends a message to a device. Returns its id. */
	async send(id: string, body: string | Uint8Array, bag: Bag): Promise<string> {
		const path = `/devices/${pathOf(id)}/messages/devicebound/${writeBag(bag)}`;
		return ((await this.#call("POST", path, body)) as { messageId: string }).messageId;
	}

	/** Calls a method. `payload` is JSON; times in seconds. */
	async invoke(
		id: string,
		call: { readonly methodName: string; readonly payload?: JsonValue } & Readonly<Record<string, JsonValue>>,
	): Promise<{ readonly status: number; readonly payload: JsonValue }> {
		return (await this.#call("POST", `/twins/${pathOf(id)}/methods`, JSON.stringify(call))) as never;
	}

	/** Reads a twin. */
	twin(id: string): Promise<JsonValue> {
		return this.#call("GET", `/twins/${pathOf(id)}`);
	}

	/** Patches the desired properties of a twin. */
	desire(id: string, desired: JsonValue): Promise<JsonValue> {
		return this.#call("PATCH", `/twins/${pathOf(id)}`, JSON.stringify({ properties: { desired } }));
	}

	/** Whatever else the service side has. */
	call(method: string, path: string, body?: JsonValue): Promise<JsonValue> {
		return this.#call(method, path, body === undefined ? undefined : JSON.stringify(body));
	}

	/**
	 * Hears all events from now on, of one device if one is named.
	 * @returns resolves when it hears; `ended` resolves when the hub ends it
	 */
	async monitor(
		device: string | undefined,
		onEvent: (event: HubPrintedEvent) => void,
	): Promise<{ readonly ended: Promise<void>; stop(): void }> {
		const query = device === undefined ? "" : `?device=${encodeURIComponent(device)}`;
		const response = await this.#open("GET", `/messages/events${query}`);
		if (response.statusCode !== 200) throw await failureOf(response);
		const lines = createInterface({ input: response });
		lines.on("line", (line) => onEvent(JSON.parse(line) as HubPrintedEvent));
		// A hub that is killed ends it, too.
		response.on("error", () => {});
		const ended = new Promise<void>((resolve) => lines.once("close", resolve));
		return { ended, stop: () => response.destroy() };
	}

	async #call(method: string, path: string, body?: string | Uint8Array): Promise<JsonValue> {
		const response = await this.#open(method, `${path}?${API_VERSION}`, body);
		if ((response.statusCode ?? 0) >= 300) throw await failureOf(response);
		const text = await textOf(response);
		return text === "" ? null : (JSON.parse(text) as JsonValue);
	}

	#open(method: string, path: string, body?: string | Uint8Array): Promise<IncomingMessage> {
		const { hostName, policy, key, ca, gateway } = this.#address;
		const expires = Math.floor(Date.now() / 1000) + TOKEN_LIFE;
		const options: RequestOptions = {
			...{ method, path, ca, host: gateway.host, port: gateway.port, agent: false },
			headers: { Authorization: makeToken(hostName, key, expires, policy) },
		};
		return new Promise((resolve, reject) => {
			httpsRequest(options, resolve).once("error", reject).end(body);
		});
	}
}

const pathOf = (id: string): string => id.split("/").map(encodeURIComponent).join("/modules/");

async function failureOf(response: IncomingMessage): Promise<ServiceFailure> {
	const text = await textOf(response);
	let message = text;
	try {
		message = String((JSON.parse(text) as { Message?: unknown }).Message);
	} catch {
		// It did not come from a hub.
	}
	const [, code = "", reason = message] = /^ErrorCode:([A-Za-z]+);(.*)$/s.exec(message) ?? [];
	return new ServiceFailure(response.statusCode ?? 0, code, reason);
}

async function textOf(response: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of response) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString();
}
