import type { Output } from "../../../firmware/mqtt/output.js";
import type { Message } from "../../../firmware/mqtt/packet.js";
import { Session } from "../../../firmware/mqtt/session.js";
import type { NewSession } from "../session/world.js";

/** A session whose outputs are changed on the way out. */
const changing = (change: (output: Output, again: () => Output | undefined) => Output | undefined) =>
	class extends Session {
		override next(): Output | undefined {
			const output = super.next();
			return output && change(output, () => this.next());
		}
	};

const firstByte = (output: Output): number => (output.kind === "transmit" ? (output.bytes[0] as number) : 0);

/** Acknowledges before it tells. */
class Hasty extends Session {
	#held: Output | undefined;

	override next(): Output | undefined {
		const held = this.#held;
		this.#held = undefined;
		const output = held ?? super.next();
		if (held !== undefined || output?.kind !== "publish" || output.qos !== 1) return output;
		this.#held = output;
		return super.next();
	}
}

class Repeating extends Session {
	override publish(message: Message, now: number): number | undefined {
		const id = super.publish(message, now);
		return id !== undefined && id > 1 ? 1 : id;
	}
}

class Sleepy extends Session {
	override tick(): void {}
}

class Fragile extends Session {
	override receive(bytes: Uint8Array, now: number): void {
		if (bytes.includes(0xc3)) throw new TypeError("no such byte");
		super.receive(bytes, now);
	}
}

class Endless extends Session {
	#last: Output | undefined;

	override next(): Output | undefined {
		const output = super.next();
		if (output?.kind === "connected") this.#last = output;
		return output ?? this.#last;
	}
}

/** Goes on after it has said that it is over. */
class Talkative extends Session {
	#isOver = false;

	override next(): Output | undefined {
		if (this.#isOver) return { kind: "transmit", bytes: Uint8Array.of(0xc0, 0) };
		const output = super.next();
		this.#isOver = output?.kind === "closed";
		return output;
	}
}

/** Sessions with a defect each. */
export const BROKEN_SESSIONS: readonly { readonly defect: string; readonly session: NewSession }[] = [
	{ defect: "acknowledges a message before it tells it", session: (options) => new Hasty(options) },
	{ defect: "gives an id twice", session: (options) => new Repeating(options) },
	{ defect: "is due and does nothing", session: (options) => new Sleepy(options) },
	{ defect: "throws on a byte", session: (options) => new Fragile(options) },
	{ defect: "comes to no end", session: (options) => new Endless(options) },
	{ defect: "sends after closing", session: (options) => new Talkative(options) },
	{
		defect: "takes more messages than its window has",
		session: (options) => new Session({ ...options, inFlight: options.inFlight + 1 }),
	},
	{
		defect: "stores nothing",
		session: (options) =>
			new (changing((output, again) => (output.kind === "store" ? again() : output)))(options),
	},
	{
		defect: "forgets to discard",
		session: (options) =>
			new (changing((output, again) => (output.kind === "discard" ? again() : output)))(options),
	},
	{
		defect: "closes without a reason",
		session: (options) =>
			new (changing((output) => (output.kind === "closed" ? { kind: "closed" } : output)))(options),
	},
	{
		defect: "keeps a retained message to itself",
		session: (options) =>
			new (changing((output, again) => (output.kind === "publish" && output.retain ? again() : output)))(
				options,
			),
	},
	{
		defect: "answers no PUBREL",
		session: (options) =>
			new (changing((output, again) => (firstByte(output) === 0x70 ? again() : output)))(options),
	},
	{
		defect: "subscribes with packet id 0",
		session: (options) =>
			new (changing((output) => {
				if (output.kind !== "transmit" || firstByte(output) !== 0x82) return output;
				return { kind: "transmit", bytes: output.bytes.map((byte, at) => (at === 2 || at === 3 ? 0 : byte)) };
			}))(options),
	},
];
