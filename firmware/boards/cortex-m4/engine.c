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

/**
 * The address of the bytecode that runs, or that called the C function that runs: of what is behind the instruction. A
 * function that is made at run time has its bytecode in the flash as well; that of a module in RAM has no place: 0.
 */
static uint32_t runningCode(txMachine* the)
{
	const txByte* code = the->code;
	const txSlot* frame = the->frame;
	for (; frame != C_NULL && (frame->flag & XS_C_FLAG); frame = frame->next) code = frame->value.frame.code;
	bool isInFlash = (uint8_t*)code < heapImage + ((HeapImage*)heapImage)->size;
	return isInFlash ? (uint32_t)code : 0;
}

/* An error's last word: its kind, of which XS has fewer than 16, and above it the address of the bytecode. */
_Static_assert(XS_ERROR_COUNT <= 16, "an error keeps its place above its kind");

/** Stands for the stack of errors: whoever builds the image knows the module and the line of an address (`places.ts`). */
void keepPlace(txMachine* the, txSlot* error, txSlot* frame)
{
	(void)frame;
	error->value.error.which |= runningCode(the) << 4;
}

/** Ends the program, and tells the bytecode at which. */
static void __attribute__((noreturn, noinline)) failAt(const char* reason, uint32_t code)
{
	char line[FAILURE_SIZE];
	snprintf(line, sizeof line, "%.180s (code %lx)", reason, (unsigned long)code);
	fail(line);
}

void failForException(txMachine* the)
{
	uint32_t code = 0;
	if (mxException.kind == XS_REFERENCE_KIND) {
		txSlot* error = mxException.value.reference->next;
		if (error != C_NULL && error->kind == XS_ERROR_KIND) code = (uint32_t)error->value.error.which >> 4;
	}
	failAt(fxToString(the, &mxException), code);
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
	failAt(describeAbort(status), runningCode(the));
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

static const Module* findAmong(const Module* modules, unsigned count, const char* name)
{
	for (unsigned index = 0; index < count; index++) {
		if (c_strcmp(modules[index].name, name) == 0) return &modules[index];
	}
	return C_NULL;
}

const Module* findModule(const char* name)
{
	return findAmong(MODULES, MODULE_COUNT, name);
}

static const Module* findToLoad(const char* name)
{
	const Module* module = isPreloading() ? findAmong(PRELOADED, PRELOADED_COUNT, name) : C_NULL;
	return module == C_NULL ? findModule(name) : module;
}

/** Specifiers are modules' names: the build has resolved them. */
txID fxFindModule(txMachine* the, txSlot* realm, txID importer, txSlot* specifier)
{
	char name[C_PATH_MAX];
	(void)realm;
	(void)importer;
	fxToStringBuffer(the, specifier, name, sizeof name);
	return findToLoad(name) == C_NULL ? XS_NO_ID : fxNewNameC(the, name);
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
	const Module* module = findToLoad(fxGetKeyName(the, id));
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
