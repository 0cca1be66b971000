/** What a run keeps over a reset, so that a check in which the program hangs or fails is left out of the next one. */
#include <string.h>

#include "board.h"
#include "selftest.h"
#include "wio-terminal.h"

/** Tells it from what RAM holds at power-on. */
#define IS_KEPT 0x53544B50u

enum { NO_CHECK = 0xFF, REASON_SIZE = 60 };

static struct {
	uint32_t mark;
	/** The checks that are left out, by bits. */
	uint32_t hung;
	/** RCAUSE at the first start. */
	uint8_t cause;
	/** The check that is being made. */
	uint8_t check;
	/** The program itself has ended the run. */
	uint8_t hasFailed;
	char reason[REASON_SIZE];
} kept __attribute__((section(".kept")));

void beginRun(void)
{
	bool isOwn = kept.mark == IS_KEPT && (wasWatchdog() || kept.hasFailed == 1);
	if (!isOwn) {
		memset(&kept, 0, sizeof kept);
		kept.mark = IS_KEPT;
		kept.cause = resetFlags();
	} else {
		if (kept.check < CHECKS) kept.hung |= 1u << kept.check;
		if (kept.hasFailed != 1) strcpy(kept.reason, "it hung for 16 s");
		kept.reason[REASON_SIZE - 1] = 0;
	}
	kept.hasFailed = 0;
	kept.check = NO_CHECK;
}

bool beginCheck(Check check)
{
	if (kept.hung & 1u << check) return false;
	kept.check = check;
	__asm volatile("dsb" ::: "memory");
	return true;
}

void endCheck(void)
{
	kept.check = NO_CHECK;
}

uint8_t firstReset(void)
{
	return kept.cause;
}

const char* lastFailure(void)
{
	return kept.reason;
}

/** What drivers and exceptions end the program with. */
void fail(const char* reason)
{
	strncpy(kept.reason, reason, REASON_SIZE - 1);
	kept.hasFailed = 1;
	restart();
}
