/** RAM that no part of the self-test uses: each word is written and read, with a value of its own, and then the other way round. */
#include "board.h"
#include "selftest.h"

static uint32_t patternOf(const volatile uint32_t* word)
{
	return (uintptr_t)word * 2654435761u;
}

/** The first word that does not keep what is written; none: the end. */
static volatile uint32_t* findBad(volatile uint32_t* start, volatile uint32_t* end, uint32_t flip)
{
	volatile uint32_t* word;
	for (word = start; word < end; word++) *word = patternOf(word) ^ flip;
	for (word = start; word < end; word++) {
		if (*word != (patternOf(word) ^ flip)) break;
	}
	return word;
}

void checkMemory(Result* result)
{
	volatile uint32_t* start = (uint32_t*)arenaStart;
	volatile uint32_t* end = (uint32_t*)arenaEnd;
	volatile uint32_t* bad = findBad(start, end, 0);
	if (bad == end) bad = findBad(start, end, ~0u);
	unsigned size = (uintptr_t)end - (uintptr_t)start;
	if (bad == end) return conclude(result, true, '1', "%u bytes free, each of them good", size);
	conclude(result, false, '0', "%u bytes free, but 0x%08lx is bad", size, (unsigned long)(uintptr_t)bad);
}
