/** The second UART of mps2-an386: the bridge to the process outside. */
#ifndef UART_H
#define UART_H

#include <stdint.h>

#define BRIDGE_INTERRUPT 2

void startUart(void);
void uartWrite(const void* bytes, uint32_t length);
/** Waits until so many bytes have come; null leaves them out. */
void uartRead(void* bytes, uint32_t length);
/** How long the program has worked so far, without `uartRead`, in units of 1,024 ns; wraps. */
uint32_t uartWork(void);

#endif
