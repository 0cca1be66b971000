import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { cookieOf, HttpError } from "./http.js";
import { type GuardOptions, KeyGuard } from "./key.js";

/**
 * Who may use the service: browsers that have its cookie. Without a key each gets it with the page; with one, those
 * that give the key. It is a new cookie at each start.
 */
export class Access {
	readonly #guard: KeyGuard | undefined;
	readonly #token = randomBytes(24).toString("hex");
	readonly #port: () => number;

	/** @param port that the service listens on; `guard`: knows the key, if there is one */
	constructor(port: () => number, guard: GuardOptions | undefined) {
		this.#port = port;
		this.#guard = guard && new KeyGuard(guard);
	}

	/** Whether a browser is to give the key first. */
	wantsKey(request: IncomingMessage): boolean {
		return this.#guard !== undefined && !this.#hasCookie(request);
	}

	/** Lets a browser in that is to see something. @throws HttpError when it is to give the key first */
	look(request: IncomingMessage): void {
		if (this.wantsKey(request)) throw new HttpError(401, "this page wants its key first: load it again");
	}

	/** Lets a browser in that is to do something. @throws HttpError when it has no cookie of ours */
	act(request: IncomingMessage): void {
		this.look(request);
		if (this.#hasCookie(request)) return;
		throw new HttpError(401, "the page's cookie is missing or old: load the page again");
	}

	/** Headers that give the cookie to whoever gets the page; none where a key is wanted. */
	get welcome(): Readonly<Record<string, string>> {
		return this.#guard === undefined ? this.#cookie : {};
	}

	/**
	 * Headers that give the cookie to who knows the key.
	 * @param given what somebody takes for it
	 * @throws HttpError when it is wrong, none is taken now, or there is none
	 */
	unlock(given: string, { socket }: IncomingMessage): Readonly<Record<string, string>> {
		if (this.#guard === undefined) throw new HttpError(404, "this page has no key");
		this.#guard.check(given, socket.remoteAddress ?? "");
		return this.#cookie;
	}

	/** Has the port in its name: browsers keep the cookies of all ports of a host together. */
	get #name(): string {
		return `nightlight-${this.#port()}`;
	}

	get #cookie(): Readonly<Record<string, string>> {
		return { "Set-Cookie": `${this.#name}=${this.#token}; SameSite=Strict; HttpOnly; Path=/` };
	}

	#hasCookie(request: IncomingMessage): boolean {
		return isSame(cookieOf(request, this.#name), this.#token);
	}
}

/** Compares without telling by its time how much of it is right. */
function isSame(given: string | undefined, token: string): boolean {
	if (given === undefined || given.length !== token.length) return false;
	const [one, other] = [Buffer.from(given), Buffer.from(token)];
	return one.length === other.length && timingSafeEqual(one, other);
}
