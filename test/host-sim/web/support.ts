import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { expect } from "vitest";
import { Model } from "../../../host-sim/web/model.js";
import type { PageFiles } from "../../../host-sim/web/page-files.js";
import { perform } from "../../../host-sim/web/perform.js";
import type { Act, DeviceView, Push, Rung } from "../../../host-sim/web/protocol.js";
import { type ServiceOptions, startService } from "../../../host-sim/web/service.js";

/** What the service answered. */
export interface Answer {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

/** What is asked for. */
export interface Question {
	/** The address of the service. */
	readonly at?: string;
	readonly method?: string;
	readonly path?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
}

/** Asks the service on a port, of 127.0.0.1 unless the question says otherwise, with any headers, `Host` too. */
export function ask(port: number, question: Question = {}): Promise<Answer> {
	const { at = "127.0.0.1", method = "GET", path = "/", headers = {}, body } = question;
	return new Promise((resolve, reject) => {
		let answered = false;
		const asked = request({ host: at, port, method, path, headers, agent: false }, (response) => {
			answered = true;
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("end", () =>
				resolve({
					status: response.statusCode ?? 0,
					headers: response.headers,
					body: Buffer.concat(chunks).toString(),
				}),
			);
		});
		// What is still being sent when the answer has come may be cut off.
		asked.on("error", (error) => answered || reject(error));
		asked.end(body);
	});
}

/** The cookie that an answer sets, as a browser sends it back. */
export const cookieOf = ({ headers }: Pick<Answer, "headers">): string =>
	headers["set-cookie"]?.[0]?.split(";")[0] ?? "";

const FILES: PageFiles = {
	index: Buffer.from("<!doctype html>"),
	script: Buffer.from("1"),
	style: Buffer.from("a{}"),
	icon: Buffer.from("<svg/>"),
};

/** A service on 127.0.0.1 unless it is to be elsewhere, whose device `lamp` has a light that a person sets. */
export async function serveLamp(options: Partial<ServiceOptions> = {}) {
	const model = new Model({
		broker: "mqtt://127.0.0.1:1883",
		ownBroker: true,
		rule: { threshold: 300, hysteresis: 0 },
		id: "+",
		topics: {},
	});
	let light = 900;
	const device = model.simulate(
		"lamp",
		{ minimum: 0, maximum: 1023 },
		{
			engine: "node",
			clientId: "lampnightlight_client",
			measure: () => light,
			source: "hand",
			sources: ["day", "hand"],
			setLight: (value) => {
				light = value;
			},
			choose: () => {},
		},
	);
	const service = await startService({
		...{ host: "127.0.0.1", port: 0, model, files: Promise.resolve(FILES) },
		perform: (act) => perform(act, model, undefined),
		...options,
	});
	const stop = async () => {
		await service.stop();
		model.stop();
	};
	return { model, device, service, port: service.port, light: () => light, stop };
}

/** A browser's page, as far as the service sees it: a stream, and acts with its cookie. */
export class Browser {
	readonly port: number;
	readonly pushes: Push[] = [];
	/** All that was pushed, as it came. */
	text = "";
	cookie = "";
	isClosed = false;
	readonly #request: ClientRequest;

	private constructor(port: number, request: ClientRequest) {
		this.port = port;
		this.#request = request;
	}

	/** Opens a stream, and waits for its first push. @param query `device=ID` or `all`; `cookie`: one that it has */
	static open(port: number, query: string, cookie = ""): Promise<Browser> {
		return new Promise((resolve, reject) => {
			const path = `/api/stream?${query}`;
			const headers = { Cookie: cookie };
			const asked = request({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
				browser.cookie = cookieOf(response) || cookie;
				browser.#read(response, () => resolve(browser));
			});
			const browser = new Browser(port, asked);
			asked.on("error", (error) => {
				browser.isClosed = true;
				reject(error);
			});
			asked.end();
		});
	}

	#read(response: IncomingMessage, onPush: () => void): void {
		let rest = "";
		response.setEncoding("utf8");
		response.on("data", (chunk: string) => {
			this.text += chunk;
			const events = (rest + chunk).split("\n\n");
			rest = events.pop() ?? "";
			for (const event of events) {
				if (!event.startsWith("data: ")) continue;
				this.pushes.push(JSON.parse(event.slice("data: ".length)));
				onPush();
			}
		});
		response.on("close", () => {
			this.isClosed = true;
		});
		response.on("error", () => {});
	}

	/** The last of a kind of push. */
	last<T extends Push["type"]>(type: T): Extract<Push, { type: T }> | undefined {
		return this.pushes.filter((push): push is Extract<Push, { type: T }> => push.type === type).at(-1);
	}

	/** The device as it was pushed last. */
	get device(): DeviceView | undefined {
		const devices = this.pushes.map((push) =>
			push.type === "device" || push.type === "hello" ? push.device : undefined,
		);
		return devices.filter((device) => device !== undefined).at(-1);
	}

	/** All rungs, each as it was pushed last. */
	get rungs(): Rung[] {
		const rungs = this.pushes.flatMap((push) =>
			push.type === "hello" || push.type === "rungs" ? (push.rungs ?? []) : [],
		);
		return [...new Map(rungs.map((rung) => [rung.n, rung])).values()];
	}

	/** Waits until the device is as wanted. */
	async sees(wanted: Partial<DeviceView>): Promise<void> {
		await expect.poll(() => this.device, { interval: 5 }).toMatchObject(wanted);
	}

	/** Does something, as the page does. */
	act(act: Act): Promise<Answer> {
		return ask(this.port, {
			method: "POST",
			path: "/api/act",
			headers: { "Content-Type": "application/json", Cookie: this.cookie },
			body: JSON.stringify(act),
		});
	}

	close(): void {
		this.#request.destroy();
	}
}
