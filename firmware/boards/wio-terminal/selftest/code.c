/** The code that a person passes on, and which check the LED names. */
#include <string.h>

#include "selftest.h"

/** 31 characters, a prime number, without those that look like others: I, L, O, Q, U. */
static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPRSTVWXYZ";
enum { SYMBOLS = sizeof ALPHABET - 1 };

/** The first character of a group of four gets a dash before it. */
enum { GROUP = 4 };
_Static_assert(CODE_CHARACTERS == 3 * GROUP, "the code is three groups");

static unsigned valueOf(char character)
{
	const char* place = strchr(ALPHABET, character);
	return place == 0 ? 0 : place - ALPHABET;
}

/** The sum of the values, each times its place from 1: another character, and two that have changed places, show. */
static char checksumOf(const Result results[CHECKS])
{
	unsigned sum = 0;
	for (int check = 0; check < CHECKS; check++) sum += valueOf(results[check].code) * (check + 1);
	return ALPHABET[sum % SYMBOLS];
}

void writeCode(char code[CODE_SIZE], const Result results[CHECKS])
{
	char* at = code;
	memcpy(at, "WT1", 3);
	at += 3;
	for (int place = 0; place < CODE_CHARACTERS; place++) {
		if (place % GROUP == 0) *at++ = '-';
		*at++ = place < CHECKS ? results[place].code : checksumOf(results);
	}
	*at = 0;
}

int firstFailure(const Result results[CHECKS])
{
	for (int check = 0; check < CHECKS; check++) {
		if (!results[check].isGood && results[check].code != CODE_SKIPPED) return check + 1;
	}
	return 0;
}
