import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { readRules } from "../../../server/rules/read-rules.js";
import type { RuleSet } from "../../../server/rules/rule-set.js";
import { Rules } from "../../../server/rules/rules.js";
import { ROOT } from "../../house/firmware-files.js";

/** The rules of a text. @throws Error with what is wrong with it */
export function rulesOf(text: string): RuleSet {
	const read = readRules(text);
	if (read.kind === "rules") return read.set;
	throw new Error(read.mistakes.map(({ line, column, what }) => `${line}:${column}: ${what}`).join("\n"));
}

const schema = JSON.parse(readFileSync(join(ROOT, "docs/rules.schema.json"), "utf8")) as object;
const validate = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(schema);

/** Whether the file's JSON Schema takes a text's value. */
export const fitsSchema = (text: string): boolean => validate(parse(text, { uniqueKeys: false }));

/** Rules at work, with the link up, and a clock in seconds. */
export class Bench {
	readonly rules = new Rules();
	readonly told: string[] = [];
	readonly sent: string[] = [];
	/** Seconds. */
	now = 0;

	constructor(text: string) {
		this.#take(this.rules.replace(rulesOf(text), 0));
		this.#take(this.rules.connected(0));
	}

	/** Sensors say something, in the form `a=5 b=6 c.humidity=7`. */
	say(words: string): this {
		for (const word of words.split(" ")) {
			const [who = "", value] = word.split("=");
			const [device = "", sensor = "light"] = who.split(".");
			this.#take(this.rules.take(device, { [sensor]: Number(value) }, this.now * 1000));
		}
		return this;
	}

	/** Takes a message of a device as it is. */
	reading(device: string, reading: Readonly<Record<string, unknown>>): void {
		this.#take(this.rules.take(device, reading, this.now * 1000));
	}

	/** Lets seconds go by, and wakes the rules as they want. */
	wait(seconds: number): this {
		const end = this.now + seconds;
		for (let { alarm } = this.rules; alarm !== undefined && alarm <= end * 1000; { alarm } = this.rules) {
			if (alarm < this.now * 1000) throw new Error(`an alarm at ${alarm}, which is over`);
			this.now = alarm / 1000;
			this.#take(this.rules.tick(alarm));
			if (this.rules.alarm === alarm) throw new Error(`the alarm at ${alarm} comes again`);
		}
		this.now = end;
		return this;
	}

	/** The link is lost, and comes back after seconds. */
	outage(seconds: number): this {
		this.rules.disconnected(this.now * 1000);
		this.wait(seconds);
		this.#take(this.rules.connected(this.now * 1000));
		return this;
	}

	/** Other rules come into force. */
	load(text: string): this {
		this.#take(this.rules.replace(rulesOf(text), this.now * 1000));
		return this;
	}

	/** The only rule, or the one of a name, as it is now. */
	view(name?: string) {
		const views = this.rules.view(this.now * 1000);
		const found = views.find((view) => name === undefined || view.name === name);
		if (found === undefined) throw new Error(`no rule ${name}`);
		return found;
	}

	/** How each sensor votes, in the form `a=on b=stale`. */
	get votes(): string {
		const words = this.view().votes.map(({ device, sensor, on, absence }) => {
			const who = sensor === "light" ? device : `${device}.${sensor}`;
			return `${who}=${absence ?? (on ? "on" : "off")}`;
		});
		return words.join(" ");
	}

	/** What came since the last call: commands as `device on@SECONDS`. */
	commands(): string[] {
		return this.sent.splice(0);
	}

	#take({ events, commands }: ReturnType<Rules["tick"]>): void {
		for (const { rule, on, votes, reason } of events)
			this.told.push(`${rule} ${on} ${votes.on}/${votes.off}/${votes.silent} ${reason}`);
		for (const { device, on } of commands) this.sent.push(`${device} ${on ? "on" : "off"}@${this.now}`);
	}
}
