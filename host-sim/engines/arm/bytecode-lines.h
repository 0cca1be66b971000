/** Lines of a module's bytecode. */
#ifndef BYTECODE_LINES_H
#define BYTECODE_LINES_H

#include <stdio.h>

#include "xsScript.h"

/** Call it before the code of a module is made. */
void beginLines(void);
/** Call it when the code has been made. */
void endLines(void);

/** Writes `line OFFSET LINE` and `function OFFSET SIZE`; returns 0 when the code is not what was made last. */
int writeLines(FILE* output, const txScript* script);

#endif
