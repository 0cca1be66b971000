/** Button A, whose contacts bounce for some milliseconds when it is pressed and when it is let go. */
#include "wio-terminal.h"

/** Milliseconds for which it must be in another place to count. */
enum { STEADY = 30 };

static volatile bool isPressWaiting;

void watchButton(void)
{
	static bool isDown;
	static uint8_t other;
	other = isButtonDown() == isDown ? 0 : other + 1;
	if (other < STEADY) return;
	other = 0;
	isDown = !isDown;
	if (isDown) isPressWaiting = true;
}

bool wasPressed(void)
{
	return isPressWaiting;
}

void endPress(void)
{
	isPressWaiting = false;
}
