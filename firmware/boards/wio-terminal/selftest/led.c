/** The status LED (PA15): on while checks are made, then flashes that name the first one that failed. */
#include "selftest.h"
#include "wio-terminal.h"

/** Milliseconds: of a flash, from one to the next, after the last one; of the one that says that all is good. */
enum { FLASH = 150, APART = 400, PAUSE = 1500, LONG_FLASH = 1000 };

static volatile enum { BUSY, RELEASED, NUMBER } mode;
static volatile int shown;
static uint32_t phase;

void showBusy(void)
{
	mode = BUSY;
}

void releaseLed(void)
{
	mode = RELEASED;
}

void showNumber(int number)
{
	shown = number;
	phase = 0;
	mode = NUMBER;
}

static bool isLit(void)
{
	if (mode == BUSY) return true;
	if (shown == 0) return phase < LONG_FLASH;
	return phase / APART < (uint32_t)shown && phase % APART < FLASH;
}

void blink(void)
{
	if (mode == RELEASED) return;
	lightStatus(isLit());
	uint32_t period = (shown == 0 ? LONG_FLASH : shown * APART) + PAUSE;
	if (++phase >= period) phase = 0;
}
