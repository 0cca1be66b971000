/** Only there while the heap image is built: what a function's bytecode refers to. */
#include "code-ids.h"

/** Bytes that may fill up a chunk. */
enum { MOST_FILLING = sizeof(size_t) - 1 };

static bool isIn(int code, int first, int last)
{
	return first <= code && code <= last;
}

/** Whether an instruction has a distance: to where it may go, or to what is behind a function's bytecode. */
static bool isBranch(int code)
{
	return isIn(code, XS_CODE_BRANCH_1, XS_CODE_BRANCH_STATUS_4) || isIn(code, XS_CODE_CATCH_1, XS_CODE_CATCH_4) ||
		isIn(code, XS_CODE_CODE_1, XS_CODE_CODE_ARCHIVE_4);
}

static int32_t distance(const txByte* code, int size)
{
	int16_t two;
	int32_t four;
	switch (size) {
	case 2:
		return (int8_t)code[1];
	case 3:
		memcpy(&two, code + 1, sizeof two);
		return two;
	default:
		memcpy(&four, code + 1, sizeof four);
		return four;
	}
}

/** Bytes of an instruction, with the text or number in it. */
static txSize sizeOf(const txByte* code)
{
	uint16_t two;
	uint32_t four;
	switch (gxCodeSizes[(uint8_t)*code]) {
	case 0:
		return 1 + sizeof(txID);
	case -1:
		return 2 + (uint8_t)code[1];
	case -2:
		memcpy(&two, code + 1, sizeof two);
		return 3 + two;
	case -4:
		memcpy(&four, code + 1, sizeof four);
		return 5 + four;
	default:
		return gxCodeSizes[(uint8_t)*code];
	}
}

static void takeId(txByte* code, TakeId take, void* context)
{
	txID id;
	memcpy(&id, code + 1, sizeof id);
	id = take(context, id);
	memcpy(code + 1, &id, sizeof id);
}

bool takeCodeIds(txByte* code, txSize size, TakeId take, void* context)
{
	txByte* end = code + size;
	/* The furthest that a distance leads: an end up to it is not the last one. */
	txByte* furthest = code;
	while (code < end) {
		int kind = (uint8_t)*code;
		txByte* next = code + sizeOf(code);
		if (gxCodeSizes[kind] == 0) takeId(code, take, context);
		if (isBranch(kind) && next + distance(code, next - code) > furthest)
			furthest = next + distance(code, next - code);
		if (isIn(kind, XS_CODE_CODE_1, XS_CODE_CODE_4)) *code += XS_CODE_CODE_ARCHIVE_1 - XS_CODE_CODE_1;
		code = next;
		bool isLast = isIn(kind, XS_CODE_END, XS_CODE_END_DERIVED) && code > furthest;
		if (isLast && end - code <= MOST_FILLING) {
			memset(code, 0, end - code);
			return true;
		}
	}
	return false;
}
