/** The second UART of mps2-an386: the bridge to the process outside. */
#ifndef UART_H
#define UART_H

#include <stdint.h>

#define BRIDGE_INTERRUPT 2

void startUart(void);
void uartWrite(const void* bytes, uint32_t length);
/** Waits until so many bytes have come; null leaves them out. */
void uartRead(void* bytes, uint32_t length);
void bridgeInterrupt(void);
/** Clock ticks spent waiting for bytes so far; wraps. */
uint32_t uartWaitTicks(void);

#endif
