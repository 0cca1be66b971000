/** The chip's clocks (datasheet: OSCCTRL, GCLK, MCLK, NVMCTRL, CMCC), from whatever state a boot loader has left them in. */
#include "registers.h"
#include "wio-terminal.h"

#define OSCCTRL_STATUS REGISTER32(0x40001010)
#define OSCCTRL_DFLLCTRLA REGISTER8(0x4000101C)
#define OSCCTRL_DFLLCTRLB REGISTER8(0x40001020)
#define OSCCTRL_DFLLSYNC REGISTER8(0x4000102C)
#define OSCCTRL_DPLL0CTRLA REGISTER8(0x40001030)
#define OSCCTRL_DPLL0RATIO REGISTER32(0x40001034)
#define OSCCTRL_DPLL0CTRLB REGISTER32(0x40001038)
#define OSCCTRL_DPLL0SYNCBUSY REGISTER32(0x4000103C)
#define OSCCTRL_DPLL0STATUS REGISTER32(0x40001040)
#define GCLK_SYNCBUSY REGISTER32(0x40001C04)
#define GCLK_GENCTRL(generator) REGISTER32(0x40001C20 + 4 * (generator))
#define GCLK_PCHCTRL(channel) REGISTER32(0x40001C80 + 4 * (channel))
#define NVMCTRL_CTRLA REGISTER16(0x41004000)
#define CMCC_CTRL REGISTER32(0x41006008)

/* OSCCTRL */
enum { OSCILLATOR_ENABLE = 1 << 1 };
enum { DFLLRDY = 1 << 8 };
enum { DFLLSYNC_ENABLE = 1 << 1, DFLLSYNC_DFLLCTRLB = 1 << 2 };
enum { DPLLSYNC_ENABLE = 1 << 1, DPLLSYNC_DPLLRATIO = 1 << 2 };
enum { DPLL_LOCK = 1 << 0, DPLL_CLKRDY = 1 << 1 };
enum { DPLL_LBYPASS = 1 << 11 };
/* GCLK */
enum { SOURCE_DFLL = 6, SOURCE_DPLL0 = 7, GENEN = 1 << 8, CHEN = 1 << 6 };
/* NVMCTRL, CMCC */
enum { AUTOWS = 1 << 2, CEN = 1 };

static void setGenerator(int generator, uint32_t source, uint32_t divider)
{
	GCLK_GENCTRL(generator) = divider << 16 | GENEN | source;
	while (GCLK_SYNCBUSY & 4u << generator) {}
}

void connectClock(int channel, int generator)
{
	/* A channel changes its generator only while it is off. */
	GCLK_PCHCTRL(channel) = 0;
	while (GCLK_PCHCTRL(channel) & CHEN) {}
	GCLK_PCHCTRL(channel) = CHEN | generator;
	while (!(GCLK_PCHCTRL(channel) & CHEN)) {}
}

/** DFLL48M in open loop, as it is after a reset: 48 MHz without a reference. */
static void startDfll(void)
{
	OSCCTRL_DFLLCTRLA = OSCILLATOR_ENABLE;
	while (OSCCTRL_DFLLSYNC & DFLLSYNC_ENABLE) {}
	if (OSCCTRL_DFLLCTRLB != 0) {
		OSCCTRL_DFLLCTRLB = 0;
		while (OSCCTRL_DFLLSYNC & DFLLSYNC_DFLLCTRLB) {}
	}
	while (!(OSCCTRL_STATUS & DFLLRDY)) {}
}

/** DPLL0 at 120 times the 1 MHz of its reference. */
static void startDpll(void)
{
	OSCCTRL_DPLL0CTRLA = 0;
	while (OSCCTRL_DPLL0SYNCBUSY & DPLLSYNC_ENABLE) {}
	connectClock(CHANNEL_DPLL0, GENERATOR_1_MHZ);
	OSCCTRL_DPLL0RATIO = CPU_HERTZ / 1000000 - 1;
	while (OSCCTRL_DPLL0SYNCBUSY & DPLLSYNC_DPLLRATIO) {}
	/* REFCLK 0: its channel. It may lose its lock for a moment that is none (errata): LBYPASS lets the clock pass. */
	OSCCTRL_DPLL0CTRLB = DPLL_LBYPASS;
	OSCCTRL_DPLL0CTRLA = OSCILLATOR_ENABLE;
	while (OSCCTRL_DPLL0SYNCBUSY & DPLLSYNC_ENABLE) {}
	while ((OSCCTRL_DPLL0STATUS & (DPLL_CLKRDY | DPLL_LOCK)) != (DPLL_CLKRDY | DPLL_LOCK)) {}
}

void startClocks(void)
{
	NVMCTRL_CTRLA |= AUTOWS;
	startDfll();
	/* The processor must not run on what is about to stop. */
	setGenerator(0, SOURCE_DFLL, 1);
	setGenerator(GENERATOR_48_MHZ, SOURCE_DFLL, 1);
	setGenerator(GENERATOR_1_MHZ, SOURCE_DFLL, 48);
	startDpll();
	setGenerator(0, SOURCE_DPLL0, 1);
	/* Without it each jump waits for the flash, five cycles at this speed. */
	CMCC_CTRL = CEN;
}
