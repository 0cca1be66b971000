#ifndef STRIP_NAMES_H
#define STRIP_NAMES_H

#include "xsAll.h"

/**
 * Removes the names that no slot and no bytecode refers to, and numbers the others without gaps; those of the engine's C
 * code keep their numbers. The machine's tables lie one behind the other then. Must follow a collection.
 * @param moduleCount how many of the preloaded modules have been loaded: their code becomes what functions have
 */
void stripNames(txMachine* the, unsigned moduleCount);

#endif
