/** Calls to the simulator that runs the image: only used while the heap image is built. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stdint.h>

void endSimulation(int code) __attribute__((noreturn));
void writeConsole(const char* text);
/** Fills in the words the simulator was started with, separated by spaces. */
void readArguments(char* buffer, uint32_t size);
/** Creates a file of the simulator's machine; returns its handle, or -1. */
int createFile(const char* path);
/** Appends to a file; returns whether that worked. */
int writeFile(int file, const void* bytes, uint32_t length);
void closeFile(int file);

#endif
