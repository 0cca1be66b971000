/** The watchdog (datasheet: WDT): the chip restarts when nobody feeds it for 16 s. Its clock is 1,024 Hz. */
#include "board.h"
#include "registers.h"
#include "wio-terminal.h"

#define WDT_CTRLA REGISTER8(0x40002000)
#define WDT_CONFIG REGISTER8(0x40002001)
#define WDT_SYNCBUSY REGISTER32(0x40002008)
#define WDT_CLEAR REGISTER8(0x4000200C)

enum { ENABLE = 1 << 1, ALWAYSON = 1 << 7 };
enum { SYNC_ENABLE = 1 << 1, SYNC_CLEAR = 1 << 4 };
/** 16,384 cycles; the window, which is not in use, keeps what it has at reset. */
enum { PER_CYC16384 = 0x0B, WINDOW = 0x0B << 4 };
enum { CLEAR_KEY = 0xA5 };

void enableWatchdog(void)
{
	/* The fuses may have it on for good, with a time of their own. */
	if (WDT_CTRLA & ALWAYSON) return;
	WDT_CTRLA = 0;
	while (WDT_SYNCBUSY & SYNC_ENABLE) {}
	WDT_CONFIG = WINDOW | PER_CYC16384;
	WDT_CTRLA = ENABLE;
	while (WDT_SYNCBUSY & SYNC_ENABLE) {}
}

/** It takes some of its slow cycles: while the last one is on its way, another is not needed. */
void feedWatchdog(void)
{
	if (!(WDT_SYNCBUSY & SYNC_CLEAR)) WDT_CLEAR = CLEAR_KEY;
}

void startWatchdog(void)
{
	feedWatchdog();
}

void stopWatchdog(void)
{
	feedWatchdog();
}
