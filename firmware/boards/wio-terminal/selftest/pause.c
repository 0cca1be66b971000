/** Waits that end even on a chip that counts no time. */
#include "selftest.h"
#include "wio-terminal.h"

/** A look takes 20 cycles at least, so that a millisecond has fewer than 6,000 at 120 MHz. */
enum { LOOKS = 18000 };

bool isOver(uint32_t begun, uint32_t duration, uint32_t* looks)
{
	feedWatchdog();
	return milliseconds() - begun >= duration || ++*looks > duration * LOOKS;
}

void pauseFor(uint32_t duration)
{
	uint32_t begun = milliseconds();
	uint32_t looks = 0;
	while (!isOver(begun, duration, &looks)) {}
}
