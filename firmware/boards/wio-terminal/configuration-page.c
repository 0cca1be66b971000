#include "configuration-page.h"

#include <stdbool.h>
#include <string.h>

static uint32_t wordAt(const uint8_t* bytes)
{
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint32_t crc32(const uint8_t* bytes, uint32_t length)
{
	uint32_t crc = 0xFFFFFFFF;
	for (uint32_t index = 0; index < length; index++) {
		crc ^= bytes[index];
		for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
	}
	return ~crc;
}

static bool isErased(const uint8_t* page)
{
	for (int index = 0; index < PAGE_HEADER; index++) {
		if (page[index] != 0xFF) return false;
	}
	return true;
}

/** Bytes that follow the first one of a character; -1 for what begins none. */
static int following(uint8_t first)
{
	if (first < 0x80) return 0;
	if (first >= 0xC2 && first < 0xE0) return 1;
	if (first >= 0xE0 && first < 0xF0) return 2;
	return first >= 0xF0 && first < 0xF5 ? 3 : -1;
}

/** The least and the largest second byte differ for some first bytes (Unicode, table 3-7). */
static bool isSecond(uint8_t first, uint8_t second)
{
	uint8_t least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
	uint8_t largest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
	return second >= least && second <= largest;
}

static bool isUtf8(const uint8_t* text, uint32_t length)
{
	for (uint32_t at = 0; at < length;) {
		uint8_t first = text[at];
		int more = following(first);
		if (more < 0 || at + more >= length) return false;
		if (more > 0 && !isSecond(first, text[at + 1])) return false;
		for (int index = 2; index <= more; index++) {
			if ((text[at + index] & 0xC0) != 0x80) return false;
		}
		at += 1 + more;
	}
	return true;
}

const char* readPage(const uint8_t* page, HalBytes* text)
{
	if (isErased(page)) return "there is no configuration: pack one into the image";
	if (memcmp(page, "NLPG", 4) != 0) return "the configuration is damaged: its mark is wrong";
	if ((page[4] | page[5] << 8) != PAGE_VERSION) return "the configuration is of another version: pack it again";
	if (page[6] != 0 || page[7] != 0) return "the configuration is damaged: its head is wrong";
	uint32_t length = wordAt(page + 8);
	if (length == 0 || length > PAGE_SIZE - PAGE_HEADER) return "the configuration is damaged: its length is wrong";
	if (crc32(page + PAGE_HEADER, length) != wordAt(page + 12))
		return "the configuration is damaged: its checksum is wrong";
	if (!isUtf8(page + PAGE_HEADER, length)) return "the configuration is damaged: it is not UTF-8";
	*text = (HalBytes){ page + PAGE_HEADER, length };
	return 0;
}
