/** What a board's table of vectors (`vectors.c`) shares with the start of every board. */
#ifndef STARTUP_H
#define STARTUP_H

#include "board.h"

typedef void (*Vector)(void);

/** The board's table; the first four are the stack, `reset`, the NMI and `fault`. */
extern const Vector vectors[];

/** Where the chip starts: memory is made ready, then `main` runs. Touches nothing of the board. */
void reset(void);

/** Ends the program, and keeps what went wrong, and where. For each exception that nobody expects. */
void fault(void);

/** The stack of whoever was interrupted is left as it is, and may be full: handlers that do not return begin a new one. */
#define ON_A_NEW_STACK(function) \
	__asm volatile( \
		"mrs r0, msp\n" \
		"ldr r1, =cStackTop\n" \
		"msr msp, r1\n" \
		"b " #function "\n")

#endif
