/** UTF-8 as MQTT wants it (1.5.3): strict in both directions. */

// Called as a function, it does not make XS wrap the text in an object for each character.
const { charCodeAt } = String.prototype;

/**
 * The number of bytes that `text` takes.
 * @throws RangeError for a surrogate without its partner, which UTF-8 cannot express [MQTT-1.5.3-1]
 */
export function utf8Length(text: string): number {
	const units = text.length;
	let length = units;
	for (let index = 0; index < units; index++) {
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
 * Writes `text`, which `utf8Length` has accepted, into `bytes` from `offset` on.
 * Returns the offset behind it.
 */
export function writeUtf8(bytes: Uint8Array, offset: number, text: string): number {
	const units = text.length;
	let at = offset;
	for (let index = 0; index < units; index++) {
		let unit = charCodeAt.call(text, index);
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

/** The text in `bytes` from `start` up to `end`; `undefined` when it is ill-formed (RFC 3629). */
export function readUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string | undefined {
	let at = start;
	while (at < end && (bytes[at] as number) < 0x80) at++;
	if (at === end) return fromUnits(bytes.subarray(start, end));
	const units: number[] = [];
	for (at = start; at < end; ) {
		const first = bytes[at++] as number;
		if (first < 0x80) {
			units.push(first);
			continue;
		}
		const more = first < 0xc2 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : 0;
		if (more === 0 || at + more > end) return undefined;
		let point = first & (0x3f >> more);
		for (let count = more; count > 0; count--) {
			const next = bytes[at++] as number;
			if ((next & 0xc0) !== 0x80) return undefined;
			point = (point << 6) | (next & 0x3f);
		}
		// Overlong forms, surrogates and what lies beyond Unicode are ill-formed.
		if (more === 2 && (point < 0x800 || (point >= 0xd800 && point <= 0xdfff))) return undefined;
		if (more === 3 && (point < 0x10000 || point > 0x10ffff)) return undefined;
		if (point < 0x10000) units.push(point);
		else units.push(0xd7c0 + (point >> 10), 0xdc00 | (point & 0x3ff));
	}
	return fromUnits(units);
}

/** Arguments go over the stack, which is small on a chip: so many at a time. */
const UNITS_AT_A_TIME = 64;

function fromUnits(units: number[] | Uint8Array): string {
	if (units.length <= UNITS_AT_A_TIME) return fromCharCodes(units);
	const parts: string[] = [];
	for (let at = 0; at < units.length; at += UNITS_AT_A_TIME) {
		parts.push(fromCharCodes(units.slice(at, at + UNITS_AT_A_TIME)));
	}
	return parts.join("");
}

function fromCharCodes(units: number[] | Uint8Array): string {
	return String.fromCharCode.apply(undefined, units as number[]);
}
