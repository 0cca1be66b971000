/** Only there while the heap image is built: removes names that nothing refers to. */
#include "strip-names.h"

#include "code-ids.h"
#include "engine.h"
#include "failure.h"

/** The new ids, by the old ones; 0 where nothing refers to one. */
typedef struct {
	txID count;
	txID* ids;
} Names;

static txID note(void* context, txID id)
{
	Names* names = context;
	if (id >= names->count) fail("the heap image refers to a name that it does not have");
	names->ids[id] = 1;
	return id;
}

static txID renumber(void* context, txID id)
{
	return ((Names*)context)->ids[id];
}

static bool isInChunk(txMachine* the, const void* address)
{
	for (txBlock* block = the->firstBlock; block != C_NULL; block = block->nextBlock) {
		if ((txByte*)address > (txByte*)block && (txByte*)address < block->current) return true;
	}
	return false;
}

/** A bit of a chunk's size, which the collector marks chunks with: those whose ids are taken. */
enum { TAKEN = (txSize)0x80000000 };

/** Takes the ids of bytecode once, though several functions may have it. */
static void takeIdsOfCode(txMachine* the, txByte* code, TakeId take, Names* names)
{
	if (!isInChunk(the, code)) return;
	txChunk* chunk = (txChunk*)code - 1;
	if (chunk->size & TAKEN) return;
	txSize size = chunk->size - sizeof(txChunk);
	chunk->size |= TAKEN;
	if (!takeCodeIds(code, size, take, names)) fail("the heap image has bytecode without an end");
}

static void takeIdsOf(txMachine* the, txSlot* slot, TakeId take, Names* names)
{
	/* Of a name the ID is its own, of a home the profiler's. */
	if (slot->kind == XS_KEY_KIND || slot->kind == XS_KEY_X_KIND) return;
	if (slot->kind != XS_HOME_KIND) slot->ID = take(names, slot->ID);
	switch (slot->kind) {
	case XS_SYMBOL_KIND:
		slot->value.symbol = take(names, slot->value.symbol);
		break;
	case XS_MODULE_KIND:
	case XS_PROGRAM_KIND:
		slot->value.module.id = take(names, slot->value.module.id);
		break;
	case XS_CODE_KIND:
		takeIdsOfCode(the, slot->value.code.address, take, names);
		break;
	case XS_ARRAY_KIND:
		for (txIndex index = 0; index < fxGetIndexSize(C_NULL, slot); index++)
			takeIdsOf(the, slot->value.array.address + index, take, names);
		break;
	}
}

static void clearTaken(txMachine* the)
{
	for (txSlot* heap = the->firstHeap; heap != C_NULL; heap = heap->next) {
		for (txSlot* slot = heap + 1; slot < heap->value.reference; slot++) {
			if (slot->kind == XS_CODE_KIND && isInChunk(the, slot->value.code.address))
				((txChunk*)slot->value.code.address - 1)->size &= ~TAKEN;
		}
	}
}

static void takeIds(txMachine* the, TakeId take, Names* names)
{
	for (txSlot* heap = the->firstHeap; heap != C_NULL; heap = heap->next) {
		for (txSlot* slot = heap + 1; slot < heap->value.reference; slot++) takeIdsOf(the, slot, take, names);
	}
	for (txSlot* slot = the->stack; slot < the->stackTop; slot++) takeIdsOf(the, slot, take, names);
	clearTaken(the);
}

/** Free slots refer to nothing. */
static void clearFree(txMachine* the)
{
	for (txSlot* slot = the->freeHeap; slot != C_NULL; slot = slot->next) {
		slot->kind = XS_UNDEFINED_KIND;
		slot->ID = XS_NO_ID;
	}
}

static void stripTable(txSlot** table, txSize modulo, const Names* names)
{
	for (txSize index = 0; index < modulo; index++) {
		txSlot** address = &table[index];
		while (*address != C_NULL) {
			txSlot* key = *address;
			txID id = names->ids[key->ID];
			if (id == XS_NO_ID) *address = key->next;
			else {
				key->ID = id;
				address = &key->next;
			}
		}
	}
}

/** Moves a table to where another ends; returns where it ends itself. */
static txSlot** moveTable(txSlot*** table, txSize modulo, txSlot** to)
{
	*table = memmove(to, *table, modulo * sizeof **table);
	return to + modulo;
}

void stripNames(txMachine* the, unsigned moduleCount)
{
	Names names = { .count = the->keyIndex, .ids = calloc(the->keyIndex, sizeof *names.ids) };
	if (names.ids == C_NULL) fail("no memory for the names of the heap image");
	clearFree(the);
	takeIds(the, note, &names);
	txID next = XS_ID_COUNT;
	for (txID id = 0; id < names.count; id++) {
		if (id < XS_ID_COUNT) names.ids[id] = id;
		else if (names.ids[id] != XS_NO_ID) {
			names.ids[id] = next;
			the->keyArray[next++] = the->keyArray[id];
		}
	}
	takeIds(the, renumber, &names);
	for (unsigned index = 0; index < moduleCount; index++)
		takeCodeIds((txByte*)PRELOADED[index].code, PRELOADED[index].codeSize, renumber, &names);
	stripTable(the->nameTable, the->nameModulo, &names);
	stripTable(the->symbolTable, the->symbolModulo, &names);
	the->keyIndex = the->keyCount = next;
	txSlot** end = moveTable(&the->nameTable, the->nameModulo, the->keyArray + next);
	moveTable(&the->symbolTable, the->symbolModulo, end);
}
