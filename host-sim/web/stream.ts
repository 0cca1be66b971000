import type { ServerResponse } from "node:http";
import type { Change, Model } from "./model.js";
import type { Push, Rung, Sample } from "./protocol.js";

/** Milliseconds between two batches of pushes at least: of one device, and of all in short. */
const DEVICE_INTERVAL = 50;
const ALL_INTERVAL = 250;

/** Milliseconds between two comments, by which both sides see that the other is there. */
const COMMENT_INTERVAL = 15_000;

/** Bytes that may wait for a browser that does not read. It gets a new `hello` when it comes back. */
const MOST_WAITING = 4 * 1_048_576;

/** One browser that is pushed what changes: of one device, or of all in short. */
export class Stream {
	readonly #response: ServerResponse;
	readonly #model: Model;
	/** The device's id; `undefined`: all. */
	readonly #id: string | undefined;
	readonly #unlisten: () => void;
	readonly #comments: NodeJS.Timeout;
	#timer: NodeJS.Timeout | undefined;
	#ruleTimer: NodeJS.Timeout | undefined;
	#flushed = Number.NEGATIVE_INFINITY;
	#hello = true;
	#device = false;
	#server = false;
	#count = false;
	#rules = false;
	/** By number: one that changed in the meantime is sent once. */
	readonly #rungs = new Map<number, Rung>();
	readonly #samples: Extract<Push, { sample: Sample }>[] = [];
	readonly #summaries = new Set<string>();

	/**
	 * Begins with `hello`.
	 * @param response whose head has been written
	 * @param id of a device, which may not be there yet; left out: all in short
	 */
	constructor(response: ServerResponse, model: Model, id?: string) {
		this.#response = response;
		this.#model = model;
		this.#id = id;
		this.#unlisten = model.listen((change) => this.#take(change));
		this.#comments = setInterval(() => this.#write(":\n\n"), COMMENT_INTERVAL);
		response.on("close", () => this.close());
		this.#flush();
	}

	/** Ends it. May be called twice. */
	close(): void {
		this.#unlisten();
		clearInterval(this.#comments);
		clearTimeout(this.#timer);
		clearTimeout(this.#ruleTimer);
		this.#response.end();
	}

	#take(change: Change): void {
		if (change.kind === "server") this.#server = true;
		else if (change.kind === "rules") return this.#takeRules();
		else if (this.#id === undefined) {
			if (change.kind !== "device" && change.kind !== "new") return;
			this.#summaries.add(change.id);
		} else {
			if (change.id !== this.#id && change.kind !== "new") return;
			switch (change.kind) {
				case "new":
					if (change.id === this.#id) this.#hello = true;
					else this.#count = true;
					break;
				case "device":
					this.#device = true;
					break;
				case "rung":
					this.#rungs.set(change.rung.n, change.rung);
					break;
				case "sample":
				case "late":
					this.#samples.push({ type: change.kind, sample: change.sample });
			}
		}
		this.#flushSoon();
	}

	/** Each reading is a vote, and one that asks many sensors is long. */
	#takeRules(): void {
		this.#ruleTimer ??= setTimeout(() => {
			this.#ruleTimer = undefined;
			this.#rules = true;
			this.#flushSoon();
		}, ALL_INTERVAL);
	}

	#flushSoon(): void {
		const interval = this.#id === undefined ? ALL_INTERVAL : DEVICE_INTERVAL;
		const wait = Math.max(0, this.#flushed + interval - performance.now());
		this.#timer ??= setTimeout(() => this.#flush(), wait);
	}

	#flush(): void {
		this.#timer = undefined;
		this.#flushed = performance.now();
		const pushes = this.#pushes();
		this.#hello = this.#device = this.#server = this.#count = this.#rules = false;
		this.#rungs.clear();
		this.#samples.length = 0;
		this.#summaries.clear();
		this.#write(pushes.map((push) => `data: ${JSON.stringify(push)}\n\n`).join(""));
	}

	#pushes(): Push[] {
		// It has all the others.
		if (this.#hello) return [this.#model.hello(this.#id)];
		const device = this.#id === undefined ? undefined : this.#model.device(this.#id);
		const all = [...this.#summaries].flatMap((id) => this.#model.device(id)?.summary ?? []);
		return [
			...(this.#server ? [{ type: "server" as const, server: this.#model.server }] : []),
			...(this.#rules ? [{ type: "rules" as const, rules: this.#model.rules(this.#id) }] : []),
			...(this.#count ? [{ type: "count" as const, count: this.#model.count }] : []),
			...(this.#device && device ? [{ type: "device" as const, device: device.view }] : []),
			...this.#samples,
			...(this.#rungs.size > 0 ? [{ type: "rungs" as const, rungs: [...this.#rungs.values()] }] : []),
			...(all.length > 0 ? [{ type: "summaries" as const, all }] : []),
		];
	}

	#write(text: string): void {
		if (this.#response.writableLength > MOST_WAITING) this.#response.destroy();
		else if (text !== "") this.#response.write(text);
	}
}
