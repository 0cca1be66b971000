#ifndef CODE_IDS_H
#define CODE_IDS_H

#include "xsAll.h"

/** Receives the id of a name; returns the one that takes its place. */
typedef txID (*TakeId)(void* context, txID id);

/**
 * Replaces each id in a function's bytecode, and in that of the functions inside it. Functions that it makes refer to
 * their bytecode in place from then on: in flash they need no copy. What fills up the chunk becomes 0.
 * @param size bytes of the chunk, without its head
 * @returns whether the bytecode ends where the chunk does
 */
bool takeCodeIds(txByte* code, txSize size, TakeId take, void* context);

#endif
