#include "failure.h"

#include <stdint.h>
#include <string.h>

#include "board.h"
#include "heap-image.h"
#include "semihosting.h"

/** Tells a reason from what RAM holds at power-on. */
#define IS_KEPT 0x4B455054u

static struct {
	uint32_t mark;
	char reason[FAILURE_SIZE];
} kept __attribute__((section(".kept")));

void fail(const char* reason)
{
	if (isPreloading()) {
		writeConsole(reason);
		writeConsole("\n");
		endSimulation(1);
	}
	strncpy(kept.reason, reason, FAILURE_SIZE - 1);
	kept.reason[FAILURE_SIZE - 1] = 0;
	kept.mark = IS_KEPT;
	restart();
}

const char* takeFailure(void)
{
	if (kept.mark != IS_KEPT) return "";
	kept.mark = 0;
	return kept.reason;
}
