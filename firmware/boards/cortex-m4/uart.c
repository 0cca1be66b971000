#include "uart.h"

#include "board.h"

/* CMSDK APB UART: Cortex-M System Design Kit TRM, 4.3. */
typedef struct {
	volatile uint32_t data, state, control, interruptClear, divider;
} Uart;
#define UART ((Uart*)0x40005000)
enum { TRANSMIT_FULL = 1, RECEIVE_FULL = 2 };
enum { TRANSMIT_ENABLE = 1, RECEIVE_ENABLE = 2, RECEIVE_INTERRUPT_ENABLE = 8 };
enum { RECEIVE_INTERRUPT = 2 };
#define NVIC_ISER0 (*(volatile uint32_t*)0xE000E100)

#define RING_SIZE 256u /* a power of two */
static volatile uint8_t ring[RING_SIZE];
static volatile uint32_t written, taken;
static uint32_t waitTicks;

/** What finds no room stays in the UART, which holds the sender up. */
static void fillRing(void)
{
	/* Cleared before the bytes are read: one that comes in between raises it again. */
	UART->interruptClear = RECEIVE_INTERRUPT;
	while ((UART->state & RECEIVE_FULL) && written - taken < RING_SIZE) {
		UART->interruptClear = RECEIVE_INTERRUPT;
		ring[written % RING_SIZE] = UART->data;
		written++;
	}
}

void bridgeInterrupt(void)
{
	fillRing();
}

void startUart(void)
{
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

static void awaitByte(void)
{
	uint32_t start = clockTicks();
	while (taken == written) {
		__asm volatile("cpsid i" ::: "memory");
		fillRing();
		/* An interrupt that is pending ends the sleep although it is disabled. */
		if (taken == written) sleep();
		__asm volatile("cpsie i" ::: "memory");
	}
	waitTicks += clockTicks() - start;
}

void uartRead(void* bytes, uint32_t length)
{
	uint8_t* to = bytes;
	while (length-- > 0) {
		if (taken == written) awaitByte();
		uint8_t byte = ring[taken % RING_SIZE];
		taken++;
		if (to != 0) *to++ = byte;
	}
}

uint32_t uartWaitTicks(void)
{
	return waitTicks;
}
