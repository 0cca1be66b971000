/** Both LEDs in turn, for whoever looks; and whether their pins have the levels that they are given. */
#include "selftest.h"
#include "wio-terminal.h"

enum { TURNS = 3, LIT = 200 };

static const struct {
	uint8_t port, bit;
} STATUS = { PORT_A, 15 }, LED = { PORT_B, 8 };

static void setStatus(bool on)
{
	lightStatus(on);
}

static void setLed(bool on)
{
	writePin(PIN_LED, on);
}

/** Whether a pin is high while it is lit, and low before and after. */
static bool flash(void (*set)(bool on), int port, int bit)
{
	bool isLow = !readPin(port, bit);
	set(true);
	pauseFor(LIT);
	bool isHigh = readPin(port, bit);
	set(false);
	pauseFor(LIT / 4);
	return isLow && isHigh && !readPin(port, bit);
}

void checkLeds(Result* result)
{
	bool isStatusGood = true, isLedGood = true;
	releaseLed();
	lightStatus(false);
	makeReadable(STATUS.port, STATUS.bit);
	makeReadable(LED.port, LED.bit);
	pauseFor(LIT);
	for (int turn = 0; turn < TURNS; turn++) {
		isStatusGood &= flash(setStatus, STATUS.port, STATUS.bit);
		isLedGood &= flash(setLed, LED.port, LED.bit);
	}
	showBusy();
	char code = isStatusGood ? (isLedGood ? '1' : 'B') : (isLedGood ? 'A' : 'X');
	conclude(result, code == '1', code, "PA15 %s, PB08 (D0) %s", isStatusGood ? "follows" : "does not follow",
		isLedGood ? "follows" : "does not follow");
}
