/* Of the chip what needs nothing else: restart, sleep, time. */
#include "chip.h"

#include "board.h"

#define REGISTER(address) (*(volatile uint32_t*)(address))

/* ARMv7-M Architecture Reference Manual, B3.2 */
#define AIRCR REGISTER(0xE000ED0C)

/* CMSDK timer 0: Cortex-M System Design Kit TRM, 3.4 */
#define TIMER_CTRL REGISTER(0x40000000)
#define TIMER_VALUE REGISTER(0x40000004)
#define TIMER_RELOAD REGISTER(0x40000008)

void restart(void)
{
	__asm volatile("dsb");
	AIRCR = 0x05FA0004; /* SYSRESETREQ */
	for (;;) {}
}

void sleep(void)
{
	__asm volatile("wfi");
}

void startClock(void)
{
	TIMER_RELOAD = 0xFFFFFFFF;
	TIMER_VALUE = 0xFFFFFFFF;
	TIMER_CTRL = 1;
}

uint32_t clockTicks(void)
{
	return 0xFFFFFFFF - TIMER_VALUE;
}
