#include "uart.h"

#include "chip.h"

/* CMSDK APB UART: Cortex-M System Design Kit TRM, 4.3. */
typedef struct {
	volatile uint32_t data, state, control, interruptClear, divider;
} Uart;
#define UART ((Uart*)0x40005000)
enum { TRANSMIT_FULL = 1, RECEIVE_FULL = 2 };
enum { TRANSMIT_ENABLE = 1, RECEIVE_ENABLE = 2, RECEIVE_INTERRUPT_ENABLE = 8 };
enum { RECEIVE_INTERRUPT = 2 };
#define NVIC_ISER0 (*(volatile uint32_t*)0xE000E100)
#define NVIC_ICPR0 (*(volatile uint32_t*)0xE000E280)

/** A work unit is 128 / 5 ticks: 1,024 ns, which is what QEMU can make an instruction take. */
#define WORK_UNITS(ticks) (((ticks) * 5 + 64) / 128)
/** When the last wait ended, in ticks, and the work before it, in units. */
static uint32_t resumed, worked;

/**
 * Each stretch of work is rounded by itself: waits begin and end anywhere within a tick, and what that
 * makes of many stretches would add up.
 */
uint32_t uartWork(void)
{
	uint32_t now = clockTicks();
	worked += WORK_UNITS(now - resumed);
	resumed = now;
	return worked;
}

/**
 * Bytes only come when they are waited for: the interrupt ends a sleep and is never taken, so that
 * what the program does between takes the same steps each time. Until then a byte stays in the UART,
 * which holds the sender up.
 */
void startUart(void)
{
	__asm volatile("cpsid i" ::: "memory");
	UART->divider = 16;
	UART->control = TRANSMIT_ENABLE | RECEIVE_ENABLE | RECEIVE_INTERRUPT_ENABLE;
	NVIC_ISER0 = 1u << BRIDGE_INTERRUPT;
	/* Without it QEMU takes up to a second to see that the UART now receives. */
	(void)UART->data;
}

void uartWrite(const void* bytes, uint32_t length)
{
	const uint8_t* from = bytes;
	while (length-- > 0) {
		while (UART->state & TRANSMIT_FULL) {}
		UART->data = *from++;
	}
}

static uint8_t awaitByte(void)
{
	for (;;) {
		/* Cleared before it looks: a byte that comes in between raises it again, and it does not sleep. */
		UART->interruptClear = RECEIVE_INTERRUPT;
		NVIC_ICPR0 = 1u << BRIDGE_INTERRUPT;
		if (UART->state & RECEIVE_FULL) return UART->data;
		sleep();
	}
}

void uartRead(void* bytes, uint32_t length)
{
	uartWork();
	uint8_t* to = bytes;
	while (length-- > 0) {
		uint8_t byte = awaitByte();
		if (to != 0) *to++ = byte;
	}
	resumed = clockTicks();
}
