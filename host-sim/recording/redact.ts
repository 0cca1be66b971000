import type { Config } from "../../firmware/config.js";

/** For each number of bytes in UTF-8 a character of that many. */
const STAND_IN = Object.freeze(["*", "\u00d7", "\u203b", "\u{1f7b6}"]);

const CONNECT = 0x10;

/**
 * A text that tells nothing of a secret but its length: as many bytes in UTF-8, and as many UTF-16
 * units, so that it is allowed where the secret was.
 */
export function standIn(secret: string): string {
	const counts = [0, 0, 0, 0];
	for (const character of secret) {
		const index = Buffer.byteLength(character) - 1;
		counts[index] = (counts[index] as number) + 1;
	}
	return counts.map((count, index) => (STAND_IN[index] as string).repeat(count)).join("");
}

/** A configuration without its password, which a text of the same length stands in for. */
export function withoutPassword(config: Config): Config {
	const { password } = config.mqtt;
	if (password === undefined) return config;
	return { ...config, mqtt: { ...config.mqtt, password: standIn(password) } };
}

/** How far a connection has come. */
interface Progress {
	/** Bytes so far. */
	readonly at: number;
	/** Bytes of the fixed header (MQTT 3.1.1, 2.2), and what they say is to follow them. */
	readonly headerLength: number;
	readonly remaining: number;
	/** Where the first packet ends, once the header is complete. */
	readonly end: number | undefined;
	/** Whether it is anything else than a CONNECT with a password of this length. */
	readonly isStrange: boolean;
}

/**
 * What is written on one connection, without the password. It is the end of CONNECT, the first packet
 * [MQTT-3.1.0-1], [MQTT-3.1.3-1]. When something else comes first, nothing is shown of the connection.
 */
export class Redaction {
	readonly #shown: Uint8Array;
	#progress: Progress = { at: 0, headerLength: 0, remaining: 0, end: undefined, isStrange: false };

	/** @param password the secret */
	constructor(password: string) {
		this.#shown = Buffer.from(standIn(password));
	}

	/** The bytes that are to be written next as they are to be shown: others, as many. */
	hide(bytes: Uint8Array): Uint8Array {
		const { end = Number.POSITIVE_INFINITY, isStrange } = this.#after(bytes);
		if (isStrange) return new Uint8Array(bytes.length);
		const { at } = this.#progress;
		if (at >= end) return bytes;
		const copy = Uint8Array.from(bytes);
		const secretAt = end - this.#shown.length;
		for (let index = Math.max(0, secretAt - at); index < copy.length && at + index < end; index++) {
			copy[index] = this.#shown[at + index - secretAt] as number;
		}
		return copy;
	}

	/** The bytes have been written. */
	pass(bytes: Uint8Array): void {
		this.#progress = this.#after(bytes);
	}

	#after(bytes: Uint8Array): Progress {
		let progress = this.#progress;
		for (const byte of bytes) {
			if (progress.end !== undefined || progress.isStrange) break;
			progress = this.#readHeader(progress, byte);
		}
		return { ...progress, at: this.#progress.at + bytes.length };
	}

	#readHeader(progress: Progress, byte: number): Progress {
		const index = progress.headerLength;
		const next = { ...progress, headerLength: index + 1 };
		if (index === 0) return { ...next, isStrange: byte !== CONNECT };
		const remaining = progress.remaining + (byte & 0x7f) * 128 ** (index - 1);
		if (byte >= 0x80) return { ...next, remaining, isStrange: index === 4 };
		return { ...next, remaining, end: index + 1 + remaining, isStrange: remaining < this.#shown.length };
	}
}
