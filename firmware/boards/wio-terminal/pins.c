/** Pins (datasheet: PORT). What hangs on which is the board's circuit diagram. */
#include "registers.h"
#include "wio-terminal.h"

#define PORT_GROUP(port) (0x41008000 + 0x80 * (port))
#define PORT_DIRCLR(port) REGISTER32(PORT_GROUP(port) + 0x04)
#define PORT_DIRSET(port) REGISTER32(PORT_GROUP(port) + 0x08)
#define PORT_OUT(port) REGISTER32(PORT_GROUP(port) + 0x10)
#define PORT_OUTCLR(port) REGISTER32(PORT_GROUP(port) + 0x14)
#define PORT_OUTSET(port) REGISTER32(PORT_GROUP(port) + 0x18)
#define PORT_IN(port) REGISTER32(PORT_GROUP(port) + 0x20)
#define PORT_PMUX(port, bit) REGISTER8(PORT_GROUP(port) + 0x30 + (bit) / 2)
#define PORT_PINCFG(port, bit) REGISTER8(PORT_GROUP(port) + 0x40 + (bit))
enum { PMUXEN = 1 << 0, INEN = 1 << 1, PULLEN = 1 << 2 };

typedef struct {
	uint8_t port, bit;
} Place;

/** The LED on the board (PA15). */
static const Place STATUS = { PORT_A, 15 };

/** The left one of the three buttons on the upper edge; it connects the pin to ground. */
static const Place BUTTON_A = { PORT_C, 26 };

/** What the firmware switches: D0 of the right Grove socket, and the radio's CHIP_PU. */
static const struct {
	uint16_t number;
	Place place;
} OUTPUTS[] = {
	{ PIN_LED, { PORT_B, 8 } },
	{ PIN_RADIO_ENABLE, { PORT_A, 18 } },
};

/** Power of the sockets, as Seeed's Arduino core sets it: 5 V and 3.3 V out, and USB does not power others. */
static const struct {
	Place place;
	uint8_t level;
} POWER[] = {
	{ { PORT_C, 14 }, 1 },
	{ { PORT_C, 15 }, 0 },
	{ { PORT_A, 27 }, 0 },
};

static void set(Place place, int level)
{
	if (level) PORT_OUTSET(place.port) = 1u << place.bit;
	else PORT_OUTCLR(place.port) = 1u << place.bit;
}

static void makeOutput(Place place, int level)
{
	set(place, level);
	PORT_DIRSET(place.port) = 1u << place.bit;
}

void startPins(void)
{
	for (unsigned index = 0; index < sizeof POWER / sizeof POWER[0]; index++) {
		makeOutput(POWER[index].place, POWER[index].level);
	}
	for (unsigned index = 0; index < sizeof OUTPUTS / sizeof OUTPUTS[0]; index++) makeOutput(OUTPUTS[index].place, 0);
	makeOutput(STATUS, 0);
	/* An input is pulled the way that OUT says. */
	set(BUTTON_A, 1);
	PORT_PINCFG(BUTTON_A.port, BUTTON_A.bit) = INEN | PULLEN;
}

bool writePin(uint16_t pin, int level)
{
	for (unsigned index = 0; index < sizeof OUTPUTS / sizeof OUTPUTS[0]; index++) {
		if (OUTPUTS[index].number != pin) continue;
		set(OUTPUTS[index].place, level);
		return true;
	}
	return false;
}

void connectPin(int port, int bit, int function)
{
	uint8_t others = PORT_PMUX(port, bit) & (bit % 2 == 0 ? 0xF0 : 0x0F);
	PORT_PMUX(port, bit) = others | (bit % 2 == 0 ? function : function << 4);
	PORT_PINCFG(port, bit) = PMUXEN;
}

bool isLedOn(void)
{
	return PORT_OUT(OUTPUTS[0].place.port) >> OUTPUTS[0].place.bit & 1;
}

bool isButtonDown(void)
{
	return !(PORT_IN(BUTTON_A.port) >> BUTTON_A.bit & 1);
}

void setPin(int port, int bit, int level)
{
	makeOutput((Place){ port, bit }, level);
}

void makeInput(int port, int bit)
{
	PORT_DIRCLR(port) = 1u << bit;
	/* With a resistor to where OUT is. */
	PORT_OUTSET(port) = 1u << bit;
	PORT_PINCFG(port, bit) = INEN | PULLEN;
}

void makeReadable(int port, int bit)
{
	PORT_PINCFG(port, bit) = INEN;
}

bool readPin(int port, int bit)
{
	return PORT_IN(port) >> bit & 1;
}

void lightStatus(bool on)
{
	set(STATUS, on);
}
