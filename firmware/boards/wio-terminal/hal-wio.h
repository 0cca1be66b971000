/** What the parts of the hardware abstraction share: `loop.c` waits for events, `radio-port.c` is its only socket. */
#ifndef HAL_WIO_H
#define HAL_WIO_H

#include <stdbool.h>
#include <stdint.h>

#include "hal.h"

#define TEXT(literal) { literal, sizeof literal - 1 }

/** A call has begun, and fails only if `failWith` says so; the reason is copied. */
void beginCall(void);
void failWith(const char* reason);

/** What `halTake` fetches next: texts, one behind the other, which stay where they are; at most three. */
void offerTexts(const HalBytes* texts, unsigned count);
/** What it fetches next has come from the radio. */
void offerRadio(void);

/** Whether the radio's port has something to tell. Works with interrupts disabled as well. */
bool isPortReadable(void);
bool isPortWritable(void);
/** Fills in what it is. */
void tellReadable(HalEvent* event);
void tellWritable(HalEvent* event);

#endif
