#ifndef PRUNE_H
#define PRUNE_H

#include "xsAll.h"

/** Takes out of a machine without modules what neither a module nor the engine names (`kept.h`). */
void prune(txMachine* the);

#endif
