/** SysTick (ARMv7-M Architecture Reference Manual, B3.3): milliseconds, the firmware's alarm, and how long it works. */
#include "registers.h"
#include "wio-terminal.h"

#define SYST_CSR REGISTER32(0xE000E010)
#define SYST_RVR REGISTER32(0xE000E014)
#define SYST_CVR REGISTER32(0xE000E018)
#define ICSR REGISTER32(0xE000ED04)

enum { COUNTS = 7 /* CLKSOURCE, TICKINT, ENABLE */ };
#define PENDSTSET (1u << 26)
#define CYCLES (CPU_HERTZ / 1000)

static volatile uint32_t now;
static uint32_t due;
static bool isSet;
/** When the last sleep ended, and the work before it, in cycles. */
static uint32_t resumed;
static uint64_t worked;

void startTime(void)
{
	SYST_RVR = CYCLES - 1;
	SYST_CVR = 0;
	SYST_CSR = COUNTS;
}

void onMillisecond(void)
{
	now++;
	blink();
	watchButton();
}

uint32_t milliseconds(void)
{
	return now;
}

void setAlarm(uint32_t delay)
{
	isSet = delay != 0xFFFFFFFF;
	due = now + delay;
}

bool isAlarmDue(void)
{
	return isSet && (int32_t)(now - due) >= 0;
}

void endAlarm(void)
{
	isSet = false;
}

/** Cycles of the processor, which wrap after 35 s; with interrupts disabled only. */
static uint32_t cycles(void)
{
	uint32_t left = SYST_CVR;
	uint32_t whole = now;
	if (ICSR & PENDSTSET) {
		/* The millisecond is over, and its interrupt waits: the counter has begun again, now at the latest. */
		left = SYST_CVR;
		whole++;
	}
	return whole * CYCLES + (CYCLES - 1 - left);
}

void sleepUntilInterrupt(void)
{
	worked += cycles() - resumed;
	__asm volatile("dsb\n wfi" ::: "memory");
	resumed = cycles();
}

uint32_t workTime(void)
{
	__asm volatile("cpsid i" ::: "memory");
	uint32_t present = cycles();
	__asm volatile("cpsie i" ::: "memory");
	worked += present - resumed;
	resumed = present;
	return worked * 25 / 3072; /* 1,024 ns are 122.88 cycles. */
}
