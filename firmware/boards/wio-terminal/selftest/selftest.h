/**
 * The self-test: measures what the firmware relies on, each check with an end, and says it on the log's line, on the
 * screen and by the status LED (docs/wio-terminal.md).
 */
#ifndef SELFTEST_H
#define SELFTEST_H

#include <stdbool.h>
#include <stdint.h>

/** In the order of the code's characters; a check's number for people is one more. */
typedef enum {
	CHECK_RESET,
	CHECK_CLOCK,
	CHECK_LOG,
	CHECK_LIGHT,
	CHECK_CALIBRATION,
	CHECK_LEDS,
	CHECK_FLASH,
	CHECK_MEMORY,
	CHECK_RADIO,
	CHECK_SCREEN,
	CHECK_BUTTONS,
	CHECKS,
} Check;

/** What a check has found: its character in the code, whether that is as it should be, and words. */
typedef struct {
	char code;
	bool isGood;
	char text[64];
} Result;

/** Fills in a result; the text as `printf` has it. */
void conclude(Result* result, bool isGood, char code, const char* format, ...) __attribute__((format(printf, 4, 5)));

/* Each check. `checkReset` is about the start before any that the self-test made itself. */
void checkReset(Result* result);
void checkClock(Result* result);
void checkLog(Result* result);
void checkLight(Result* result);
void checkCalibration(Result* result);
void checkLeds(Result* result);
void checkFlash(Result* result);
void checkMemory(Result* result);
void checkRadio(Result* result);
void checkButtons(Result* result);

/* code.c */

/** Characters of the code: of each check, and of its checksum. */
enum { CODE_CHARACTERS = CHECKS + 1 };
/** Bytes of the whole code: `WT1-XXXX-XXXX-XXXX` and a zero. */
enum { CODE_SIZE = 4 + CODE_CHARACTERS + 2 + 1 };
/** The character of a check that was not made, and of one in which the program hung or failed. */
enum { CODE_SKIPPED = 'Z', CODE_HANGS = 'H' };

/** Writes the code of results, which a person passes on. */
void writeCode(char code[CODE_SIZE], const Result results[CHECKS]);
/** The number of the first check that was made and is not good, from 1; 0 if there is none. */
int firstFailure(const Result results[CHECKS]);

/* erpc.c */

/** The call of `version`, as bytes. */
enum { VERSION_CALL_SIZE = 12 };
extern const uint8_t VERSION_CALL[VERSION_CALL_SIZE];

/** Looks for the reply to it in what has come; whether there is one, whole and with the right checksum. */
bool findVersion(const uint8_t* bytes, uint32_t length, char version[16]);
/** Whether a version, numbers with dots between, is that or a later one. */
bool isVersionFrom(const char* version, int major, int minor, int patch);

/* flash-id.c */

/** The id that the QSPI flash answers to 9Fh with (JEDEC: manufacturer, type, size in bits 23:0); negative: no answer. */
int32_t readFlashId(void);

/* buttons.c */

enum { BUTTONS = 8 };

/** Makes them inputs. From then on `watchButton` looks at all of them, once a millisecond, as the firmware's looks at A. */
void startButtons(void);
/** By bits: those that were pressed since the start, and those that are. */
uint32_t pressedButtons(void);
uint32_t heldButtons(void);
extern const char* const BUTTON_NAMES[BUTTONS];

/* led.c */

/** What the status LED does: it is on, a check switches it, or it shows the number of a check (0: one long flash). */
void showBusy(void);
void releaseLed(void);
void showNumber(int number);

/* stages.c */

/** A new start: reads what a reset has kept. */
void beginRun(void);
/** A check begins; false if it was in this one that the program hung or failed. */
bool beginCheck(Check check);
void endCheck(void);
/** Bits of RCAUSE: why the chip has started, but for starts that the self-test made itself. */
uint8_t firstReset(void);
/** Why the run before ended, if it failed. */
const char* lastFailure(void);

/* pause.c */

/** Waits and feeds the watchdog. When nothing counts milliseconds, it ends all the same, within three times as long. */
void pauseFor(uint32_t duration);
/** Whether `duration` has gone by since `begun`; the last `false` comes in time even when nothing counts milliseconds. */
bool isOver(uint32_t begun, uint32_t duration, uint32_t* looks);

#endif
