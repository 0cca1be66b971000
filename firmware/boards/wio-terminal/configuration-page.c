#include "configuration-page.h"

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

const char* readPage(const uint8_t* page, HalBytes* text)
{
	static const uint8_t ERASED[] = { 0xFF, 0xFF, 0xFF, 0xFF };
	if (memcmp(page, ERASED, sizeof ERASED) == 0) return "there is no configuration: pack one into the image";
	if (memcmp(page, "NLPG", 4) != 0) return "the configuration is damaged: its mark is wrong";
	if ((page[4] | page[5] << 8) != PAGE_VERSION) return "the configuration is of another version: pack it again";
	if (page[6] != 0 || page[7] != 0) return "the configuration is damaged: its head is wrong";
	uint32_t length = wordAt(page + 8);
	if (length == 0 || length > PAGE_SIZE - PAGE_HEADER) return "the configuration is damaged: its length is wrong";
	if (crc32(page + PAGE_HEADER, length) != wordAt(page + 12))
		return "the configuration is damaged: its checksum is wrong";
	*text = (HalBytes){ page + PAGE_HEADER, length };
	return 0;
}
