#include "preload.h"

#include "board.h"
#include "creation.h"
#include "engine.h"
#include "failure.h"
#include "heap-image.h"
#include "memory.h"
#include "natives.h"
#include "owners.h"
#include "prune.h"
#include "semihosting.h"
#include "strip-modules.h"
#include "strip-names.h"

/* What host-sim/engines/arm/pack/ knows of the engine. */
#define KNOWN(condition) _Static_assert(condition, "the packer of heap images knows another engine")
KNOWN(sizeof(txSlot) == 16 && offsetof(txSlot, value) == 8 && sizeof(txChunk) == 8 && sizeof(txMachine) == 472);
KNOWN(offsetof(txMachine, stackBottom) == 16 && offsetof(txMachine, stackPrototypes) == 24);
KNOWN(offsetof(txMachine, firstBlock) == 80 && offsetof(txMachine, firstHeap) == 88);
KNOWN(offsetof(txMachine, nameTable) == 96 && offsetof(txMachine, symbolTable) == 104);
KNOWN(offsetof(txMachine, keyArray) == 112 && offsetof(txMachine, keyCount) == 116);
KNOWN(XS_UNDEFINED_KIND == 0 && XS_NULL_KIND == 1 && XS_BOOLEAN_KIND == 2 && XS_INTEGER_KIND == 3);
KNOWN(XS_NUMBER_KIND == 4 && XS_SYMBOL_KIND == 7 && XS_CLOSURE_KIND == 11 && XS_ARRAY_BUFFER_KIND == 17);
KNOWN(XS_DATA_VIEW_KIND == 22);
KNOWN(XS_STRING_X_KIND == 6 && XS_REFERENCE_KIND == 10 && XS_INSTANCE_KIND == 13 && XS_ARRAY_KIND == 16);
KNOWN(XS_CODE_X_KIND == 20 && XS_MODULE_KIND == 28 && XS_TYPED_ARRAY_KIND == 34 && XS_ACCESSOR_KIND == 38);
KNOWN(XS_HOME_KIND == 42 && XS_KEY_X_KIND == 44 && XS_CALLBACK_X_KIND == 49 && XS_EXPORT_KIND == 52);
KNOWN(XS_BUFFER_INFO_KIND == 54);

/**
 * What the simulator was started with: a file to write, bytes of heap, slots, keys, bytes of chunks, whether to load
 * the modules.
 */
static struct {
	char path[128];
	unsigned heapSize, slots, keys, chunkSize, withModules;
} request;

static unsigned nextNumber(char** words)
{
	return strtoul(*words, words, 10);
}

static void readRequest(void)
{
	char words[sizeof request.path];
	readArguments(words, sizeof words);
	char* end = strchr(words, ' ');
	if (end == C_NULL) fail("a heap image is missing: build the image");
	c_memcpy(request.path, words, end - words);
	request.heapSize = nextNumber(&end);
	request.slots = nextNumber(&end);
	request.keys = nextNumber(&end);
	request.chunkSize = nextNumber(&end);
	request.withModules = nextNumber(&end);
}

/** What in flash would fault: it is written to by merely being used, or cannot be written to at all. */
static const char* describeForbidden(const txSlot* slot)
{
	switch (slot->kind) {
	case XS_REGEXP_KIND:
		return "a RegExp";
	case XS_MAP_KIND:
		return "a Map";
	case XS_SET_KIND:
		return "a Set";
	case XS_WEAK_MAP_KIND:
		return "a WeakMap";
	case XS_WEAK_SET_KIND:
		return "a WeakSet";
	case XS_WEAK_REF_KIND:
		return "a WeakRef";
	case XS_FINALIZATION_REGISTRY_KIND:
		return "a FinalizationRegistry";
	case XS_DATE_KIND:
		return "a Date";
	case XS_PROMISE_KIND:
		return "a Promise";
	case XS_ARRAY_BUFFER_KIND:
		/* Behind it is its length. Without bytes there is nothing to write to. */
		return slot->next->value.bufferInfo.length > 0 ? "an ArrayBuffer or a typed array" : C_NULL;
	default:
		return C_NULL;
	}
}

static unsigned forbiddenCount;

/** Counts what is forbidden; returns what one of them is when there are more than before. */
static const char* findForbidden(txMachine* the)
{
	const char* found = C_NULL;
	unsigned count = 0;
	for (txSlot* heap = the->firstHeap; heap != C_NULL; heap = heap->next) {
		for (txSlot* slot = heap + 1; slot < heap->value.reference; slot++) {
			const char* description = describeForbidden(slot);
			if (description == C_NULL) continue;
			count++;
			found = description;
		}
	}
	bool isMore = count > forbiddenCount;
	forbiddenCount = count;
	return isMore ? found : C_NULL;
}

static void refuse(const char* module, const char* format, const char* reason)
{
	char line[FAILURE_SIZE];
	int length = snprintf(line, sizeof line, "%s cannot be preloaded: ", module);
	snprintf(line + length, sizeof line - length, format, reason);
	fail(line);
}

/**
 * Slots near the end of the stack that nothing may reach: XS does not always check how much is left. Behind them it has
 * room to write numbers out (xsdtoa.c).
 */
enum { STACK_GUARD = 256, NUMBER_ROOM = 256, UNTOUCHED = 0xa5 };

static void guardStack(txMachine* the)
{
	c_memset(the->stackBottom + NUMBER_ROOM, UNTOUCHED, STACK_GUARD * sizeof(txSlot));
}

static bool isGuardUntouched(txMachine* the)
{
	const uint8_t* guard = (const uint8_t*)(the->stackBottom + NUMBER_ROOM);
	for (unsigned index = 0; index < STACK_GUARD * sizeof(txSlot); index++) {
		if (guard[index] != UNTOUCHED) return false;
	}
	return true;
}

/** Modules come in an order in which each import loads one module: the guilty one is known. */
static void importModules(txMachine* the)
{
	for (unsigned index = 0; index < PRELOADED_COUNT; index++) {
		const Module* module = &PRELOADED[index];
		mxTry(the) {
			mxPushStringC((txString)module->name);
			fxAwaitImport(the, 0);
			mxPop();
		}
		mxCatch(the) {
			refuse(module->name, "it throws %s", fxToString(the, &mxException));
		}
		if (!isGuardUntouched(the)) refuse(module->name, "it needs more JavaScript stack than %s", "IMAGE_STACK, in host-sim/engines/arm/generate.ts");
		fxCollectGarbage(the);
		const char* forbidden = findForbidden(the);
		if (forbidden != C_NULL) refuse(module->name, "it holds %s, which cannot live in flash", forbidden);
		noteOwner(the, OWNER_MODULES + index);
	}
}

/** What lies in flash is not collected: its kinds say so. An array's items are slots in a chunk. */
static void toFlashKind(txSlot* slot)
{
	switch (slot->kind) {
	case XS_ARRAY_KIND:
		for (txIndex index = 0; index < fxGetIndexSize(C_NULL, slot); index++) {
			toFlashKind(slot->value.array.address + index);
		}
		break;
	case XS_STRING_KIND:
		slot->kind = XS_STRING_X_KIND;
		break;
	case XS_BIGINT_KIND:
		slot->kind = XS_BIGINT_X_KIND;
		break;
	case XS_CODE_KIND:
		slot->kind = XS_CODE_X_KIND;
		break;
	case XS_CALLBACK_KIND:
		slot->kind = XS_CALLBACK_X_KIND;
		break;
	case XS_KEY_KIND:
		slot->kind = XS_KEY_X_KIND;
		break;
	}
}

static void toFlashKinds(txMachine* the)
{
	for (txSlot* heap = the->firstHeap; heap != C_NULL; heap = heap->next) {
		for (txSlot* slot = heap + 1; slot < heap->value.reference; slot++) toFlashKind(slot);
	}
	for (txSlot* slot = the->stack; slot < the->stackTop; slot++) toFlashKind(slot);
}

/** Beside the image: whose its slots are. */
#define OWNERS_FILE "owners.bin"

/**
 * Writes the image, and behind it the code of the modules in the form that it has in the image, with the machine's
 * numbers for names: by it the build knows which function lies where.
 */
static bool writeImage(const HeapImage* image)
{
	int file = createFile(request.path);
	bool isWritten = file >= 0 && writeFile(file, image, image->size);
	for (unsigned index = 0; index < PRELOADED_COUNT; index++) {
		isWritten = isWritten && writeFile(file, PRELOADED[index].code, PRELOADED[index].codeSize);
	}
	closeFile(file);
	return isWritten;
}

void buildImage(void)
{
	beginPreloading();
	readRequest();
	useImage(request.heapSize, request.slots + CREATION_IMAGE_STACK);
	txCreation creation = {
		.initialChunkSize = request.chunkSize,
		.incrementalChunkSize = 1024,
		.initialHeapCount = request.slots,
		.incrementalHeapCount = 32,
		.stackCount = CREATION_IMAGE_STACK,
		.initialKeyCount = request.keys,
		.incrementalKeyCount = 0,
		.nameModulo = NAME_MODULO,
		.symbolModulo = SYMBOL_MODULO,
	};
	txMachine* the = fxCreateMachine(&creation, "image", C_NULL, XS_NO_ID);
	if (the == C_NULL) fail("no memory for the heap image");
	fxBeginHost(the);
	guardStack(the);
	findForbidden(the);
	fxCollectGarbage(the);
	prune(the);
	noteOwner(the, OWNER_BUILT_INS);
	if (request.withModules) {
		defineNatives(the);
		fxCollectGarbage(the);
		noteOwner(the, OWNER_NATIVES);
		importModules(the);
		stripModules(the);
	}
	stripNames(the, request.withModules ? PRELOADED_COUNT : 0);
	fxEndHost(the);
	fxShareMachine(the);
	toFlashKinds(the);
	HeapImage* image = (HeapImage*)heapImage;
	*image = (HeapImage){
		.mark = IS_IMAGE,
		.size = (uint8_t*)the->firstBlock->current - heapImage,
		.machine = the,
	};
	endSimulation(writeImage(image) && writeOwners(the, OWNERS_FILE) ? 0 : 1);
}
