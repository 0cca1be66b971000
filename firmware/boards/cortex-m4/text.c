#include "text.h"

/** A high surrogate followed by a low one: ED A0..AF xx ED B0..BF xx. */
static int isPair(const uint8_t* text)
{
	return text[0] == 0xED && (text[1] & 0xF0) == 0xA0 && text[2] != 0 && text[3] == 0xED
		&& (text[4] & 0xF0) == 0xB0;
}

static int isZero(const uint8_t* text)
{
	return text[0] == 0xC0 && text[1] == 0x80;
}

int isUtf8(const uint8_t* text)
{
	for (; *text != 0; text++) {
		if (*text >= 0xC0 && (isPair(text) || isZero(text))) return 0;
	}
	return 1;
}

uint32_t writeUtf8(uint8_t* to, const uint8_t* from)
{
	uint8_t* start = to;
	while (*from != 0) {
		if (isPair(from)) {
			uint32_t high = ((from[1] & 0x0F) << 6) | (from[2] & 0x3F);
			uint32_t low = ((from[4] & 0x0F) << 6) | (from[5] & 0x3F);
			uint32_t character = 0x10000 + (high << 10) + low;
			*to++ = 0xF0 | (character >> 18);
			*to++ = 0x80 | ((character >> 12) & 0x3F);
			*to++ = 0x80 | ((character >> 6) & 0x3F);
			*to++ = 0x80 | (character & 0x3F);
			from += 6;
		} else if (isZero(from)) {
			*to++ = 0;
			from += 2;
		} else {
			*to++ = *from++;
		}
	}
	return to - start;
}

static uint8_t* writeUnit(uint8_t* to, uint32_t unit)
{
	*to++ = 0xE0 | (unit >> 12);
	*to++ = 0x80 | ((unit >> 6) & 0x3F);
	*to++ = 0x80 | (unit & 0x3F);
	return to;
}

void writeCesu8(uint8_t* to, const uint8_t* from, uint32_t length)
{
	const uint8_t* end = from + length;
	while (from < end) {
		uint8_t byte = *from++;
		if (byte == 0) {
			*to++ = 0xC0;
			*to++ = 0x80;
		} else if (byte >= 0xF0 && end - from >= 3) {
			uint32_t character = ((byte & 0x07) << 18) | ((from[0] & 0x3F) << 12)
				| ((from[1] & 0x3F) << 6) | (from[2] & 0x3F);
			from += 3;
			to = writeUnit(to, 0xD800 + ((character - 0x10000) >> 10));
			to = writeUnit(to, 0xDC00 + (character & 0x3FF));
		} else {
			*to++ = byte;
		}
	}
	*to = 0;
}
