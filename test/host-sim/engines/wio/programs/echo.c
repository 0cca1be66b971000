/* The radio's UART at 120 MHz, by interrupts through a ring: each byte comes back with all bits turned. */
#include "clocks.h"

static volatile unsigned char ring[4096];
static volatile unsigned head, tail;

void sercom0_rxc(void) {
	ring[head++ % sizeof ring] = (unsigned char)~SERCOM0_DATA;
	SERCOM0_INTENSET = 1;
}

void sercom0_dre(void) {
	if (tail == head) SERCOM0_INTENCLR = 1;
	else SERCOM0_DATA = ring[tail++ % sizeof ring];
}

int main(void) {
	head = tail = 0;
	clocks();
	MCLK_APBAMASK |= 1 << 12;
	GCLK_PCHCTRL7 = 0x41;
	PORT_GROUP1_WRCONFIG = 0xd2010100; /* PB24: function C */
	PORT_GROUP2_WRCONFIG = 0xd2010100; /* PC24 */
	SERCOM0_CTRLA = 0x40202004;
	SERCOM0_BAUD = 4 | 7 << 13;
	SERCOM0_CTRLB = 3 << 16;
	while (SERCOM0_SYNCBUSY) {}
	SERCOM0_CTRLA |= 2;
	while (SERCOM0_SYNCBUSY) {}
	SERCOM0_INTENSET = 4;
	NVIC_ISER1 = 1 << (46 - 32) | 1 << (48 - 32);
	for (;;) __asm__ volatile("wfi");
}
