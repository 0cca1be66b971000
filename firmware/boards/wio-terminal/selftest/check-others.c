/** What can only be told: why the chip has started, and the buttons. */
#include <string.h>

#include "selftest.h"
#include "wio-terminal.h"

void checkReset(Result* result)
{
	/* By RCAUSE's bits: power, brown-outs, flash, button, watchdog, program, backup. */
	static const char CODES[] = "PCSNBWRK";
	uint8_t flags = firstReset();
	char code = 'X';
	for (int bit = 7; bit >= 0; bit--) {
		if (flags & 1u << bit) code = CODES[bit];
	}
	bool isBrownOut = code == 'C' || code == 'S';
	conclude(result, !isBrownOut && code != 'N', code, "%s", resetCauseOf(flags));
}

static int countOf(uint32_t bits)
{
	int count = 0;
	for (; bits != 0; bits >>= 1) count += bits & 1;
	return count;
}

void checkButtons(Result* result)
{
	char names[48] = "";
	uint32_t pressed = pressedButtons();
	for (int button = 0; button < BUTTONS; button++) {
		if (!(pressed >> button & 1)) continue;
		strcat(names, " ");
		strcat(names, BUTTON_NAMES[button]);
	}
	conclude(result, true, '0' + countOf(pressed), "pressed so far:%s", pressed == 0 ? " none" : names);
}
