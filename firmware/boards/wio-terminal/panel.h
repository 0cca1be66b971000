/** The screen's controller, an ILI9341: 320 by 240 dots in landscape, of 16 bits (RGB565). */
#ifndef PANEL_H
#define PANEL_H

#include <stdbool.h>
#include <stdint.h>

enum { PANEL_WIDTH = 320, PANEL_HEIGHT = 240 };

/** Begins its reset, with the backlight off. */
void startPanel(void);
/** Does the next step of its start, if that is due; whether it takes dots, 0.13 s after `startPanel`. */
bool advancePanel(void);
/** What follows are the dots of a rectangle, row by row from the upper left, as many as it has; then `endDots`. */
void beginDots(uint16_t x, uint16_t y, uint16_t width, uint16_t height);
void sendDot(uint16_t colour);
void endDots(void);
/** Shows the picture and lights it, 0.12 s after it takes dots at the soonest: call it until it has. */
void lightPanel(void);

#endif
