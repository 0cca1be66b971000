#ifndef STRIP_MODULES_H
#define STRIP_MODULES_H

#include "xsAll.h"

/**
 * Removes what only linked modules that have all been loaded: the records of those that nobody asks for by name when the
 * image runs, and what each was linked and run by. Functions, classes and constants stay as far as something refers to
 * them.
 */
void stripModules(txMachine* the);

#endif
