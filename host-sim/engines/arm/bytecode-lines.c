/** Which line of a module its bytecode is of, as the engine's own compiler knows it while it makes the code. */
#include "bytecode-lines.h"

/* The compiler makes an instruction as a chunk of its own, in the order of the code, and asks for room on the stack
   before each node of the syntax tree: both are wrapped (`--wrap`), so that each chunk knows its node's line. */

/** How an instruction begins (`mxByteCodePart` in xsCode.c). */
typedef struct Instruction {
	struct Instruction* next;
	txInteger id;
	txInteger stackLevel;
} Instruction;

/** Before each chunk, as long as its alignment. */
typedef struct Mark {
	/** The one that was made after it. */
	struct Mark* next;
	txInteger line;
	txInteger reserved;
} Mark;

static int isNoting;
static txInteger currentLine;
static Mark *first, *last;

void beginLines(void)
{
	isNoting = 1;
	first = last = NULL;
}

void endLines(void)
{
	isNoting = 0;
}

void* __real_fxNewParserChunkClear(txParser* parser, txSize size);
void* __wrap_fxNewParserChunkClear(txParser* parser, txSize size)
{
	Mark* mark = __real_fxNewParserChunkClear(parser, sizeof(Mark) + size);
	if (!isNoting) return mark + 1;
	mark->next = NULL;
	mark->line = currentLine;
	if (first == NULL) first = mark;
	else last->next = mark;
	last = mark;
	return mark + 1;
}

void __real_fxCheckParserStack(txParser* parser, txInteger line);
void __wrap_fxCheckParserStack(txParser* parser, txInteger line)
{
	if (line > 0) currentLine = line;
	__real_fxCheckParserStack(parser, line);
}

/** The size of an instruction with what belongs to it, such as a text's bytes. */
static uint32_t sizeOf(const txU1* code)
{
	int size = gxCodeSizes[*code];
	switch (size) {
	case 0:
		return 1 + sizeof(txID);
	case -1:
		return 2 + code[1];
	case -2:
		return 3 + (code[1] | code[2] << 8);
	case -4:
		return 5 + (code[1] | code[2] << 8 | code[3] << 16 | (uint32_t)code[4] << 24);
	default:
		return size;
	}
}

/** The bytes of a function that an instruction makes of what follows it; 0 for other instructions. */
static uint32_t functionSize(const txU1* code)
{
	switch (*code) {
	case XS_CODE_CODE_1:
		return code[1];
	case XS_CODE_CODE_2:
		return code[1] | code[2] << 8;
	case XS_CODE_CODE_4:
		return code[1] | code[2] << 8 | code[3] << 16 | (uint32_t)code[4] << 24;
	default:
		return 0;
	}
}

/** Whether the code is that of instructions, from its beginning to its end. */
static int isCodeOf(const txScript* script, const Instruction* instruction)
{
	const txU1* code = (const txU1*)script->codeBuffer;
	uint32_t offset = 0;
	for (; instruction != NULL; instruction = instruction->next) {
		/* Where others jump to. */
		if (instruction->id == XS_NO_CODE) continue;
		if (offset >= script->codeSize || code[offset] != (txU1)instruction->id) return 0;
		offset += sizeOf(code + offset);
	}
	return offset == script->codeSize;
}

int writeLines(FILE* output, const txScript* script)
{
	/* Some chunks are none, or are made before their turn. */
	const Mark* mark = first;
	while (mark != NULL && !isCodeOf(script, (const Instruction*)(mark + 1))) mark = mark->next;
	if (mark == NULL) return 0;
	const txU1* code = (const txU1*)script->codeBuffer;
	uint32_t offset = 0;
	txInteger line = 0;
	for (const Instruction* instruction = (const Instruction*)(mark + 1); instruction != NULL;
		instruction = instruction->next) {
		if (instruction->id == XS_NO_CODE) continue;
		mark = (const Mark*)instruction - 1;
		if (line != mark->line) fprintf(output, "line %u %d\n", offset, line = mark->line);
		uint32_t size = functionSize(code + offset);
		offset += sizeOf(code + offset);
		if (size > 0) fprintf(output, "function %u %u\n", offset, size);
	}
	return 1;
}
