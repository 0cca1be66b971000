#include "memory.h"

#include "board.h"
#include "heap-image.h"
#include "xsAll.h"

static struct {
	uint8_t *start, *next, *end;
} heap;
/** Of the arena: the chunks' end, and the slots' beginning. In an image slots grow upwards as well. */
static uint8_t *chunks, *slots, *slotsEnd;
/** The JavaScript stack, until XS has asked for it. */
static uint8_t* stack;

void useRam(uint32_t stackSlots)
{
	heap.start = heap.next = heapStart;
	heap.end = heapEnd;
	stack = arenaStart + GUARD_SIZE;
	chunks = stack + stackSlots * sizeof(txSlot);
	slots = arenaEnd;
}

void useImage(uint32_t heapSize, uint32_t slotCount)
{
	heap.start = heap.next = heapImage + sizeof(HeapImage);
	heap.end = heap.start + heapSize;
	slots = heap.end;
	slotsEnd = slots + slotCount * sizeof(txSlot);
	chunks = slotsEnd;
}

void* growHeap(int32_t size)
{
	if (heap.next + size > heap.end) return C_NULL;
	void* memory = heap.next;
	heap.next += size;
	return memory;
}

void freeHeap(void* memory)
{
	if ((uint8_t*)memory >= heap.start && (uint8_t*)memory < heap.end) free(memory);
}

uint32_t usedHeap(void)
{
	return heap.next - heap.start;
}

uint32_t unusedArena(void)
{
	return slots - chunks;
}

static txSlot* allocateImageSlots(txSize count)
{
	uint8_t* memory = slots;
	if (count * (txSize)sizeof(txSlot) > slotsEnd - slots) return C_NULL;
	slots += count * sizeof(txSlot);
	return (txSlot*)memory;
}

txSlot* fxAllocateSlots(txMachine* the, txSize count)
{
	txSize size = count * sizeof(txSlot);
	(void)the;
	if (isPreloading()) return allocateImageSlots(count);
	if (stack != C_NULL) {
		/* What XS asks for first. */
		txSlot* memory = (txSlot*)stack;
		stack = C_NULL;
		return memory;
	}
	if (size > (txSize)unusedArena()) return C_NULL;
	slots -= size;
	return (txSlot*)slots;
}

void* fxAllocateChunks(txMachine* the, txSize size)
{
	uint8_t* memory = chunks;
	(void)the;
	if (!isPreloading() && size > (txSize)unusedArena()) return C_NULL;
	chunks += size;
	return memory;
}

/** A machine lives as long as the program. */
void fxFreeSlots(txMachine* the, void* memory) { (void)the; (void)memory; }
void fxFreeChunks(txMachine* the, void* memory) { (void)the; (void)memory; }
