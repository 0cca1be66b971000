/** What the screen shows: the device's id, the last reading, LED, link and network, and the last lines of the log. */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>

#include "hal.h"

void startScreen(void);
/** Takes the title from the device's configuration, JSON as text. */
void showConfiguration(HalBytes configuration);
/** Hears a line of JSON that the firmware or the board tells. */
void showLine(HalBytes line);
/** Brings the screen a little nearer to what it is to show, for 1 ms at most; whether it did, and wants to go on. */
bool drawScreen(void);

#endif
