import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { isLoopback } from "../broker/listen.js";
import { Access } from "./access.js";
import { readAct } from "./act.js";
import { answer, HEADERS, HttpError, readJson, refuse } from "./http.js";
import { type GuardOptions, readKey } from "./key.js";
import type { Model } from "./model.js";
import { checkOrigin, urlsOf } from "./origin.js";
import type { PageFiles } from "./page-files.js";
import type { Act, KeyWanted } from "./protocol.js";
import { Stream } from "./stream.js";

/** What a service is started with. */
export interface ServiceOptions {
	/** The IP address that it listens on. */
	readonly host: string;
	/** 0: a free one. */
	readonly port: number;
	/** What is asked of each browser. Must be there where others than this machine reach it, and only there. */
	readonly key?: GuardOptions | undefined;
	readonly model: Model;
	/** What the browser gets; it may still be in the making. */
	readonly files: Promise<PageFiles>;
	/** Does what a person wants. @throws HttpError */
	readonly perform: (act: Act) => void;
}

/** A service that runs. */
export interface Service {
	/** The addresses at which a browser opens the page, the one to begin with first. */
	readonly urls: readonly [first: string, ...others: string[]];
	readonly port: number;
	/** Ends all connections. */
	stop(): Promise<void>;
}

/** Where what requests ask for lies. */
const BASE = "http://127.0.0.1/";

/** Browsers that may be pushed to at a time. */
const MOST_STREAMS = 64;

/** Milliseconds that a request's head, and all of it, may take, and in which that is looked at. */
const TIMEOUTS = Object.freeze({
	headersTimeout: 5000,
	requestTimeout: 10_000,
	connectionsCheckingInterval: 1000,
});

const FILES: ReadonlyMap<string, readonly [name: keyof PageFiles, type: string]> = new Map([
	["/", ["index", "text/html; charset=utf-8"]],
	["/page.js", ["script", "text/javascript; charset=utf-8"]],
	["/page.css", ["style", "text/css; charset=utf-8"]],
	["/favicon.svg", ["icon", "image/svg+xml"]],
]);

/**
 * Serves the page: its files, a stream of what changes, and what a person does.
 * @throws Error of Node's when address or port cannot be had; RangeError when there is no key and others reach it
 */
export async function startService(options: ServiceOptions): Promise<Service> {
	if (isLoopback(options.host) !== (options.key === undefined))
		throw new RangeError("a key is for a page that others reach, and such a page must have one");
	const shell = new Shell(options);
	await shell.listen();
	return shell;
}

class Shell implements Service {
	readonly #options: ServiceOptions;
	readonly #server: Server;
	readonly #streams = new Set<Stream>();
	readonly #access: Access;
	#port = 0;

	constructor(options: ServiceOptions) {
		this.#options = options;
		this.#access = new Access(() => this.#port, options.key);
		this.#server = createServer(TIMEOUTS, (request, response) => void this.#serve(request, response));
		this.#server.maxConnections = 4 * MOST_STREAMS;
		this.#server.on("clientError", (_, socket) => (socket as Socket).destroy());
	}

	get port(): number {
		return this.#port;
	}

	get urls(): [first: string, ...others: string[]] {
		return urlsOf(this.#options.host, this.#port);
	}

	listen(): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#server.once("error", reject);
			const { host, port } = this.#options;
			this.#server.listen(port, host, () => {
				this.#port = (this.#server.address() as { port: number }).port;
				this.#server.off("error", reject);
				this.#server.on("error", () => {});
				resolve();
			});
		});
	}

	async stop(): Promise<void> {
		for (const stream of this.#streams) stream.close();
		const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
		// What streams were told last has left by then.
		await new Promise((resolve) => setImmediate(resolve));
		this.#server.closeAllConnections();
		await closed;
	}

	async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		request.on("error", () => {});
		response.on("error", () => {});
		try {
			checkOrigin(request, this.#port, this.#options.key !== undefined);
			await this.#route(request, response);
		} catch (error) {
			if (response.headersSent || response.destroyed) return void response.destroy();
			const known = error instanceof HttpError ? error : new HttpError(500, reasonOf(error));
			refuse(request, response, known);
		}
	}

	async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { url = "/" } = request;
		if (!URL.canParse(url, BASE)) throw new HttpError(400, "this is no address");
		const { pathname, searchParams } = new URL(url, BASE);
		const file = FILES.get(pathname);
		if (file !== undefined) {
			only(request, "GET", "HEAD");
			return this.#file(response, ...file);
		}
		switch (pathname) {
			case "/api/key":
				only(request, "GET", "POST");
				return this.#key(request, response);
			case "/api/stream":
				only(request, "GET");
				this.#access.look(request);
				return this.#stream(response, searchParams);
			case "/api/act":
				only(request, "POST");
				this.#access.act(request);
				return this.#act(request, response);
		}
		throw new HttpError(404, "there is nothing here");
	}

	async #file(response: ServerResponse, name: keyof PageFiles, type: string): Promise<void> {
		const files = await this.#options.files.catch((error) => {
			throw new HttpError(500, `the page cannot be made: ${reasonOf(error)}`);
		});
		answer(response, 200, type, files[name], name === "index" ? this.#access.welcome : {});
	}

	#stream(response: ServerResponse, query: URLSearchParams): void {
		const device = query.get("device");
		if (device === null && !query.has("all")) throw new HttpError(400, "wants ?device=ID or ?all");
		if (this.#streams.size >= MOST_STREAMS) throw new HttpError(503, "too many pages are open");
		// Also a page that was opened before this service began gets the token.
		response.writeHead(200, { ...HEADERS, "Content-Type": "text/event-stream", ...this.#access.welcome });
		const stream = new Stream(response, this.#options.model, device ?? undefined);
		this.#streams.add(stream);
		response.on("close", () => this.#streams.delete(stream));
	}

	async #act(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const read = readAct(await readJson(request));
		if (read.kind === "wrong") throw new HttpError(400, read.reason);
		this.#options.perform(read.act);
		response.writeHead(204, HEADERS).end();
	}

	async #key(request: IncomingMessage, response: ServerResponse): Promise<void> {
		if (request.method === "POST") {
			const headers = this.#access.unlock(readKey(await readJson(request)), request);
			response.writeHead(204, { ...HEADERS, ...headers }).end();
		} else {
			const wanted: KeyWanted = { wanted: this.#access.wantsKey(request) };
			answer(response, 200, "application/json", JSON.stringify(wanted));
		}
	}
}

/** @throws HttpError for another method */
function only({ method = "" }: IncomingMessage, ...methods: string[]): void {
	if (methods.includes(method)) return;
	throw new HttpError(405, `wants ${methods.join(" or ")}`, { Allow: methods.join(", ") });
}

const reasonOf = (error: unknown): string =>
	error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
