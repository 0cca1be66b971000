#include "line.h"

#include <string.h>

/** For a quotation mark, the closing bracket and the escape of a character. */
enum { SPARE = 8 };

static void put(Line* line, const char* text)
{
	uint32_t length = strlen(text);
	if (line->length + length > sizeof line->text - SPARE) return;
	memcpy(line->text + line->length, text, length);
	line->length += length;
}

static void putCharacter(Line* line, char character)
{
	static const char DIGITS[] = "0123456789abcdef";
	uint8_t code = character;
	char escaped[] = { '\\', character, 0 };
	char control[] = { '\\', 'u', '0', '0', DIGITS[code >> 4], DIGITS[code & 15], 0 };
	char plain[] = { character, 0 };
	if (character == '"' || character == '\\') put(line, escaped);
	else put(line, code < ' ' ? control : plain);
}

static void putName(Line* line, const char* name)
{
	put(line, ",\"");
	put(line, name);
	put(line, "\":");
}

void beginLine(Line* line, const char* state)
{
	line->length = 0;
	put(line, "{\"event\":\"board\"");
	addText(line, "state", state);
}

void addText(Line* line, const char* name, const char* text)
{
	putName(line, name);
	put(line, "\"");
	while (*text != 0) putCharacter(line, *text++);
	memcpy(line->text + line->length++, "\"", 1);
}

void addNumber(Line* line, const char* name, uint32_t number)
{
	char digits[11];
	char* first = digits + sizeof digits - 1;
	*first = 0;
	do {
		*--first = '0' + number % 10;
		number /= 10;
	} while (number > 0);
	putName(line, name);
	put(line, first);
}

HalBytes endLine(Line* line)
{
	memcpy(line->text + line->length++, "}", 1);
	return (HalBytes){ line->text, line->length };
}
