/** The serial line to the radio: SERCOM0, TX on PB24 (pad 0), RX on PC24 (pad 2). There is no flow control. */
#include "usart.h"
#include "wio-terminal.h"

enum { APBA_SERCOM0 = 1 << 12 };
enum { RECEIVE_PAD = 2 };
enum { LINE_DRE = INTERRUPT_SERCOM0, LINE_RXC = INTERRUPT_SERCOM0 + 2 };
_Static_assert((RADIO_RING & (RADIO_RING - 1)) == 0, "positions wrap with the rings");

/** Bytes that have come in and gone out since the start; between them lies what waits. */
typedef struct {
	uint8_t bytes[RADIO_RING];
	volatile uint32_t in, out;
} Ring;
static Ring received, sending;
static volatile uint32_t lost, lastAt;

/** The bytes before are in the ring, or out of it, when a position says so. */
#define PUBLISH __asm volatile("" ::: "memory")

static uint8_t* at(Ring* ring, uint32_t position)
{
	return &ring->bytes[position % RADIO_RING];
}

void openRadioUart(uint32_t baud)
{
	static bool isConnected;
	if (!isConnected) {
		MCLK_APBAMASK |= APBA_SERCOM0;
		connectClock(CHANNEL_SERCOM0, GENERATOR_48_MHZ);
		connectPin(PORT_B, 24, FUNCTION_C);
		connectPin(PORT_C, 24, FUNCTION_C);
		enableInterrupt(LINE_DRE);
		enableInterrupt(LINE_RXC);
		isConnected = true;
	}
	startUsart(SERCOM0, baud, USART_BOTH_WAYS, RECEIVE_PAD);
	received.in = received.out = sending.in = sending.out = 0;
	SERCOM0->intenset = USART_RXC;
}

void closeRadioUart(void)
{
	stopUsart(SERCOM0);
}

void onRadioReceives(void)
{
	while (SERCOM0->intflag & USART_RXC) {
		/* STATUS is about the byte that DATA has, and must be read first. */
		uint16_t wrong = SERCOM0->status & (USART_FERR | USART_BUFOVF);
		uint8_t byte = SERCOM0->data;
		if (wrong != 0) SERCOM0->status = wrong;
		/* A byte that the line garbled is the radio driver's affair, which has a checksum. */
		if (wrong & USART_BUFOVF) lost++;
		if (received.in - received.out == RADIO_RING) {
			lost++;
			continue;
		}
		*at(&received, received.in) = byte;
		PUBLISH;
		received.in++;
		lastAt = milliseconds();
	}
}

void onRadioSends(void)
{
	if (sending.in == sending.out) {
		SERCOM0->intenclr = USART_DRE;
		return;
	}
	SERCOM0->data = *at(&sending, sending.out);
	PUBLISH;
	sending.out++;
}

uint32_t radioBytes(bool* isQuiet)
{
	*isQuiet = milliseconds() != lastAt;
	return received.in - received.out;
}

void readRadio(uint8_t* bytes, uint32_t length)
{
	for (uint32_t index = 0; index < length; index++) bytes[index] = *at(&received, received.out + index);
	PUBLISH;
	received.out += length;
}

uint32_t radioRoom(void)
{
	return RADIO_RING - (sending.in - sending.out);
}

void writeRadio(const uint8_t* bytes, uint32_t length)
{
	for (uint32_t index = 0; index < length; index++) *at(&sending, sending.in + index) = bytes[index];
	PUBLISH;
	sending.in += length;
	if (length > 0) SERCOM0->intenset = USART_DRE;
}

uint32_t takeRadioLosses(void)
{
	static uint32_t told;
	uint32_t present = lost;
	uint32_t losses = present - told;
	told = present;
	return losses;
}
