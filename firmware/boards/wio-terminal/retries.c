/** A program that fails again and again starts more and more seldom. */
#include "wio-terminal.h"

enum { SHORTEST = 1000, LONGEST = 60000, DOUBLINGS = 6 };

/** Tells it from what RAM holds at power-on. */
#define IS_KEPT 0x46414C54u

/** How often it has failed since it was online; kept over resets. */
static struct {
	uint32_t mark, failures;
} kept __attribute__((section(".kept")));

void forgetFailures(void)
{
	kept.mark = IS_KEPT;
	kept.failures = 0;
}

uint32_t nextRetry(void)
{
	if (kept.mark != IS_KEPT) forgetFailures();
	uint32_t delay = SHORTEST << (kept.failures < DOUBLINGS ? kept.failures : DOUBLINGS);
	kept.failures++;
	return delay < LONGEST ? delay : LONGEST;
}
