#include "board.h"
#include "engine.h"
#include "failure.h"
#include "hal.h"
#include "heap-image.h"
#include "memory.h"
#include "natives.h"
#include "preload.h"
#include "seam.h"

/** The composition root: its default export is what hears of events. */
#define MAIN_MODULE "firmware/boards/cortex-m4/main"

static void pushListener(txMachine* the)
{
	mxPushStringC(MAIN_MODULE);
	fxAwaitImport(the, XS_IMPORT_DEFAULT);
}

/** Calls the listener on top of the stack: (kind, now, handle, count, text). */
static void tellListener(txMachine* the, const HalEvent* event)
{
	txSlot* listener = the->stack;
	mxPushUndefined();
	mxPushSlot(listener);
	mxCall();
	mxPushInteger(event->kind);
	mxPushUnsigned(event->now);
	mxPushInteger(event->handle);
	mxPushUnsigned(event->count);
	if (event->textLength > 0) pushTakenText(the, event->textLength);
	else mxPushStringC("");
	mxRunCount(5);
	mxPop();
	runJobs(the);
	fxEndJob(the);
	/* A promise that was rejected in this turn, and that nobody listens to, ends the program. */
	fxCheckUnhandledRejections(the, 1);
}

static void tellMeter(txMachine* the, uint32_t work)
{
	HalMeter meter = {
		.slots = the->currentHeapCount,
		.slotsPeak = the->peakHeapCount,
		.chunkBytes = the->currentChunksSize,
		.chunkBytesPeak = the->peakChunksSize,
		.unusedArena = unusedArena(),
		.unusedHeap = heapEnd - heapStart - usedHeap(),
		.unusedStack = unusedCStack(),
		.work = work,
	};
	halTurnOver(&meter);
}

static void serve(txMachine* the)
{
	/* The first turn's work is all since the reset. */
	uint32_t before = 0;
	for (;;) {
		HalEvent event;
		halAwait(&event);
		startWatchdog();
		if (event.kind == BRIDGE_COLLECT) fxCollectGarbage(the);
		else tellListener(the, &event);
		stopWatchdog();
		tellMeter(the, halWork() - before);
		before = halWork();
	}
}

int main(void)
{
	if (!hasImage()) buildImage();
	startClock();
	halStart(takeFailure());
	txMachine* the = startEngine();
	fxBeginHost(the);
	mxTry(the) {
		pushListener(the);
		serve(the);
	}
	mxCatch(the) {
		failForException(the);
	}
	fxEndHost(the);
	return 0;
}
