/**
 * Compiles JavaScript modules to the engine's bytecode, on the machine that builds the image: a main
 * over the engine's own compiler. A result is a u32 with the size of the code, the code, the symbols. Beside it
 * RESULT.lines tells in lines of text which line of the module the code is of, and where functions are in it:
 *
 *     line OFFSET LINE
 *     function OFFSET SIZE
 *
 *     bytecode MODULE.js RESULT [MODULE.js RESULT ...]
 */
#include <stdio.h>

#include "bytecode-lines.h"

/* What the compiler wants of a machine. */
void fxAbort(void* console, int status)
{
	fprintf(stderr, "error: the compiler gave up (%d)\n", status);
	exit(1);
}
char* fxCStackLimit(void) { return NULL; }
txID fxGenerateProfileID(void* console) { return XS_NO_ID; }
/** Tags tell template literals apart, in one module. */
static int tagCount;
void fxGenerateTag(void* console, txString buffer, txInteger size, txString path)
{
	snprintf(buffer, size, "#%d", tagCount++);
}
void fxVReport(void* console, txString format, c_va_list arguments) { vfprintf(stderr, format, arguments); }
void fxVReportError(void* console, txString path, txInteger line, txString format, c_va_list arguments)
{
	fprintf(stderr, "error: line %d: ", line);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}
void fxVReportWarning(void* console, txString path, txInteger line, txString format, c_va_list arguments)
{
	fxVReportError(console, path, line, format, arguments);
}

static int compile(const char* source, const char* result)
{
	/* Volatile: the parser jumps back here when it gives up. */
	txScript* volatile script = NULL;
	txParser parser;
	txParserJump jump;
	txString name = NULL;
	fxInitializeParser(&parser, NULL, 1024 * 1024, 1993);
	parser.firstJump = &jump;
	FILE* input = fopen(source, "r");
	if (input == NULL) return 0;
	if (c_setjmp(jump.jmp_buf) == 0) {
		fxParserTree(&parser, input, (txGetter)fgetc, 0, &name);
		fxParserHoist(&parser);
		fxParserBind(&parser);
		beginLines();
		script = fxParserCode(&parser);
	}
	endLines();
	fclose(input);
	if (script == NULL || parser.errorCount > 0) return 0;
	FILE* output = fopen(result, "wb");
	if (output == NULL) return 0;
	uint32_t size = script->codeSize;
	fwrite(&size, sizeof size, 1, output);
	fwrite(script->codeBuffer, 1, script->codeSize, output);
	fwrite(script->symbolsBuffer, 1, script->symbolsSize, output);
	fclose(output);
	char lines[C_PATH_MAX];
	snprintf(lines, sizeof lines, "%s.lines", result);
	output = fopen(lines, "w");
	if (output == NULL) return 0;
	int isTold = writeLines(output, script);
	fclose(output);
	if (!isTold) return 0;
	fxTerminateParser(&parser);
	return 1;
}

int main(int count, char** words)
{
	for (int index = 1; index + 1 < count; index += 2) {
		tagCount = 0;
		if (!compile(words[index], words[index + 1])) {
			fprintf(stderr, "error: %s does not compile\n", words[index]);
			return 1;
		}
	}
	return 0;
}
