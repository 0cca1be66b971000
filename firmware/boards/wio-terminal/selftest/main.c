/** Makes all checks again and again, and tells of them. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cells.h"
#include "panel.h"
#include "selftest.h"
#include "wio-terminal.h"

/** Milliseconds: between two rounds; until the screen takes dots and is lit; from one drawing to the next. */
enum { INTERVAL = 10000, SCREEN_START = 1000, DRAWING = 20 };

static void checkScreen(Result* result);

static const struct {
	const char* name;
	void (*make)(Result* result);
	/** Its row on the screen: those with small letters. */
	int row;
	/** It hangs without the clocks of peripherals. */
	bool needsClocks;
} PLAN[CHECKS] = {
	[CHECK_RESET] = { "reset", checkReset, ROW_LINK_DETAIL, false },
	[CHECK_CLOCK] = { "clock", checkClock, ROW_LINK_DETAIL_2, false },
	[CHECK_LOG] = { "log", checkLog, ROW_NETWORK_DETAIL, true },
	[CHECK_LIGHT] = { "light", checkLight, ROW_NETWORK_DETAIL_2, true },
	[CHECK_CALIBRATION] = { "calibration", checkCalibration, ROW_LOG, true },
	[CHECK_LEDS] = { "LEDs", checkLeds, ROW_LOG + 1, false },
	[CHECK_FLASH] = { "flash", checkFlash, ROW_LOG + 2, false },
	[CHECK_MEMORY] = { "memory", checkMemory, ROW_LOG + 3, false },
	[CHECK_RADIO] = { "radio", checkRadio, ROW_LOG + 4, true },
	[CHECK_SCREEN] = { "screen", checkScreen, ROW_LOG + 5, true },
	[CHECK_BUTTONS] = { "buttons", checkButtons, ROW_LOG + 6, false },
};

static Result results[CHECKS];
/** Whether the parts that several checks need have started: a part in which the program hung does not start again. */
static bool haveClocks, hasScreen;

static void say(int row, const char* format, ...) __attribute__((format(printf, 2, 3)));

/** Says a line on the log, and in a row of the screen. */
static void say(int row, const char* format, ...)
{
	char line[100];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	uint32_t length = strlen(line);
	logLine((HalBytes){ line, length });
	setRows(row, 1, line, length);
}

/** Draws on the screen for so long, or until there is nothing left to draw; whether that is so. */
static bool drawFor(uint32_t duration)
{
	uint32_t begun = milliseconds(), looks = 0;
	if (!hasScreen || !beginCheck(CHECK_SCREEN)) return false;
	bool isDrawn = false;
	while (!isDrawn && !isOver(begun, duration, &looks)) {
		isDrawn = advancePanel() && !drawCells();
	}
	if (isDrawn) lightPanel();
	endCheck();
	return isDrawn;
}

/** Nothing comes back from the screen. */
static void checkScreen(Result* result)
{
	if (!hasScreen) {
		startPanel();
		hasScreen = true;
	}
	bool isDrawn = drawFor(SCREEN_START);
	conclude(result, isDrawn, isDrawn ? '1' : 'X', isDrawn ? "drawn: look at it" : "it does not come to an end");
}

static void make(Check check)
{
	Result* result = &results[check];
	if (PLAN[check].needsClocks && !haveClocks) {
		conclude(result, false, CODE_SKIPPED, "left out: the clocks do not start");
	} else if (!beginCheck(check)) {
		conclude(result, false, CODE_HANGS, "left out: %s", lastFailure());
	} else {
		PLAN[check].make(result);
		endCheck();
	}
	const char* verdict = result->isGood ? "good" : result->code == CODE_SKIPPED ? "none" : "BAD";
	say(PLAN[check].row, "%2d %-11s %s  %s", check + 1, PLAN[check].name, verdict, result->text);
	drawFor(DRAWING);
}

static void tellResult(void)
{
	char code[CODE_SIZE];
	int failure = firstFailure(results);
	writeCode(code, results);
	say(ROW_LIGHT, "%s", code);
	if (failure == 0) say(ROW_LED, "All is good");
	else say(ROW_LED, "First failure: %d %s", failure, PLAN[failure - 1].name);
	showNumber(failure);
}

/** Waits for the next round; draws meanwhile, so that a button shows at once. */
static void rest(void)
{
	uint32_t begun = milliseconds(), looks = 0, pressed = pressedButtons();
	while (!isOver(begun, INTERVAL, &looks)) {
		if (pressed != pressedButtons()) {
			pressed = pressedButtons();
			make(CHECK_BUTTONS);
			tellResult();
		}
		if (milliseconds() % DRAWING == 0) drawFor(DRAWING);
	}
}

/** Starts a part, unless the program hung in it; whether it has started. */
static bool start(Check check, void (*begin)(void))
{
	if (!beginCheck(check)) return false;
	begin();
	endCheck();
	return true;
}

int main(void)
{
	beginRun();
	enableWatchdog();
	startPins();
	lightStatus(true);
	haveClocks = start(CHECK_CLOCK, startClocks);
	showBusy();
	startTime();
	startButtons();
	__asm volatile("cpsie i" ::: "memory");
	if (haveClocks) start(CHECK_LOG, startLogUart);
	for (;;) {
		showBusy();
		say(ROW_TITLE, "Self-test %s", VERSION);
		for (Check check = 0; check < CHECKS; check++) make(check);
		tellResult();
		rest();
	}
}
