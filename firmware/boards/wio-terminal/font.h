/** The screen's letters: a font of our own, 5 by 8 dots in a cell of 6 by 8. */
#ifndef FONT_H
#define FONT_H

#include <stdint.h>

/** Dots of a cell; the column on the right is empty. */
enum { FONT_WIDTH = 6, FONT_HEIGHT = 8 };
/** The characters that it has: printable ASCII, and a box, which stands for any other. */
enum { FONT_FIRST = 0x20, FONT_LAST = 0x7E, FONT_BOX = 0x7F };

/**
 * The dots of a character, column by column from the left: bit 0 is the uppermost one. Letters stand on bit 6; bit 7 is
 * for what hangs below, as of `g`.
 * @param character FONT_FIRST to FONT_BOX
 */
const uint8_t* glyphOf(uint8_t character);

#endif
