/**
 * ILI9341 (its datasheet: 8.2 commands, 15.4 reset timing) on a 4-wire serial line. Power, gamma and frame rate are left as
 * they are after a reset.
 */
#include "panel.h"

#include "spi.h"
#include "wio-terminal.h"

enum { CS = 21 /* PB */, DC = 6, RST = 7, BACKLIGHT = 5 /* PC */ };

enum { SLPOUT = 0x11, DISPON = 0x29, CASET = 0x2A, PASET = 0x2B, RAMWR = 0x2C, MADCTL = 0x36, COLMOD = 0x3A };
/** MADCTL: the lower left of the glass comes first (MY, MX), by rows of 320 (MV); blue is the first colour of a dot (BGR). */
enum { MY = 0x80, MX = 0x40, MV = 0x20, BGR = 0x08 };
/** COLMOD: both interfaces have 16 bits a dot. */
enum { DOTS_OF_16_BITS = 0x55 };

/** Milliseconds, one more than wanted, as the first one may have begun before. */
enum { RESET_PULSE = 2, AFTER_RESET = 121, AFTER_SLPOUT = 6, UNTIL_AWAKE = 121 };

static enum { IN_RESET, WAKES, TAKES_SETTINGS, TAKES_DOTS, IS_LIT } state;
/** When it came to be in that state. */
static uint32_t since;

static void command(uint8_t code)
{
	setPin(PORT_C, DC, 0);
	setPin(PORT_B, CS, 0);
	sendSpi(code);
	/* DC belongs to the last bit of a byte. */
	finishSpi();
	setPin(PORT_C, DC, 1);
}

static void commandWith(uint8_t code, const uint8_t* data, int length)
{
	command(code);
	for (int index = 0; index < length; index++) sendSpi(data[index]);
	finishSpi();
	setPin(PORT_B, CS, 1);
}

static void enter(int next)
{
	state = next;
	since = milliseconds();
}

void startPanel(void)
{
	setPin(PORT_C, BACKLIGHT, 0);
	setPin(PORT_B, CS, 1);
	setPin(PORT_C, DC, 1);
	setPin(PORT_C, RST, 0);
	startSpi();
	enter(IN_RESET);
}

static bool hasPassed(uint32_t delay)
{
	return milliseconds() - since >= delay;
}

bool advancePanel(void)
{
	static const uint8_t ORDER[] = { MY | MX | MV | BGR };
	static const uint8_t FORMAT[] = { DOTS_OF_16_BITS };
	if (state == IN_RESET && hasPassed(RESET_PULSE)) {
		setPin(PORT_C, RST, 1);
		enter(WAKES);
	} else if (state == WAKES && hasPassed(AFTER_RESET)) {
		commandWith(SLPOUT, 0, 0);
		enter(TAKES_SETTINGS);
	} else if (state == TAKES_SETTINGS && hasPassed(AFTER_SLPOUT)) {
		commandWith(MADCTL, ORDER, sizeof ORDER);
		commandWith(COLMOD, FORMAT, sizeof FORMAT);
		enter(TAKES_DOTS);
	}
	return state >= TAKES_DOTS;
}

static void setRange(uint8_t code, uint16_t first, uint16_t count)
{
	uint16_t last = first + count - 1;
	const uint8_t range[] = { first >> 8, first, last >> 8, last };
	commandWith(code, range, sizeof range);
}

void beginDots(uint16_t x, uint16_t y, uint16_t width, uint16_t height)
{
	setRange(CASET, x, width);
	setRange(PASET, y, height);
	command(RAMWR);
}

void sendDot(uint16_t colour)
{
	sendSpi(colour >> 8);
	sendSpi(colour);
}

void endDots(void)
{
	finishSpi();
	setPin(PORT_B, CS, 1);
}

void lightPanel(void)
{
	if (state != TAKES_DOTS || !hasPassed(UNTIL_AWAKE)) return;
	commandWith(DISPON, 0, 0);
	setPin(PORT_C, BACKLIGHT, 1);
	enter(IS_LIT);
}
