/** The board's clock, and its sleep. */
#ifndef CHIP_H
#define CHIP_H

#include <stdint.h>

/** Sleeps until an interrupt; call it with interrupts disabled, so that none is missed. */
void sleep(void);

/** Ticks of the 25 MHz clock; wraps. */
uint32_t clockTicks(void);

#endif
