/** The chip below everything else: start-up, faults, memory protection, watchdog, time. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/** Where `memory.ld` puts things. */
extern uint8_t heapImage[];
extern uint8_t cStackGuard[], cStackBottom[], cStackTop[];
extern uint8_t heapStart[], heapEnd[];
extern uint8_t arenaStart[], arenaEnd[];

/** Bytes of a guard below a stack. */
#define GUARD_SIZE 256

/** From now on flash cannot be written, and the guards below the two stacks cannot be touched. */
void protectMemory(const void* javaScriptStackGuard);

/** Starts the program again, as power-on does but for what is kept. */
void restart(void) __attribute__((noreturn));

/** Sleeps until an interrupt; call it with interrupts disabled, so that none is missed. */
void sleep(void);

/** A turn that lasts longer than this is a loop without end. */
#define WATCHDOG_SECONDS 10
void startWatchdog(void);
void stopWatchdog(void);

/** Starts the clock; once, at start-up. */
void startClock(void);

/** Ticks of the 25 MHz clock; wraps. */
uint32_t clockTicks(void);

/** Bytes of the C stack that were never in use. */
uint32_t unusedCStack(void);

#endif
