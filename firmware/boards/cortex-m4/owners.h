#ifndef OWNERS_H
#define OWNERS_H

#include "xsAll.h"

/** Whose slots there are before the modules; a module has the next number, in the order in which they are loaded. */
enum { OWNER_BUILT_INS = 1, OWNER_NATIVES, OWNER_MODULES };

/** Slots of a machine that have come since the last time, and are in use after a collection, are the owner's. */
void noteOwner(txMachine* the, unsigned owner);

/**
 * Writes a byte for each slot, in their order: its owner, 0 of what came after the modules and of what is free.
 * @returns whether it could
 */
bool writeOwners(txMachine* the, const char* path);

#endif
