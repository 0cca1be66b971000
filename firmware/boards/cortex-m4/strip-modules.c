/** Only there while the heap image is built: removes what only linked its modules. */
#include "strip-modules.h"

#include "engine.h"

/** Removes what a module was linked and run by: it has run. */
static void finishModule(txSlot* module)
{
	mxModuleInstanceInternal(module)->value.module.realm = C_NULL;
	mxModuleInstanceLoader(module)->value.module.realm = C_NULL;
	mxModuleInstanceTransfers(module)->kind = XS_NULL_KIND;
	mxModuleInstanceInitialize(module)->kind = XS_NULL_KIND;
	mxModuleInstanceExecute(module)->kind = XS_NULL_KIND;
}

/** Makes all functions those of one module. Of its module a function only asks for the realm, which all share. */
static void joinHomes(txMachine* the, txSlot* module)
{
	for (txSlot* heap = the->firstHeap; heap != C_NULL; heap = heap->next) {
		for (txSlot* slot = heap + 1; slot < heap->value.reference; slot++) {
			if (slot->kind == XS_HOME_KIND && slot->value.home.module != C_NULL) slot->value.home.module = module;
		}
	}
}

void stripModules(txMachine* the)
{
	txSlot* realm = mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm;
	txSlot** address = &mxOwnModules(realm)->value.reference->next;
	txSlot* first = C_NULL;
	while (*address != C_NULL) {
		txSlot* module = *address;
		finishModule(module->value.reference);
		if (findModule(fxGetKeyName(the, mxModuleInternal(module)->value.module.id)) != C_NULL) {
			if (first == C_NULL) first = module->value.reference;
			address = &module->next;
		} else *address = module->next;
	}
	if (first != C_NULL) joinHomes(the, first);
	fxCollectGarbage(the);
	fxCollectGarbage(the);
}
