/** The log's line: SERCOM2, TX on PB26 (pad 0), the header's pin 8. */
#include <string.h>

#include "usart.h"
#include "wio-terminal.h"

enum { APBB_SERCOM2 = 1 << 9 };
enum { LINE_DRE = INTERRUPT_SERCOM2 };
enum { BAUD = 115200 };
enum { RING = 4096 };

static struct {
	uint8_t bytes[RING];
	volatile uint32_t in, out;
} sending;
static bool isOn;
static uint32_t lost;

void startLogUart(void)
{
	MCLK_APBBMASK |= APBB_SERCOM2;
	connectClock(CHANNEL_SERCOM2, GENERATOR_48_MHZ);
	connectPin(PORT_B, 26, FUNCTION_C);
	startUsart(SERCOM2, BAUD, USART_TRANSMITS, 0);
	enableInterrupt(LINE_DRE);
	isOn = true;
}

static void append(const uint8_t* bytes, uint32_t length)
{
	for (uint32_t index = 0; index < length; index++) sending.bytes[(sending.in + index) % RING] = bytes[index];
	__asm volatile("" ::: "memory");
	sending.in += length;
}

void logLine(HalBytes line)
{
	if (!isOn || line.length + 1 > RING - (sending.in - sending.out)) {
		lost++;
		return;
	}
	append(line.bytes, line.length);
	append((const uint8_t*)"\n", 1);
	SERCOM2->intenset = USART_DRE;
}

uint32_t takeLostLines(void)
{
	uint32_t lines = lost;
	lost = 0;
	return lines;
}

void onLogSends(void)
{
	if (sending.in == sending.out) {
		SERCOM2->intenclr = USART_DRE;
		return;
	}
	SERCOM2->data = sending.bytes[sending.out % RING];
	sending.out++;
}

void flushLog(void)
{
	if (!isOn) return;
	SERCOM2->intenclr = USART_DRE;
	while (sending.in != sending.out) {
		while (!(SERCOM2->intflag & USART_DRE)) {}
		SERCOM2->data = sending.bytes[sending.out % RING];
		sending.out++;
	}
	/* The last byte is out when TXC is 1, which it never is before the first one. */
	while (sending.out != 0 && !(SERCOM2->intflag & USART_TXC)) {}
}
