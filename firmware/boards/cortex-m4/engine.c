#include "engine.h"

#include "board.h"
#include "creation.h"
#include "failure.h"
#include "heap-image.h"
#include "memory.h"
#include "xsScript.h"

txMachine* startEngine(void)
{
	static txCreation creation = {
		.initialChunkSize = CREATION_CHUNK_INITIAL,
		.incrementalChunkSize = CREATION_CHUNK_INCREMENTAL,
		.initialHeapCount = CREATION_HEAP_INITIAL,
		.incrementalHeapCount = CREATION_HEAP_INCREMENTAL,
		.stackCount = CREATION_STACK,
		.initialKeyCount = CREATION_KEYS_INITIAL,
		.incrementalKeyCount = CREATION_KEYS_INCREMENTAL,
		.nameModulo = NAME_MODULO,
		.symbolModulo = SYMBOL_MODULO,
	};
	useRam(creation.stackCount);
	protectMemory(arenaStart);
	txMachine* the = fxCloneMachine(&creation, ((HeapImage*)heapImage)->machine, "firmware", C_NULL);
	if (the == C_NULL) fail("no memory for a machine");
	return the;
}

void runJobs(txMachine* the)
{
	while (the->promiseJobs) {
		the->promiseJobs = 0;
		fxRunPromiseJobs(the);
	}
}

void failForException(txMachine* the)
{
	fail(fxToString(the, &mxException));
}

static const char* describeAbort(int status)
{
	switch (status) {
	case XS_NOT_ENOUGH_MEMORY_EXIT:
		return "not enough memory";
	case XS_STACK_OVERFLOW_EXIT:
		return "C stack overflow";
	case XS_NO_MORE_KEYS_EXIT:
		return "no more property keys";
	case XS_DEAD_STRIP_EXIT:
		return "a part of the engine was left out";
	case XS_TOO_MUCH_COMPUTATION_EXIT:
		return "too much computation";
	default:
		return "the engine gave up";
	}
}

/** The engine cannot go on. */
void fxAbort(txMachine* the, int status)
{
	if (status == XS_UNHANDLED_EXCEPTION_EXIT || status == XS_UNHANDLED_REJECTION_EXIT) failForException(the);
	fail(describeAbort(status));
}

void fxCreateMachinePlatform(txMachine* the)
{
	the->promiseJobs = 0;
}

void fxDeleteMachinePlatform(txMachine* the)
{
	(void)the;
}

void fxQueuePromiseJobs(txMachine* the)
{
	the->promiseJobs = 1;
}

/** XS compares its stack with it: some room is left for a fault's own frame. */
char* fxCStackLimit(void)
{
	return (char*)cStackBottom + 512;
}

static const Module* findModule(const char* name)
{
	for (unsigned index = 0; index < MODULE_COUNT; index++) {
		if (c_strcmp(MODULES[index].name, name) == 0) return &MODULES[index];
	}
	return C_NULL;
}

/** Specifiers are modules' names: the build has resolved them. */
txID fxFindModule(txMachine* the, txSlot* realm, txID importer, txSlot* specifier)
{
	char name[C_PATH_MAX];
	(void)realm;
	(void)importer;
	fxToStringBuffer(the, specifier, name, sizeof name);
	return findModule(name) == C_NULL ? XS_NO_ID : fxNewNameC(the, name);
}

/** XS replaces names in the code by its own numbers, and needs it where it can be written. */
static void* toMemory(txMachine* the, const uint8_t* bytes, uint32_t size)
{
	/* Of a preloaded module that is where it lies; it is not needed a second time. */
	if (isPreloading()) return (void*)bytes;
	void* copy = malloc(size);
	if (copy == C_NULL) fxAbort(the, XS_NOT_ENOUGH_MEMORY_EXIT);
	return c_memcpy(copy, bytes, size);
}

void fxLoadModule(txMachine* the, txSlot* slot, txID id)
{
	static txScript script;
	const Module* module = findModule(fxGetKeyName(the, id));
	if (module == C_NULL || (isPreloading() && !module->isPreloaded)) {
		mxReferenceError("module \"%s\" is not preloaded", fxGetKeyName(the, id));
	}
	script = (txScript){
		.codeBuffer = toMemory(the, module->code, module->codeSize),
		.codeSize = module->codeSize,
		.symbolsBuffer = toMemory(the, module->symbols, module->symbolsSize),
		.symbolsSize = module->symbolsSize,
	};
	fxResolveModule(the, slot, id, &script, C_NULL, C_NULL);
}

/** There is no parser in the image. */
txScript* fxParseScript(txMachine* the, void* stream, txGetter getter, txUnsigned flags)
{
	(void)stream;
	(void)getter;
	(void)flags;
	mxSyntaxError("no parser");
	return C_NULL;
}

/* The engine is compiled as its own linker is (`mxLink`), which asks for these. */
txCallback fxNewLinkerCallback(txMachine* the, txCallback callback, txString name)
{
	(void)the;
	(void)name;
	return callback;
}
#undef fxBuildHostConstructor
#undef fxBuildHostFunction
txSlot* fxBuildHostConstructor(txMachine* the, txCallback callback, txInteger length, txInteger name)
{
	return fxNewHostConstructor(the, callback, length, name);
}
txSlot* fxBuildHostFunction(txMachine* the, txCallback callback, txInteger length, txInteger name)
{
	return fxNewHostFunction(the, callback, length, name, XS_NO_ID);
}
