#include "line.h"

#include <stdbool.h>
#include <string.h>

/** For a quotation mark and the closing bracket. */
enum { SPARE = 2 };

/** Whether there was room. */
static bool put(Line* line, const char* text)
{
	uint32_t length = strlen(text);
	if (line->length + length > sizeof line->text - SPARE) return false;
	memcpy(line->text + line->length, text, length);
	line->length += length;
	return true;
}

static void close(Line* line, char character)
{
	line->text[line->length++] = character;
}

static bool putCharacter(Line* line, char character)
{
	static const char DIGITS[] = "0123456789abcdef";
	uint8_t code = character;
	char escaped[] = { '\\', character, 0 };
	char control[] = { '\\', 'u', '0', '0', DIGITS[code >> 4], DIGITS[code & 15], 0 };
	char plain[] = { character, 0 };
	if (character == '"' || character == '\\') return put(line, escaped);
	return put(line, code < ' ' ? control : plain);
}

static bool putName(Line* line, const char* name, const char* behind)
{
	return put(line, ",\"") && put(line, name) && put(line, "\":") && put(line, behind);
}

void beginLine(Line* line, const char* state)
{
	line->length = 0;
	put(line, "{\"event\":\"board\"");
	addText(line, "state", state);
}

void addText(Line* line, const char* name, const char* text)
{
	uint32_t before = line->length;
	if (!putName(line, name, "\"")) {
		line->length = before;
		return;
	}
	while (*text != 0 && putCharacter(line, *text)) text++;
	close(line, '"');
}

void addNumber(Line* line, const char* name, uint32_t number)
{
	char digits[11];
	char* first = digits + sizeof digits - 1;
	uint32_t before = line->length;
	*first = 0;
	do {
		*--first = '0' + number % 10;
		number /= 10;
	} while (number > 0);
	if (!putName(line, name, first)) line->length = before;
}

HalBytes endLine(Line* line)
{
	close(line, '}');
	return (HalBytes){ line->text, line->length };
}
