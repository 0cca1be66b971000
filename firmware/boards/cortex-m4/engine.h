/** The XS machine: its making, its modules, its end. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdint.h>

#include "xsAll.h"

/** A module, and its bytecode unless it is preloaded and the image runs. */
typedef struct {
	const char* name;
	const uint8_t* code;
	uint32_t codeSize;
	const uint8_t* symbols;
	uint32_t symbolsSize;
	bool isPreloaded;
} Module;

/** The modules that are asked for by name when the image runs; generated. */
extern const Module MODULES[];
extern const unsigned MODULE_COUNT;
/** Those that are preloaded, what others import first; there only while the heap image is built. */
extern Module PRELOADED[];
extern unsigned PRELOADED_COUNT;

/** Finds one of the modules that are asked for when the image runs; C_NULL if it is not among them. */
const Module* findModule(const char* name);

/** The number of names the machine's tables are made for; a machine and those that share it agree. */
enum { NAME_MODULO = 127, SYMBOL_MODULO = 3 };

/** Makes a machine over the heap image; ends the program when memory does not suffice. */
txMachine* startEngine(void);

/** Runs the promises' jobs until there are none. */
void runJobs(txMachine* the);

/** Keeps in an error that is made where that was; a hook of the engine's. */
void keepPlace(txMachine* the, txSlot* error, txSlot* frame);

/** Ends the program for what was thrown last. */
void failForException(txMachine* the) __attribute__((noreturn));

#endif
