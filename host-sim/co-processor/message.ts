import { Malformed, ValueReader, ValueWriter } from "./values.js";

/** Kinds of eRPC messages. */
export const TYPE = Object.freeze({ invocation: 0, oneWay: 1, reply: 2, notification: 3 });
/** eRPC's codec version, the highest byte of a message's first word. */
const CODEC_VERSION = 1;
/** Bytes before a message's values. */
export const MESSAGE_HEADER = 8;

/** What a message begins with; each number but `sequence` is a byte. */
export interface MessageHeader {
	/** One of `TYPE`; another number in a message that is not eRPC's. */
	readonly type: number;
	readonly service: number;
	readonly request: number;
	/** Counts requests, 32 bits; a reply has that of its request. */
	readonly sequence: number;
}

/** A message: header, then values that are already bytes. */
export const messageOf = (header: MessageHeader, values: Uint8Array): Uint8Array =>
	new ValueWriter()
		.u8(header.type)
		.u8(header.request)
		.u8(header.service)
		.u8(CODEC_VERSION)
		.u32(header.sequence)
		.raw(values).bytes;

/** A message's header, and a reader for its values. @throws Malformed when it is too short or of another codec */
export function readMessage(payload: Uint8Array): { header: MessageHeader; values: ValueReader } {
	const values = new ValueReader(payload);
	const type = values.u8();
	const request = values.u8();
	const service = values.u8();
	const version = values.u8();
	if (version !== CODEC_VERSION) throw new Malformed(`codec version ${version}, not ${CODEC_VERSION}`);
	return { header: { type, service, request, sequence: values.u32() }, values };
}
