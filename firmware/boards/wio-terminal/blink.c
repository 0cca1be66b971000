/**
 * What the status LED (PA15, blue) shows: flashes of 150 ms, 250 ms apart, then a pause.
 *
 *     on without a pause   starting
 *     1 flash each 4 s     online
 *     2 flashes            there is no configuration, or none that this firmware reads
 *     3 flashes            the radio does not answer, or has firmware that is too old
 *     4 flashes            no Wi-Fi network
 *     5 flashes            no broker
 *     flicker              the program has failed, and starts again soon
 */
#include "wio-terminal.h"

enum { FLASH = 150, APART = 400, PAUSE = 1200 };

/** Milliseconds: from flash to flash, of a flash, and of the whole. */
typedef struct {
	uint16_t apart, flash, flashes, period;
} Code;

#define FLASHES(count) { APART, FLASH, count, (count) * APART + PAUSE }

static const Code CODES[] = {
	[STATE_BOOTING] = { 1, 1, 1, 1 },
	[STATE_NO_CONFIGURATION] = FLASHES(2),
	[STATE_NO_RADIO] = FLASHES(3),
	[STATE_NO_WIFI] = FLASHES(4),
	[STATE_NO_BROKER] = FLASHES(5),
	[STATE_ONLINE] = { APART, FLASH, 1, 4000 },
	[STATE_FAILED] = { 100, 50, 1, 100 },
};

static volatile BoardState state;
static uint32_t phase;
static bool isLit;

void showState(BoardState wanted)
{
	if (wanted == state) return;
	state = wanted;
	phase = 0;
}

void blink(void)
{
	const Code* code = &CODES[state];
	if (++phase >= code->period) phase = 0;
	bool on = phase / code->apart < code->flashes && phase % code->apart < code->flash;
	if (on == isLit) return;
	isLit = on;
	lightStatus(on);
}
