import { integer, text } from "./arguments.js";

/** What a message says of its commands beside them. */
export interface Envelope {
	/** Names the order; with it there is an answer. */
	id?: string | undefined;
	/** Who numbers the orders, and the number of this one: it is obeyed once. */
	stream?: string | undefined;
	seq?: number | undefined;
	/** Milliseconds since 1970; later it is not obeyed. */
	expires?: number | undefined;
	/** Who decided. */
	by?: string | undefined;
}

const NAME = text(1, 64);
const STREAM = text(1, 15);
const NUMBER = integer(1, 9_007_199_254_740_991);

/** Takes a member of a message into its envelope. Returns what it should be, if it is another thing; `undefined` otherwise. */
export function takeMember(envelope: Envelope, name: string, json: string): string | undefined {
	switch (name) {
		case "id":
			envelope.id = NAME.parse(json);
			return envelope.id === undefined ? `id wants ${NAME.wants}` : undefined;
		case "by":
			envelope.by = NAME.parse(json);
			return envelope.by === undefined ? `by wants ${NAME.wants}` : undefined;
		case "stream":
			envelope.stream = STREAM.parse(json);
			return envelope.stream === undefined ? `stream wants ${STREAM.wants}` : undefined;
		case "seq":
			envelope.seq = NUMBER.parse(json);
			return envelope.seq === undefined ? `seq wants ${NUMBER.wants}` : undefined;
		case "expires":
			envelope.expires = NUMBER.parse(json);
			return envelope.expires === undefined ? `expires wants ${NUMBER.wants}` : undefined;
		default:
			return undefined;
	}
}
