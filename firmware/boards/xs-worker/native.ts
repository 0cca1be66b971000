/**
 * The native functions in npm's XS worker, which ask the process outside. `issueCommand` is the worker's.
 */
import { readUtf8, utf8Length, writeUtf8 } from "../../mqtt/utf8.js";
import type { GuestNative } from "../native/guest.js";
import { CALL_HEADER, Call, Reply } from "../native/seam.js";

declare function issueCommand(request: ArrayBuffer): ArrayBuffer;

type Answer = ArrayBuffer | number | undefined;

function call(
	operation: number,
	handle = 0,
	argument = 0,
	...parts: readonly (string | Uint8Array)[]
): Answer {
	let length = CALL_HEADER;
	for (const part of parts) length += typeof part === "string" ? utf8Length(part) : part.length;
	const request = new Uint8Array(length);
	const view = new DataView(request.buffer);
	view.setUint8(0, operation);
	view.setUint16(1, handle, true);
	view.setUint32(3, argument, true);
	let at = CALL_HEADER;
	for (const part of parts) {
		if (typeof part === "string") at = writeUtf8(request, at, part);
		else {
			request.set(part, at);
			at += part.length;
		}
	}
	const reply = issueCommand(request.buffer);
	const answer = new DataView(reply);
	switch (answer.getUint8(0)) {
		case Reply.BYTES:
			return reply.slice(1);
		case Reply.NUMBER:
			return answer.getFloat64(1, true);
		case Reply.ERROR:
			throw new Error(readUtf8(new Uint8Array(reply, 1)));
		default:
			return undefined;
	}
}

const bytes = (answer: Answer) => answer as ArrayBuffer | undefined;
const none = (_: Answer) => {};

export const native: GuestNative = {
	analogRead: (pin) => call(Call.ANALOG_READ, pin) as number,
	analogResolution: (pin) => call(Call.ANALOG_RESOLUTION, pin) as number,
	digitalWrite: (pin, level) => none(call(Call.DIGITAL_WRITE, pin, level)),
	socketOpen: (handle, endpoint, port) => none(call(Call.SOCKET_OPEN, handle, port, endpoint)),
	socketRead: (handle, byteLength) => bytes(call(Call.SOCKET_READ, handle, byteLength)),
	socketWrite: (handle, data) => call(Call.SOCKET_WRITE, handle, 0, data) as number,
	socketClose: (handle) => none(call(Call.SOCKET_CLOSE, handle)),
	resolve: (handle, name) => none(call(Call.RESOLVE, handle, 0, name)),
	alarm: (delay) => none(call(Call.ALARM, 0, delay < 0 ? NEVER : delay)),
	random: () => call(Call.RANDOM) as number,
	date: () => call(Call.DATE) as number,
	hmacSha256: (key, text) => call(Call.HMAC_SHA256, key.length, 0, key, text) as ArrayBuffer,
	restart: () => none(call(Call.RESTART)),
	report: (line) => none(call(Call.REPORT, 0, 0, line)),
	storeRead: (path, key) => bytes(call(Call.STORE_READ, 0, 0, path, "\0", key)),
	storeWrite: (path, key, value) => none(call(Call.STORE_WRITE, 0, 0, path, "\0", key, "\0", value)),
	storeDelete: (path, key) => none(call(Call.STORE_DELETE, 0, 0, path, "\0", key)),
	storeKeys: (path) => textOf(bytes(call(Call.STORE_KEYS, 0, 0, path)) as ArrayBuffer, 0),
	flashSize: (path) => call(Call.FLASH_SIZE, 0, 0, path) as number,
	flashRead: (path, offset, length) => call(Call.FLASH_READ, checked(length), offset, path) as ArrayBuffer,
	flashWrite: (path, offset, data) => none(call(Call.FLASH_WRITE, 0, offset, path, "\0\0", data)),
	flashErase: (path, block) => none(call(Call.FLASH_ERASE, 0, block, path)),
	stopped: () => none(call(Call.STOPPED)),
	nothing: () => none(call(Call.NOTHING)),
};

/** The delay of an alarm that does not go. */
const NEVER = 0xffff_ffff;

/** A length that fits a call's head. */
function checked(length: number): number {
	if (length > 0xffff) throw new RangeError(`${length} bytes at once; at most ${0xffff}`);
	return length;
}

/** The text from some byte of a buffer on. */
export const textOf = (buffer: ArrayBuffer, offset: number): string =>
	readUtf8(new Uint8Array(buffer, offset)) ?? "";
