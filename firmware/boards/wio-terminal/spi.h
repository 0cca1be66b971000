/** The line to the screen: SPI, mode 0, most significant bit first, only out. */
#ifndef SPI_H
#define SPI_H

#include <stdint.h>

/** 24 MHz: a byte takes a third of a microsecond. */
void startSpi(void);
/** Hands a byte over, once there is room for it. */
void sendSpi(uint8_t byte);
/** Waits until all that was handed over is on the other side; something must have been. */
void finishSpi(void);

#endif
