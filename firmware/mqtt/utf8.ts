/** UTF-8 as MQTT wants it (1.5.3): strict in both directions. */

// Called as a function, it does not make XS wrap the text in an object for each character.
const { charCodeAt } = String.prototype;
const { fromCharCode } = String;

/**
 * The number of bytes that `text` takes.
 * @throws RangeError for a surrogate without its partner, which UTF-8 cannot express [MQTT-1.5.3-1]
 */
export function utf8Length(text: string): number {
	const units = text.length;
	let length = units;
	let index = 0;
	// Mostly all of it is ASCII. Behind its end is NaN.
	while (charCodeAt.call(text, index) < 0x80) index++;
	for (; index < units; index++) {
		const unit = charCodeAt.call(text, index);
		if (unit < 0x80) continue;
		if (unit < 0x800) length += 1;
		else if (unit < 0xd800 || unit > 0xdfff) length += 2;
		else {
			const low = charCodeAt.call(text, index + 1);
			// Two code units become four bytes.
			if (unit > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) {
				throw new RangeError("text holds a lone surrogate");
			}
			length += 2;
			index++;
		}
	}
	return length;
}

/**
 * Writes `text` into `bytes` from `offset` on. Returns the offset behind it: when that is more than
 * was expected, the text was longer than it was taken for, and not all of it has been written.
 * A lone surrogate, which `utf8Length` refuses, becomes four bytes of no meaning.
 */
export function writeUtf8(bytes: Uint8Array, offset: number, text: string): number {
	const units = text.length;
	let index = 0;
	let unit = charCodeAt.call(text, 0);
	// Mostly all of it is ASCII. Behind its end is NaN.
	while (unit < 0x80) {
		bytes[offset + index] = unit;
		unit = charCodeAt.call(text, ++index);
	}
	let at = offset + index;
	for (; index < units; index++) {
		unit = charCodeAt.call(text, index);
		if (unit < 0x80) {
			bytes[at++] = unit;
			continue;
		}
		if (unit < 0x800) {
			bytes[at++] = 0xc0 | (unit >> 6);
		} else {
			if (unit < 0xd800 || unit > 0xdfff) {
				bytes[at++] = 0xe0 | (unit >> 12);
			} else {
				unit = 0x10000 + ((unit & 0x3ff) << 10) + (charCodeAt.call(text, ++index) & 0x3ff);
				bytes[at++] = 0xf0 | (unit >> 18);
				bytes[at++] = 0x80 | ((unit >> 12) & 0x3f);
			}
			bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
		}
		bytes[at++] = 0x80 | (unit & 0x3f);
	}
	return at;
}

/** Arguments go over the stack, which is small on a chip: so many at a time. */
const UNITS_AT_A_TIME = 64;

/** The text in `bytes` from `start` up to `end`; `undefined` when it is ill-formed (RFC 3629). */
export function readUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string | undefined {
	if (end - start > UNITS_AT_A_TIME) return readUnits(bytes, start, end);
	for (let at = start; at < end; at++) {
		if ((bytes[at] as number) > 0x7f) return readUnits(bytes, start, end);
	}
	// Most text is short and ASCII, a code unit for each byte. XS takes half the steps for it without an array of units.
	return fromCharCode.apply(undefined, bytes.subarray(start, end) as ArrayLike<number> as number[]);
}

function readUnits(bytes: Uint8Array, start: number, end: number): string | undefined {
	// Engines fill an array quickest that was made at its length.
	const units = new Array<number>(Math.min(end - start, UNITS_AT_A_TIME));
	let count = 0;
	let text = "";
	for (let at = start; at < end; ) {
		if (count >= UNITS_AT_A_TIME) {
			text += fromUnits(units, count);
			count = 0;
		}
		const first = bytes[at++] as number;
		if (first < 0x80) {
			units[count++] = first;
			continue;
		}
		const more = first < 0xc2 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : 0;
		if (more === 0 || at + more > end) return undefined;
		let point = first & (0x3f >> more);
		for (let index = more; index > 0; index--) {
			const next = bytes[at++] as number;
			if ((next & 0xc0) !== 0x80) return undefined;
			point = (point << 6) | (next & 0x3f);
		}
		// Overlong forms, surrogates and what lies beyond Unicode are ill-formed.
		if (more === 2 && (point < 0x800 || (point >= 0xd800 && point <= 0xdfff))) return undefined;
		if (more === 3 && (point < 0x10000 || point > 0x10ffff)) return undefined;
		if (point < 0x10000) {
			units[count++] = point;
		} else {
			units[count++] = 0xd7c0 + (point >> 10);
			units[count++] = 0xdc00 | (point & 0x3ff);
		}
	}
	return text + fromUnits(units, count);
}

function fromUnits(units: number[], count: number): string {
	units.length = count;
	return fromCharCode.apply(undefined, units);
}
