/** Only there while the heap image is built: which module each slot came with, for `npm run budgets -- --modules`. */
#include "owners.h"

#include "failure.h"
#include "semihosting.h"

/** A byte for each slot, that of the first heap's head included: there is no other heap. */
static uint8_t* owners;

enum { NOBODY = 0, FREE = 0xff };

static txSize count(txMachine* the)
{
	if (the->firstHeap->next != C_NULL) fail("the heap image has its slots in several places");
	return the->firstHeap->value.reference - the->firstHeap;
}

void noteOwner(txMachine* the, unsigned owner)
{
	if (owners == C_NULL) owners = calloc(count(the), 1);
	if (owners == C_NULL || owner >= FREE) fail("no memory for so many modules");
	for (txSlot* slot = the->freeHeap; slot != C_NULL; slot = slot->next) owners[slot - the->firstHeap] = FREE;
	for (txSize index = 1; index < count(the); index++) {
		if (owners[index] == FREE) owners[index] = NOBODY;
		else if (owners[index] == NOBODY) owners[index] = owner;
	}
}

bool writeOwners(txMachine* the, const char* path)
{
	int file = createFile(path);
	bool isWritten = file >= 0 && writeFile(file, owners, count(the));
	closeFile(file);
	return isWritten;
}
