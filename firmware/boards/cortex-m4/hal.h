/**
 * The hardware, as the firmware's native functions see it: what each board brings, as `mps2-an386/hal-bridge.c` and
 * `wio-terminal/hal-wio.c` do. All calls return at once; what takes time is told of later by an event. Handles are
 * chosen by the caller, texts are UTF-8.
 */
#ifndef HAL_H
#define HAL_H

#include <stdint.h>

/** Returned for bytes: there are none, or it failed and `halError` says why. */
enum { HAL_NONE = -1, HAL_ERROR = -2 };

/** Some bytes of an argument. */
typedef struct {
	const void* bytes;
	uint32_t length;
} HalBytes;

typedef enum { HAL_STORE_READ, HAL_STORE_WRITE, HAL_STORE_DELETE, HAL_STORE_KEYS } HalStoreOperation;
typedef enum { HAL_FLASH_SIZE, HAL_FLASH_READ, HAL_FLASH_WRITE, HAL_FLASH_ERASE } HalFlashOperation;

typedef struct {
	uint8_t kind;
	uint16_t handle;
	/** Milliseconds that only go forward. */
	uint32_t now;
	uint32_t count;
	/** Bytes of the text, which `halTake` fetches. */
	uint32_t textLength;
} HalEvent;

/** What the engine uses, for whoever measures. Slots take 16 bytes each. */
typedef struct {
	uint32_t slots, slotsPeak;
	uint32_t chunkBytes, chunkBytesPeak;
	/** Bytes that were never used so far: of the arena, of the C library's heap, of the C stack. */
	uint32_t unusedArena, unusedHeap, unusedStack;
	/** How long the turn took, the first from the reset on: without the waiting, in units of 1,024 ns. */
	uint32_t work;
} HalMeter;

/* The program's loop. */

/** Brings the hardware up and tells why the last run ended; empty after power-on. */
void halStart(const char* failure);
/** Waits for the next event. Everything the last one led to has been done. */
void halAwait(HalEvent* event);
/** Fetches bytes that an event or a call has announced: all of them, but it may take several calls. */
void halTake(void* bytes, uint32_t length);
/** Why the last call failed; null when it did not. */
const char* halError(void);

/* One function for each thing that the classes of ECMA-419 in use need. */

/** A reading, 0 to 2 ** resolution - 1. */
double halAnalog(uint16_t pin, int isResolution);
void halDigital(uint16_t pin, int level);

/** `endpoint`: an address, or that and what TLS or a WebSocket needs (`native.ts`). */
void halSocketOpen(uint16_t handle, HalBytes endpoint, uint16_t port);
/** Returns the number of bytes that `halTake` then must fetch, `maximum` at most. */
int32_t halSocketRead(uint16_t handle, uint32_t maximum);
/** Takes all of the data; returns the room left. */
double halSocketWrite(uint16_t handle, HalBytes data);
void halSocketClose(uint16_t handle);
void halResolve(uint16_t handle, HalBytes host);

/** Has an event told in so many milliseconds, in place of an earlier wish; never, for 0xFFFFFFFF. */
void halAlarm(uint32_t delay);
/** A number from 0 up to, not including, 1. */
double halRandom(void);
/** Milliseconds since 1970; 0 while the clock is not set. */
double halDate(void);

/** Returns the number of bytes that `halTake` then must fetch. Keys are separated by a zero byte. */
int32_t halStore(HalStoreOperation operation, HalBytes path, HalBytes key, HalBytes value);

/**
 * Flash memory. A read returns the number of bytes that `halTake` then must fetch, `length`; so does the size, a
 * double. A write begins at the offset `at`, an erasure is of the block `at`; both are durable when they return.
 */
int32_t halFlash(HalFlashOperation operation, HalBytes path, uint32_t at, uint16_t length, HalBytes data);

/** One line of JSON for whoever listens. */
void halReport(HalBytes line);
/* For whoever runs the image from outside and measures it; hardware of its own leaves them empty. */

/** Says what the turn that an event led to has used. */
void halTurnOver(const HalMeter* meter);
/** How long the program has worked so far, without waiting for the hardware, in units of 1,024 ns; wraps. */
uint32_t halWork(void);
/** The chip is about to reset itself, as the firmware wants. */
void halRestart(void);
/** The firmware has gone off line, as it was told to. */
void halStopped(void);
/** Does nothing: what a call itself costs. */
void halNothing(void);

#endif
