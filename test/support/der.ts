/** The least of DER (ITU-T X.690) that a certificate takes. */

const value = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
	const body = Buffer.concat(parts);
	const size = [];
	for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256);
	const length = body.length < 128 ? [body.length] : [0x80 | size.length, ...size];
	return Buffer.concat([Uint8Array.of(tag, ...length), body]);
};

export const sequence = (...parts: readonly Uint8Array[]): Buffer => value(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => value(0x31, ...parts);
export const octets = (bytes: Uint8Array): Buffer => value(0x04, bytes);
export const bits = (bytes: Uint8Array): Buffer => value(0x03, Uint8Array.of(0), bytes);
export const text = (string: string): Buffer => value(0x0c, Buffer.from(string));
export const truth = (): Buffer => value(0x01, Uint8Array.of(0xff));
export const nothing = (): Buffer => value(0x05);
/** An integer of these bytes, the highest first. */
export const integer = (...bytes: readonly number[]): Buffer => value(0x02, Uint8Array.from(bytes));
/** A field that is told by its number: with parts of its own, or with bytes. */
export const field = (number: number, ...parts: readonly Uint8Array[]): Buffer =>
	value(0xa0 | number, ...parts);
export const plainField = (number: number, bytes: Uint8Array): Buffer => value(0x80 | number, bytes);

/** A date before 2050 (RFC 5280, 4.1.2.5.1). */
export const time = (date: Date): Buffer => {
	const digits = date.toISOString().slice(2, 19).replace(/\D/g, "");
	return value(0x17, Buffer.from(`${digits}Z`));
};

/** An object identifier, for example `2.5.4.3`. */
export const identifier = (dotted: string): Buffer => {
	const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
	const bytes = [first * 40 + second];
	for (const arc of rest) {
		const groups = [arc % 128];
		for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
			groups.unshift(0x80 | (left % 128));
		}
		bytes.push(...groups);
	}
	return value(0x06, Uint8Array.from(bytes));
};
