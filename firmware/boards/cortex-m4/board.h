/** The chip below everything else: start-up, faults, memory protection, watchdog. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/** Where `sections.ld` puts things. */
extern uint8_t heapImage[];
extern uint8_t cStackGuard[], cStackBottom[], cStackTop[];
extern uint8_t heapStart[], heapEnd[];
extern uint8_t arenaStart[], arenaEnd[];

/** Bytes of a guard below a stack. */
#define GUARD_SIZE 256

/** From now on flash cannot be written, and the guards below the two stacks cannot be touched. */
void protectMemory(const void* javaScriptStackGuard);

/* What each board has of its own. Nothing of it is called while the heap image is built, which QEMU's board does. */

/** Starts the program again, as power-on does but for what is kept. */
void restart(void) __attribute__((noreturn));

/** A turn begins, and is over: one that does not end is a loop, which restarts the program. */
void startWatchdog(void);
void stopWatchdog(void);

/** Starts the board's clocks; once, before anything else of it. */
void startClock(void);

/** Bytes of the C stack that were never in use. */
uint32_t unusedCStack(void);

#endif
