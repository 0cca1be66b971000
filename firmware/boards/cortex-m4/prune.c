/** Only there while the heap image is built: makes its built-ins those that the modules use. */
#include "prune.h"

#include "features.h"
#include "kept.h"
#include "statics.h"

static bool isKept(txID id)
{
	/* Symbols have no names; what is behind the engine's names is ours. */
	if (id < XS_SYMBOL_ID_COUNT || id >= XS_ID_COUNT) return true;
	return (KEPT[id >> 3] & (1 << (id & 7))) != 0;
}

/** Takes properties out of an object, those of its internals excepted. */
static void pruneProperties(txSlot* instance)
{
	txSlot** address = &instance->next;
	while (*address != C_NULL) {
		txSlot* property = *address;
		bool isNamed = !(property->flag & XS_INTERNAL_FLAG) && property->ID != XS_NO_ID;
		if (isNamed && !isKept(property->ID)) *address = property->next;
		else address = &property->next;
	}
}

/** Takes properties out of globals whose names are those of other things (`globals.ts`). */
static void pruneStatics(txMachine* the)
{
	for (unsigned index = 0; index < sizeof UNUSED_STATICS / sizeof *UNUSED_STATICS; index += 2) {
		txSlot* global = &the->stackPrototypes[-1 - UNUSED_STATICS[index]];
		if (global->kind != XS_REFERENCE_KIND) continue;
		txSlot** address = &global->value.reference->next;
		while (*address != C_NULL) {
			txSlot* property = *address;
			bool isIt = !(property->flag & XS_INTERNAL_FLAG) && property->ID == UNUSED_STATICS[index + 1];
			if (isIt) *address = property->next;
			else address = &property->next;
		}
	}
}

/** Nobody looks the name up any more; its id, which the bytecode of others is numbered after, stays taken. */
static void pruneName(txMachine* the, txID id)
{
	txSlot* key = the->keyArray[id];
	txSlot** address = &the->nameTable[key->value.key.sum % the->nameModulo];
	while (*address != C_NULL && *address != key) address = &(*address)->next;
	if (*address != C_NULL) *address = key->next;
	the->keyArray[id] = the->keyArray[mxID(_undefined)];
}

/** Lets go of objects that nothing but what an image leaves out comes to (`left-out.c`). */
static void dropPrototypes(txMachine* the)
{
	txSlot* dropped[] = {
#if !USES_GENERATORS
		&mxGeneratorPrototype, &mxGeneratorFunctionPrototype,
#endif
#if !USES_ASYNC
		&mxAsyncFunctionPrototype, &mxAsyncIteratorPrototype, &mxAsyncFromSyncIteratorPrototype,
#endif
#if !USES_ASYNC || !USES_GENERATORS
		&mxAsyncGeneratorPrototype, &mxAsyncGeneratorFunctionPrototype,
#endif
#if !USES_BIGINT
		&mxBigIntPrototype,
#endif
		isKept(mxID(_DataView)) ? C_NULL : &mxDataViewPrototype,
		isKept(mxID(_WeakMap)) ? C_NULL : &mxWeakMapPrototype,
		isKept(mxID(_WeakSet)) ? C_NULL : &mxWeakSetPrototype,
		isKept(mxID(_WeakRef)) ? C_NULL : &mxWeakRefPrototype,
		isKept(mxID(_FinalizationRegistry)) ? C_NULL : &mxFinalizationRegistryPrototype,
		&mxSharedArrayBufferPrototype, &mxCompartmentPrototype, &mxCompartmentGlobal, &mxModuleSourcePrototype,
		&mxArgumentsSloppyPrototype,
	};
	for (unsigned index = 0; index < sizeof dropped / sizeof *dropped; index++) {
		if (dropped[index] != C_NULL) dropped[index]->kind = XS_UNDEFINED_KIND;
	}
}

void prune(txMachine* the)
{
	dropPrototypes(the);
	pruneStatics(the);
	for (txSlot* heap = the->firstHeap; heap != C_NULL; heap = heap->next) {
		for (txSlot* slot = heap + 1; slot < heap->value.reference; slot++) {
			if (slot->kind == XS_INSTANCE_KIND) pruneProperties(slot);
		}
	}
	for (txID id = XS_SYMBOL_ID_COUNT; id < XS_ID_COUNT; id++) {
		if (isKept(id)) continue;
		pruneName(the, id);
		if (id < XS_INTRINSICS_COUNT) the->stackPrototypes[-1 - id].kind = XS_UNDEFINED_KIND;
	}
	fxCollectGarbage(the);
	fxCollectGarbage(the);
}
