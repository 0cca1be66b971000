/** Kinds of frames (RFC 6455, 5.2). From 8 on they are control frames. */
export const Opcode = Object.freeze({
	CONTINUATION: 0,
	TEXT: 1,
	BINARY: 2,
	CLOSE: 8,
	PING: 9,
	PONG: 10,
});

/** Why a connection is closed (RFC 6455, 7.4.1). */
export const CloseCode = Object.freeze({
	NORMAL: 1000,
	PROTOCOL_ERROR: 1002,
	/** A kind of data that we do not take. */
	UNSUPPORTED: 1003,
	/** Stands for a Close frame that gives no code; never sent. */
	NONE: 1005,
	TOO_BIG: 1009,
});

/** Bytes of a client's frame beside its payload, at most. */
export const LONGEST_HEADER = 14;

/**
 * A frame of a client's, whole and final (RFC 6455, 5.2 and 5.3).
 * @param mask 32 bits that nobody can predict, new for each frame
 */
export function encodeFrame(opcode: number, payload: Uint8Array, mask: number): Uint8Array {
	const { length } = payload;
	const extended = length < 126 ? 0 : length < 0x1_0000 ? 2 : 8;
	const start = 6 + extended;
	const frame = new Uint8Array(start + length);
	const view = new DataView(frame.buffer);
	frame[0] = 0x80 | opcode;
	frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
	if (extended === 2) view.setUint16(2, length);
	// No payload of ours takes more than 32 bits.
	else if (extended === 8) view.setUint32(6, length);
	view.setUint32(2 + extended, mask);
	for (let index = 0; index < length; index++) {
		frame[start + index] = (payload[index] as number) ^ (mask >>> (24 - 8 * (index & 3)));
	}
	return frame;
}

/** The payload of a Close frame (RFC 6455, 5.5.1): a code without a text. */
export const closePayload = (code: number): Uint8Array => Uint8Array.of(code >> 8, code & 0xff);
