/**
 * Texts between XS and the outside. XS keeps them as CESU-8: UTF-16 units written as UTF-8, and
 * U+0000 as C0 80; outside they are UTF-8.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdint.h>

/** Writes `from` (ends with a zero byte) as UTF-8; returns its length. The result is never longer. */
uint32_t writeUtf8(uint8_t* to, const uint8_t* from);

/** Whether the text is the same in UTF-8. */
int isUtf8(const uint8_t* text);

/**
 * Writes UTF-8 as XS keeps it, with a zero byte at its end: 2 * length + 1 bytes at most. `from` may
 * be the second half of `to`.
 */
void writeCesu8(uint8_t* to, const uint8_t* from, uint32_t length);

#endif
