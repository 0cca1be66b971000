/** The processor's clock against the slow one of 1,024 Hz (datasheet: OSC32KCTRL, RTC), which is good to a fifth. */
#include "registers.h"
#include "selftest.h"
#include "wio-terminal.h"

#define OSC32KCTRL_RTCCTRL REGISTER8(0x40001410)
#define RTC_CTRLA REGISTER16(0x40002400)
#define RTC_SYNCBUSY REGISTER32(0x40002410)
#define RTC_COUNT REGISTER32(0x40002418)

enum { ULP1K = 0 };
/* CTRLA of MODE 0, a counter of 32 bits. */
enum { SWRST = 1 << 0, ENABLE = 1 << 1, PRESCALER_DIV1 = 1 << 8, COUNTSYNC = 1 << 15 };

/** The slow clock's ticks for which is counted: 0.125 s. */
enum { TICKS = 128, TICK_HERTZ = 1024 };
/** As many units of 1,024 ns as 500 MHz would make. */
enum { MOST_UNITS = 520000 };
/** Looks: a change of a setting takes some ticks; all of them together. Each is of ten cycles at least. */
enum { SYNC_LOOKS = 1000000, COUNT_LOOKS = 10000000 };

static bool awaitSync(uint32_t busy)
{
	for (int looks = 0; looks < SYNC_LOOKS; looks++) {
		if (!(RTC_SYNCBUSY & busy)) return true;
	}
	return false;
}

static bool startRtc(void)
{
	RTC_CTRLA = SWRST;
	if (!awaitSync(SWRST)) return false;
	OSC32KCTRL_RTCCTRL = ULP1K;
	RTC_CTRLA = COUNTSYNC | PRESCALER_DIV1;
	if (!awaitSync(COUNTSYNC)) return false;
	RTC_CTRLA = COUNTSYNC | PRESCALER_DIV1 | ENABLE;
	return awaitSync(ENABLE | COUNTSYNC);
}

/** Waits until the counter is that many ticks further. */
static bool awaitTicks(uint32_t ticks)
{
	uint32_t begun = RTC_COUNT;
	for (int looks = 0; looks < COUNT_LOOKS; looks++) {
		if (RTC_COUNT - begun >= ticks) return true;
	}
	return false;
}

/** In tenths of a megahertz; negative: the slow clock does not tick. */
static int32_t measure(void)
{
	if (!startRtc() || !awaitTicks(1)) return -1;
	/* It counts 1,024 ns by a processor of 120 MHz: 122.88 cycles. */
	uint32_t begun = workTime();
	if (!awaitTicks(TICKS)) return -1;
	uint32_t units = workTime() - begun;
	/* Without its interrupt SysTick begins again and again. */
	if (units > MOST_UNITS) return 0;
	uint64_t cycles = units * 12288ull / 100;
	return (cycles * TICK_HERTZ / TICKS + 50000) / 100000;
}

static bool isAbout(int32_t rate, int32_t wanted)
{
	return rate >= wanted - wanted / 5 && rate <= wanted + wanted / 5;
}

void checkClock(Result* result)
{
	int32_t rate = measure();
	RTC_CTRLA = COUNTSYNC | PRESCALER_DIV1;
	if (rate < 0) return conclude(result, false, 'T', "the slow clock (RTC) does not tick");
	if (rate == 0) return conclude(result, false, '0', "nothing counts the processor's cycles (SysTick)");
	bool isGood = isAbout(rate, CPU_HERTZ / 100000);
	char code = isGood ? '1' : isAbout(rate, PERIPHERAL_HERTZ / 100000) ? '4' : 'X';
	conclude(result, isGood, code, "%d.%d MHz by the slow clock", (int)(rate / 10), (int)(rate % 10));
}
