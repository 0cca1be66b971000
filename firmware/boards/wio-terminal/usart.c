/** A SERCOM as a USART (datasheet: SERCOM USART). */
#include "usart.h"

#include "wio-terminal.h"

void stopUsart(Usart* usart)
{
	usart->ctrla = USART_SWRST;
	while (usart->syncbusy & USART_SYNC_SWRST) {}
}

/** BAUD in fractional mode: bits 12:0 the whole of Hz / (16 * baud), bits 15:13 its eighths. */
static uint16_t divisor(uint32_t baud)
{
	uint32_t eighths = (PERIPHERAL_HERTZ + baud) / (2 * baud);
	return eighths / 8 | eighths % 8 << 13;
}

void startUsart(Usart* usart, uint32_t baud, int ways, int receivePad)
{
	stopUsart(usart);
	usart->baud = divisor(baud);
	uint32_t enables = USART_TXEN | (ways == USART_BOTH_WAYS ? USART_RXEN : 0);
	uint32_t mode = USART_OWN_CLOCK | USART_16X_FRACTIONAL | USART_RXPO(receivePad) | USART_LSB_FIRST;
	usart->ctrla = mode;
	usart->ctrlb = enables;
	while (usart->syncbusy & USART_SYNC_CTRLB) {}
	usart->ctrla = mode | USART_ENABLE;
	/* Receiver and transmitter are on when CTRLB is through as well. */
	while (usart->syncbusy & (USART_SYNC_ENABLE | USART_SYNC_CTRLB)) {}
}
