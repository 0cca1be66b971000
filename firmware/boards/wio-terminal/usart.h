/** What the board's two serial lines have in common: eight bits, no parity, one stop bit, 16 samples a bit. */
#ifndef USART_H
#define USART_H

#include "registers.h"

enum { USART_TRANSMITS, USART_BOTH_WAYS };

/**
 * Resets a SERCOM whose clocks are there (`PERIPHERAL_HERTZ`), and makes it a USART: it sends on pad 0. The rate, in bits
 * a second, is met within 0.2 %, if it is one of the usual ones from 9600 to 1843200.
 * @param receivePad the pad that it receives on, if it does
 */
void startUsart(Usart* usart, uint32_t baud, int ways, int receivePad);

/** Switches it off, and forgets what it was. */
void stopUsart(Usart* usart);

#endif
