import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { readAct } from "./act.js";
import { answer, checkOrigin, cookieOf, HEADERS, HttpError, readJson, refuse } from "./http.js";
import type { Model } from "./model.js";
import type { PageFiles } from "./page-files.js";
import type { Act } from "./protocol.js";
import { Stream } from "./stream.js";

/** What a service is started with. */
export interface ServiceOptions {
	/** 0: a free one. */
	readonly port: number;
	readonly model: Model;
	/** What the browser gets; it may still be in the making. */
	readonly files: Promise<PageFiles>;
	/** Does what a person wants. @throws HttpError */
	readonly perform: (act: Act) => void;
}

/** A service that runs. */
export interface Service {
	readonly url: string;
	readonly port: number;
	/** Ends all connections. */
	stop(): Promise<void>;
}

const ADDRESS = "127.0.0.1";

/** Browsers that may be pushed to at a time. */
const MOST_STREAMS = 64;

const FILES: ReadonlyMap<string, readonly [name: keyof PageFiles, type: string]> = new Map([
	["/", ["index", "text/html; charset=utf-8"]],
	["/page.js", ["script", "text/javascript; charset=utf-8"]],
	["/page.css", ["style", "text/css; charset=utf-8"]],
	["/favicon.svg", ["icon", "image/svg+xml"]],
]);

/**
 * Serves the page on loopback: its files, a stream of what changes, and what a person does.
 * @throws Error of Node's when the port cannot be had
 */
export async function startService(options: ServiceOptions): Promise<Service> {
	const shell = new Shell(options);
	await shell.listen();
	return shell;
}

class Shell implements Service {
	readonly #options: ServiceOptions;
	readonly #server: Server;
	readonly #streams = new Set<Stream>();
	/** Who has it was given it by us: the browser does not send it along for other sites. */
	readonly #token = randomBytes(24).toString("hex");
	#port = 0;

	constructor(options: ServiceOptions) {
		this.#options = options;
		this.#server = createServer((request, response) => void this.#serve(request, response));
		this.#server.headersTimeout = 5000;
		this.#server.requestTimeout = 10_000;
		this.#server.maxConnections = 4 * MOST_STREAMS;
		this.#server.on("clientError", (_, socket) => (socket as Socket).destroy());
	}

	get port(): number {
		return this.#port;
	}

	get url(): string {
		return `http://${ADDRESS}:${this.#port}/`;
	}

	/** The cookie has the port in its name: browsers keep those of all ports of a host together. */
	get #cookie(): string {
		return `nightlight-${this.#port}`;
	}

	listen(): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#server.once("error", reject);
			this.#server.listen(this.#options.port, ADDRESS, () => {
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
			checkOrigin(request, this.#port);
			await this.#route(request, response);
		} catch (error) {
			if (response.headersSent || response.destroyed) return void response.destroy();
			const known = error instanceof HttpError ? error : new HttpError(500, reasonOf(error));
			refuse(request, response, known);
		}
	}

	async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { url = "/" } = request;
		if (!URL.canParse(url, this.url)) throw new HttpError(400, "this is no address");
		const { pathname, searchParams } = new URL(url, this.url);
		const file = FILES.get(pathname);
		if (file !== undefined) {
			only(request, "GET", "HEAD");
			return this.#file(response, ...file);
		}
		switch (pathname) {
			case "/api/stream":
				only(request, "GET");
				return this.#stream(response, searchParams);
			case "/api/act":
				only(request, "POST");
				return this.#act(request, response);
		}
		throw new HttpError(404, "there is nothing here");
	}

	async #file(response: ServerResponse, name: keyof PageFiles, type: string): Promise<void> {
		const files = await this.#options.files.catch((error) => {
			throw new HttpError(500, `the page cannot be made: ${reasonOf(error)}`);
		});
		answer(response, 200, type, files[name], name === "index" ? this.#setCookie() : {});
	}

	#stream(response: ServerResponse, query: URLSearchParams): void {
		const device = query.get("device");
		if (device === null && !query.has("all")) throw new HttpError(400, "wants ?device=ID or ?all");
		if (this.#streams.size >= MOST_STREAMS) throw new HttpError(503, "too many pages are open");
		// Also a page that was opened before this service began gets the token.
		response.writeHead(200, { ...HEADERS, "Content-Type": "text/event-stream", ...this.#setCookie() });
		const stream = new Stream(response, this.#options.model, device ?? undefined);
		this.#streams.add(stream);
		response.on("close", () => this.#streams.delete(stream));
	}

	async #act(request: IncomingMessage, response: ServerResponse): Promise<void> {
		if (!isSame(cookieOf(request, this.#cookie), this.#token))
			throw new HttpError(401, "the page's cookie is missing or old: load the page again");
		const read = readAct(await readJson(request));
		if (read.kind === "wrong") throw new HttpError(400, read.reason);
		this.#options.perform(read.act);
		response.writeHead(204, HEADERS).end();
	}

	#setCookie(): Record<string, string> {
		return { "Set-Cookie": `${this.#cookie}=${this.#token}; SameSite=Strict; HttpOnly; Path=/` };
	}
}

/** @throws HttpError for another method */
function only({ method = "" }: IncomingMessage, ...methods: string[]): void {
	if (methods.includes(method)) return;
	throw new HttpError(405, `wants ${methods.join(" or ")}`, { Allow: methods.join(", ") });
}

/** Compares without telling by its time how much of it is right. */
function isSame(given: string | undefined, token: string): boolean {
	if (given === undefined || given.length !== token.length) return false;
	const [one, other] = [Buffer.from(given), Buffer.from(token)];
	return one.length === other.length && timingSafeEqual(one, other);
}

const reasonOf = (error: unknown): string =>
	error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
