/**
 * The first argument names a check, the others are what the board is like (`NAME=VALUE`); writes the result: its character,
 * whether it is good, its words. Time is virtual: it goes on when something looks at it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "selftest/selftest.h"
#include "wio-terminal.h"

static char** settings;

static const char* textOf(const char* name, const char* usual)
{
	size_t length = strlen(name);
	for (char** setting = settings; *setting != 0; setting++) {
		if (strncmp(*setting, name, length) == 0 && (*setting)[length] == '=') return *setting + length + 1;
	}
	return usual;
}

static long numberOf(const char* name, long usual)
{
	const char* text = textOf(name, 0);
	return text == 0 ? usual : strtol(text, 0, 0);
}

/* Time: of the processor, in nanoseconds, and of the slow clock. */

enum { LOOK = 10000 };
static uint64_t now;

uint32_t milliseconds(void)
{
	now += LOOK;
	return numberOf("systick", 1) ? now / 1000000 : 0;
}

uint32_t workTime(void)
{
	return numberOf("systick", 1) ? now * numberOf("megahertz", 120) / 1000 * 25 / 3072 : 0;
}

void feedWatchdog(void) {}

/* Registers: those of RTC, QSPI and cache. */

enum { LASTXFER = 1 << 24, INSTREND = 1 << 10, INSTREN = 1 << 4, DATAEN = 1 << 7 };
static uint32_t words[16];

static uint32_t* word(uint32_t address)
{
	static uint32_t known[16];
	for (int index = 0; index < 16; index++) {
		if (known[index] == 0) known[index] = address;
		if (known[index] == address) return &words[index];
	}
	abort();
}

void* registerAt(uint32_t address)
{
	uint32_t* place = word(address);
	uint32_t id = numberOf("id", 0xEF4016);
	bool isAsked = *word(0x42003434) == 0x9F && *word(0x42003438) == (INSTREN | DATAEN);
	now += LOOK;
	switch (address) {
	case 0x40002410: /* RTC SYNCBUSY */
		*place = 0;
		break;
	case 0x40002418: /* RTC COUNT */
		*place = *word(0x40002400) == (1 << 15 | 1 << 8 | 1 << 1) && numberOf("rtc", 1) ? now * 1024 / 1000000000 : 0;
		break;
	case 0x4100600C: /* CMCC SR */
		*place = *word(0x41006008);
		break;
	case 0x4200341C: /* QSPI INTFLAG */
		*place = *word(0x42003400) & LASTXFER && numberOf("qspi", 1) ? INSTREND : 0;
		break;
	case 0x04000000: case 0x04000001: case 0x04000002:
		*place = isAsked && *word(0x41006008) == 0 ? id >> (16 - 8 * (address & 3)) & 0xFF : 0;
		break;
	}
	return place;
}

void connectPin(int port, int bit, int function) { (void)port, (void)bit, (void)function; }

/* The log. */

static uint32_t waiting;

void logLine(HalBytes line) { waiting += line.length + 1; }

void flushLog(void)
{
	now += waiting * 10ull * 1000000000 / numberOf("log", 115200);
	waiting = 0;
}

/* Light. */

bool startLight(void) { return numberOf("adc", 1); }
int32_t readLight(void) { return numberOf("adc", 1) == 1 ? numberOf("light", 400) : -1; }
uint32_t lightFuses(void) { return numberOf("fuses", 0x0DA); }
uint16_t lightCalibration(void) { return numberOf("calib", 0x332); }

/* Pins: LEDs and buttons. */

static bool isStatusLit, isLedLit;

void lightStatus(bool on) { isStatusLit = on; }
void makeInput(int port, int bit) { (void)port, (void)bit; }
void makeReadable(int port, int bit) { (void)port, (void)bit; }

bool readPin(int port, int bit)
{
	const char* stuck = textOf("stuck", "");
	if (port == PORT_A && bit == 15) return strchr(stuck, 'A') == 0 && isStatusLit;
	if (port == PORT_B && bit == 8) return strchr(stuck, 'B') != 0 || isLedLit;
	return !(port == PORT_C && bit == numberOf("held", -1));
}

/* The radio: what it sends when it is asked at its rate, and at others. */

static uint32_t rate;
static bool isRadioOn;
static uint8_t reply[300];
static uint32_t replyLength, taken;

static void send(const char* hex)
{
	taken = 0;
	for (replyLength = 0; hex[2 * replyLength] != 0; replyLength++) {
		unsigned byte = 0;
		sscanf(hex + 2 * replyLength, "%2x", &byte);
		reply[replyLength] = byte;
	}
}

bool writePin(uint16_t pin, int level)
{
	if (pin == PIN_LED) isLedLit = level;
	if (pin == PIN_RADIO_ENABLE) isRadioOn = level;
	return true;
}

void openRadioUart(uint32_t baud) { rate = baud, replyLength = taken = 0; }
void closeRadioUart(void) { rate = 0; }

void writeRadio(const uint8_t* bytes, uint32_t length)
{
	if (!isRadioOn || length != VERSION_CALL_SIZE || memcmp(bytes, VERSION_CALL, length) != 0) abort();
	send(rate == (uint32_t)numberOf("baud", 614400) ? textOf("reply", "") : textOf("noise", ""));
}

/** Three bytes at a time. */
uint32_t radioBytes(bool* isQuiet)
{
	*isQuiet = true;
	return replyLength - taken < 3 ? replyLength - taken : 3;
}

void readRadio(uint8_t* bytes, uint32_t length)
{
	memcpy(bytes, reply + taken, length);
	taken += length;
}

/* What is left: reset, memory, the LED's task. */

uint8_t firstReset(void) { return numberOf("cause", 1); }
const char* resetCauseOf(uint8_t flags) { return flags == 0x10 ? "reset button" : "another"; }
uint8_t arenaStart[4096] __attribute__((aligned(8)));
__asm(".globl arenaEnd\n.set arenaEnd, arenaStart + 4096");
void showBusy(void) {}
void releaseLed(void) {}

static void pressButtons(Result* result)
{
	startButtons();
	for (int count = numberOf("looks", 100); count > 0; count--) watchButton();
	checkButtons(result);
}

static const struct {
	const char* name;
	void (*make)(Result* result);
} MADE[] = {
	{ "reset", checkReset }, { "clock", checkClock }, { "log", checkLog }, { "light", checkLight },
	{ "calibration", checkCalibration }, { "leds", checkLeds }, { "flash", checkFlash }, { "memory", checkMemory },
	{ "radio", checkRadio }, { "buttons", pressButtons },
};

int main(int count, char** arguments)
{
	if (count < 2) return 1;
	settings = arguments + 2;
	for (unsigned index = 0; index < sizeof MADE / sizeof MADE[0]; index++) {
		if (strcmp(arguments[1], MADE[index].name) != 0) continue;
		Result result;
		MADE[index].make(&result);
		printf("%c %s %s\n", result.code, result.isGood ? "good" : "bad", result.text);
		return 0;
	}
	return 1;
}
