/**
 * The bytes between a firmware in another engine and this process: calls of its native functions,
 * our replies, and events. Little endian; texts are UTF-8 and reach to the end.
 *
 *     call   u8 operation, u16 handle or pin, u32 argument, bytes
 *     reply  u8 tag, then nothing, bytes, an error's text, or an f64
 *     event  u8 kind, u32 now, u16 handle, u32 count, text
 */
export const Call = Object.freeze({
	ANALOG_READ: 1,
	ANALOG_RESOLUTION: 2,
	DIGITAL_WRITE: 3,
	SOCKET_OPEN: 4,
	SOCKET_READ: 5,
	SOCKET_WRITE: 6,
	SOCKET_CLOSE: 7,
	RESOLVE: 8,
	ALARM: 9,
	RANDOM: 10,
	DATE: 11,
	REPORT: 12,
	/** In the bytes of a store call U+0000 parts domain, key and value. */
	STORE_READ: 13,
	STORE_WRITE: 14,
	STORE_DELETE: 15,
	STORE_KEYS: 16,
	/** The firmware has gone off line, as it was told to. */
	STOPPED: 17,
	/** Does nothing: what the way itself costs. */
	NOTHING: 18,
	/** The bytes are a partition's name; two of U+0000 part it from what is to be programmed. The argument is an offset or a block. */
	FLASH_SIZE: 19,
	/** As many bytes as the handle says. */
	FLASH_READ: 20,
	FLASH_WRITE: 21,
	FLASH_ERASE: 22,
	/** The device is to start again: whoever runs the firmware ends it at once. */
	RESTART: 23,
	/** The bytes are a key, as many as the handle says, and a text. */
	HMAC_SHA256: 24,
});

export const Reply = Object.freeze({ NOTHING: 0, BYTES: 1, ERROR: 2, NUMBER: 3 });

/** Events beyond those of the hardware (`NativeEvent`): the start (JSON: `config`, `pin`, the numbers of the board's pins by name, `engine`, `radio`: whether its network is that of a radio on a serial port, and `storage`: whether it has any, which is the default), the end, and a call of NOTHING. */
export const Control = Object.freeze({ START: 253, STOP: 254, NOTHING: 255 });

/** Another event, of a board that gives commands itself: the text is one, as a message has it. The firmware has started. */
export const BOARD_COMMAND = 251;

/** Bytes of a block of flash memory. */
export const FLASH_BLOCK = 4096;

/** Bytes of a call before its own. */
export const CALL_HEADER = 7;
/** Bytes of an event before its text. */
export const EVENT_HEADER = 11;

/** What the hardware tells of. */
export const NativeEvent = Object.freeze({
	/** The alarm went. */
	ALARM: 0,
	/** `count` bytes may be read, or written, in all. */
	READABLE: 1,
	WRITABLE: 2,
	/** The socket failed or was closed by its peer; the text says why: a code (`LinkCode`), a space, words. */
	FAILED: 3,
	/** A name was found (the text is its address) or not (why not, as above). */
	RESOLVED: 4,
	UNRESOLVED: 5,
	/** The TCP connection is open, and is being secured. */
	SECURING: 6,
});
