#ifndef SYSTEM_H
#define SYSTEM_H

#include <stdint.h>

/** Bytes of the C library's heap that were never used. */
uint32_t unusedHeap(void);

#endif
