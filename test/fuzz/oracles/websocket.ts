/** A server's frames as RFC 6455 has them, read in one piece: plain, and without the firmware's code. */
import { latin1, strictText } from "../bytes.js";

const breach = "malformed 1002";

/**
 * What the frames in `stream` come to, in lines: the bytes of messages one behind the other, pings, and
 * the end, if there is one.
 */
export function referenceFrames(stream: Uint8Array): string[] {
	const lines: string[] = [];
	let isOpen = false;
	const data = (bytes: Uint8Array) => {
		if (bytes.length === 0) return;
		if (lines.at(-1)?.startsWith("data ")) lines.push(`${lines.pop()}${latin1(bytes)}`);
		else lines.push(`data ${latin1(bytes)}`);
	};
	for (let at = 0; at + 2 <= stream.length; ) {
		const [first = 0, second = 0] = stream.subarray(at, at + 2);
		const opcode = first & 15;
		const isFinal = first > 127;
		const problem = startProblem(first, second, isOpen);
		if (problem !== undefined) return [...lines, problem];
		const size = second === 127 ? 8 : second === 126 ? 2 : 0;
		const start = at + 2 + size;
		if (start > stream.length) return lines;
		const length =
			size === 0
				? second
				: Number(BigInt(`0x${Buffer.from(stream.subarray(at + 2, start)).toString("hex")}`));
		if ((size === 2 && length < 126) || (size === 8 && length < 65_536)) return [...lines, breach];
		if (length > Number.MAX_SAFE_INTEGER) return [...lines, "malformed 1009"];
		const payload = stream.subarray(start, start + length);
		const isWhole = payload.length === length;
		at = start + length;
		if (opcode < 8) {
			isOpen = !isFinal;
			data(payload);
		} else if (isWhole && opcode === 9) lines.push(`ping ${latin1(payload)}`);
		else if (isWhole && opcode === 8) return [...lines, closeLine(payload)];
		if (!isWhole) return lines;
	}
	return lines;
}

function startProblem(first: number, second: number, isOpen: boolean): string | undefined {
	const opcode = first & 15;
	if ((first & 0x70) > 0 || second > 127) return breach;
	if (opcode === 1) return "malformed 1003";
	if (opcode > 7) return opcode > 10 || first < 128 || second > 125 ? breach : undefined;
	if (opcode > 2) return breach;
	return (opcode === 0) === isOpen ? undefined : breach;
}

/** IANA's registry of close codes, those that may be sent, and private ones (RFC 6455, 7.4). */
const REGISTERED = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
const isCode = (code: number): boolean => REGISTERED.includes(code) || (code > 2999 && code < 5000);

function closeLine(payload: Uint8Array): string {
	if (payload.length === 0) return "close 1005 ";
	const reason = strictText(payload.subarray(2));
	if (payload.length === 1 || reason === undefined) return breach;
	const code = (payload[0] as number) * 256 + (payload[1] as number);
	return isCode(code) ? `close ${code} ${reason}` : breach;
}
