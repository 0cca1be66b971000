#include <stdarg.h>
#include <stdio.h>

#include "selftest.h"

void conclude(Result* result, bool isGood, char code, const char* format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(result->text, sizeof result->text, format, arguments);
	va_end(arguments);
	result->isGood = isGood;
	result->code = code;
}
