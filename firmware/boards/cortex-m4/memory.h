/**
 * The memory of XS: one arena, in which chunks grow up and slots grow down towards each other, and a
 * small heap for the C library's `malloc`, which has the machine's tables.
 *
 *     arena  guard | JavaScript stack | chunks → ... ← slots
 *
 * While the heap image is built, everything lies in the image instead: heap, stack, slots, chunks.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

/** Lays the memory out within RAM; the first slots that XS asks for are the stack, and are so many. */
void useRam(uint32_t stackSlots);
/** Lays it out within the image: `heapSize` bytes of heap, then room for so many slots. */
void useImage(uint32_t heapSize, uint32_t slots);

/** The next `size` bytes of the heap; null when it is used up. */
void* growHeap(int32_t size);
void freeHeap(void* memory);

/** Bytes of the arena between chunks and slots: never used so far. */
uint32_t unusedArena(void);
/** Bytes of the heap that `malloc` has taken so far. */
uint32_t usedHeap(void);

#endif
