/** The vectors of mps2-an386, and its watchdog. */
#include <stdio.h>

#include "board.h"
#include "failure.h"
#include "startup.h"
#include "uart.h"

#define REGISTER(address) (*(volatile uint32_t*)(address))

/* CMSDK watchdog: Cortex-M System Design Kit TRM, 4.6 */
#define WATCHDOG_LOAD REGISTER(0x40008000)
#define WATCHDOG_CONTROL REGISTER(0x40008008)
#define CLOCK_HERTZ 25000000u

/** A turn that lasts longer than this is a loop without end. */
#define WATCHDOG_SECONDS 10

static void watchdogFired(void);

__attribute__((section(".vectors"), used)) const Vector vectors[16 + 32] = {
	(Vector)cStackTop, reset, watchdogFired, fault, fault, fault, fault, [11] = fault,
	[12] = fault, [14] = fault, [15] = fault, [16 + BRIDGE_INTERRUPT] = fault,
};
__attribute__((section(".boot"), used)) static const Vector boot[4] = {
	(Vector)cStackTop, reset, watchdogFired, fault,
};

__attribute__((used)) static void onWatchdog(const uint32_t* frame)
{
	char reason[FAILURE_SIZE];
	snprintf(reason, sizeof reason, "a turn of more than %d s: a loop without end? (pc %08lx)",
		WATCHDOG_SECONDS, frame[6]);
	fail(reason);
}

/** The watchdog's interrupt is the NMI: code that has disabled interrupts cannot escape it. */
__attribute__((naked)) static void watchdogFired(void)
{
	ON_A_NEW_STACK(onWatchdog);
}

void startWatchdog(void)
{
	WATCHDOG_LOAD = WATCHDOG_SECONDS * CLOCK_HERTZ;
	WATCHDOG_CONTROL = 1;
}

void stopWatchdog(void)
{
	WATCHDOG_CONTROL = 0;
}
