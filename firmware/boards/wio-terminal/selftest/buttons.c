/** The three buttons on top and the five of the switch in front: low while they are pressed. */
#include "selftest.h"
#include "wio-terminal.h"

const char* const BUTTON_NAMES[BUTTONS] = { "A", "B", "C", "up", "down", "left", "right", "press" };

static const struct {
	uint8_t port, bit;
} PLACES[BUTTONS] = {
	{ PORT_C, 26 }, { PORT_C, 27 }, { PORT_C, 28 },
	{ PORT_D, 20 }, { PORT_D, 8 }, { PORT_D, 12 }, { PORT_D, 9 }, { PORT_D, 10 },
};

/** Looks in a row, one each millisecond, that a button must be pressed for. */
enum { STEADY = 20 };

static volatile uint32_t pressed;
static uint8_t looks[BUTTONS];
static bool isStarted;

void startButtons(void)
{
	for (int button = 0; button < BUTTONS; button++) makeInput(PLACES[button].port, PLACES[button].bit);
	isStarted = true;
}

uint32_t heldButtons(void)
{
	uint32_t held = 0;
	for (int button = 0; button < BUTTONS; button++) {
		if (!readPin(PLACES[button].port, PLACES[button].bit)) held |= 1u << button;
	}
	return held;
}

void watchButton(void)
{
	if (!isStarted) return;
	uint32_t held = heldButtons();
	for (int button = 0; button < BUTTONS; button++) {
		looks[button] = held >> button & 1 ? looks[button] + 1 : 0;
		if (looks[button] < STEADY) continue;
		looks[button] = STEADY;
		pressed |= 1u << button;
	}
}

uint32_t pressedButtons(void)
{
	return pressed;
}
