/** The firmware's native functions (`boards/native/native.ts`) over the hardware abstraction. */
#ifndef NATIVES_H
#define NATIVES_H

#include <stdint.h>

#include "xsAll.h"

/** Defines the global object `native`. */
void defineNatives(txMachine* the);

/** Pushes a text of so many bytes that the hardware has announced, and fetches it. */
void pushTakenText(txMachine* the, uint32_t length);

#endif
