/**
 * The heap image: a machine with the built-ins and the preloaded modules that lies in flash and that
 * the machine in RAM shares. The image program builds it once, in the simulator, where flash can be
 * written; the build then merges it into the program.
 */
#ifndef PRELOAD_H
#define PRELOAD_H

#include <stdint.h>

#include "xsAll.h"

/** How an image begins. */
typedef struct {
	uint32_t mark;
	uint32_t size;
	txMachine* machine;
	uint32_t reserved;
} HeapImage;

/** Whether there is an image. */
int hasImage(void);

/** Whether this run builds the image. */
int isPreloading(void);

/** Builds it, writes it to a file and ends the simulation. */
void buildImage(void) __attribute__((noreturn));

#endif
