/**
 * Each line of the input is `code CHARACTERS GOOD` (a digit each: 1 is good), `version HEX` or `from VERSION`; the output has
 * the code and the first failure, the version that is found, and whether it is at least 2.1.2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "selftest/selftest.h"

static void tellCode(const char* characters, const char* good)
{
	static Result results[CHECKS];
	char code[CODE_SIZE];
	for (int check = 0; check < CHECKS; check++) {
		results[check].code = characters[check];
		results[check].isGood = good[check] == '1';
	}
	writeCode(code, results);
	printf("%s %d\n", code, firstFailure(results));
}

static void tellVersion(const char* hex)
{
	uint32_t length = strlen(hex) / 2;
	/* On the heap, where a look beyond the end is told. */
	uint8_t* bytes = malloc(length);
	char version[16];
	for (uint32_t index = 0; index < length; index++) {
		unsigned byte = 0;
		sscanf(hex + 2 * index, "%2x", &byte);
		bytes[index] = byte;
	}
	printf("%s\n", findVersion(bytes, length, version) ? version : "-");
	free(bytes);
}

int main(void)
{
	static char input[4096];
	while (fgets(input, sizeof input, stdin) != 0) {
		input[strcspn(input, "\n")] = 0;
		const char* what = strtok(input, " ");
		const char* first = strtok(0, " ");
		const char* second = strtok(0, " ");
		if (strcmp(what, "code") == 0) tellCode(first, second);
		else if (strcmp(what, "version") == 0) tellVersion(first == 0 ? "" : first);
		else printf("%s\n", isVersionFrom(first == 0 ? "" : first, 2, 1, 2) ? "enough" : "too old");
	}
	return 0;
}
