/** As much of the radio's eRPC as it takes to ask for its version; the bytes are those of Seeed's own client and server. */
#include <string.h>

#include "selftest.h"

/** A frame: length and checksum of what follows; an invocation of method 1 of service 1, with number 1. */
const uint8_t VERSION_CALL[VERSION_CALL_SIZE] = {
	0x08, 0x00, 0x7D, 0xA6, 0x00, 0x01, 0x01, 0x01, 0x01, 0x00, 0x00, 0x00,
};

/** The reply to it begins with these; the version follows, as a length of four bytes and its characters. */
static const uint8_t REPLY[] = { 0x02, 0x01, 0x01, 0x01, 0x01, 0x00, 0x00, 0x00 };
enum { FRAME_HEAD = 4, TEXT = sizeof REPLY + 4, LONGEST = 15 };

static uint16_t number16(const uint8_t* bytes)
{
	return bytes[0] | bytes[1] << 8;
}

/** CRC-16 with the polynomial 0x1021, from 0xEF4A on, the highest bit first. */
static uint16_t crc16(const uint8_t* bytes, uint32_t length)
{
	uint16_t crc = 0xEF4A;
	for (uint32_t index = 0; index < length; index++) {
		crc ^= bytes[index] << 8;
		for (int bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
	}
	return crc;
}

static bool isText(const uint8_t* bytes, uint32_t length)
{
	for (uint32_t index = 0; index < length; index++) {
		if (bytes[index] <= ' ' || bytes[index] > '~') return false;
	}
	return true;
}

/** Whether the reply's frame is what the bytes begin with. */
static bool readReply(const uint8_t* bytes, uint32_t length, char version[16])
{
	if (length < FRAME_HEAD + TEXT) return false;
	uint32_t size = number16(bytes);
	const uint8_t* payload = bytes + FRAME_HEAD;
	if (size < TEXT || size > TEXT + LONGEST || size > length - FRAME_HEAD) return false;
	if (crc16(payload, size) != number16(bytes + 2) || memcmp(payload, REPLY, sizeof REPLY) != 0) return false;
	uint32_t characters = number16(payload + sizeof REPLY);
	if (number16(payload + sizeof REPLY + 2) != 0 || characters != size - TEXT) return false;
	if (!isText(payload + TEXT, characters)) return false;
	memcpy(version, payload + TEXT, characters);
	version[characters] = 0;
	return true;
}

bool findVersion(const uint8_t* bytes, uint32_t length, char version[16])
{
	/* The chip may have said something else before, when it was switched on. */
	for (uint32_t at = 0; at < length; at++) {
		if (readReply(bytes + at, length - at, version)) return true;
	}
	return false;
}

bool isVersionFrom(const char* version, int major, int minor, int patch)
{
	const int least[] = { major, minor, patch };
	for (int part = 0; part < 3; part++) {
		int number = 0;
		if (*version < '0' || *version > '9') return false;
		while (*version >= '0' && *version <= '9' && number < 10000) number = number * 10 + *version++ - '0';
		if (number != least[part]) return number > least[part];
		if (*version == '.') version++;
	}
	return true;
}
