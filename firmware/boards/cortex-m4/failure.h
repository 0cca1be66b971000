/** Why the program ended: kept over the reset that follows, and told at the next start. */
#ifndef FAILURE_H
#define FAILURE_H

#define FAILURE_SIZE 200

/** Keeps the reason and restarts. While the heap image is built it ends the program instead. */
void fail(const char* reason) __attribute__((noreturn));

/** The reason the last run ended for, once; empty after power-on. */
const char* takeFailure(void);

#endif
