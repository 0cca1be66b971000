/**
 * The heap image: a machine with the built-ins and the preloaded modules that lies in flash and that
 * the machine in RAM shares. The image program builds it once, in the simulator, where flash can be
 * written; the build then merges it into the program.
 */
#ifndef PRELOAD_H
#define PRELOAD_H

/** Builds the image, writes it to a file and ends the simulation. */
void buildImage(void) __attribute__((noreturn));

#endif
