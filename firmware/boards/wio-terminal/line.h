/** A line of JSON that the board itself tells. */
#ifndef LINE_H
#define LINE_H

#include <stdint.h>

#include "hal.h"

typedef struct {
	char text[512];
	uint32_t length;
} Line;

/** Begins `{"event":"board","state":STATE`. */
void beginLine(Line* line, const char* state);
/** Names are plain. What does not fit is left out. */
void addText(Line* line, const char* name, const char* text);
void addNumber(Line* line, const char* name, uint32_t number);
/** The finished line. */
HalBytes endLine(Line* line);

#endif
