import { createHash } from "node:crypto";

/**
 * The content of a value's file: a line with the version, the data format and a checksum, then the
 * data. The checksum tells a damaged file from a value.
 */
const HEADER = /^key-value\/1 ([a-z0-9]+) ([0-9a-f]{16})\n/;
const LONGEST_HEADER = 64;

const checksum = (format: string, data: Uint8Array): string =>
	createHash("sha256").update(`${format}\n`).update(data).digest("hex").slice(0, 16);

/** Puts data and the name of its format together. */
export const encodeFile = (format: string, data: Uint8Array): Buffer =>
	Buffer.concat([Buffer.from(`key-value/1 ${format} ${checksum(format, data)}\n`), data]);

/** Takes them apart; `undefined` when the file is damaged. */
export const decodeFile = (file: Buffer): { format: string; data: Buffer } | undefined => {
	const match = HEADER.exec(file.toString("latin1", 0, LONGEST_HEADER));
	if (match === null) return undefined;
	const [header, format = "", sum] = match;
	const data = file.subarray(header.length);
	return checksum(format, data) === sum ? { format, data } : undefined;
};
