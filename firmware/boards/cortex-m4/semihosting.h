/** Calls to the simulator that runs the image: only used while the heap image is built. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stdint.h>

void endSimulation(int code) __attribute__((noreturn));
void writeConsole(const char* text);
/** Fills in the words the simulator was started with, separated by spaces. */
void readArguments(char* buffer, uint32_t size);
/** Writes a file of the simulator's machine; returns whether that worked. */
int writeFile(const char* path, const void* bytes, uint32_t length);

#endif
