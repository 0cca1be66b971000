/** The program's loop: the start, and the wait for what happens next. */
#include <string.h>

#include "board.h"
#include "configuration-page.h"
#include "hal-wio.h"
#include "line.h"
#include "screen.h"
#include "seam.h"
#include "wio-terminal.h"

/** Milliseconds: until the log says again that there is no configuration; until the watchdog is fed while nothing happens. */
enum { REMINDER = 60000, FEEDING = 1000 };

static HalBytes configuration;
static const char* configurationError;
static bool hasStarted;

static void tell(Line* line)
{
	boardHears(endLine(line));
}

static void tellText(const char* state, const char* name, const char* text)
{
	Line line;
	beginLine(&line, state);
	addText(&line, name, text);
	tell(&line);
}

static void tellCount(const char* state, uint32_t count)
{
	Line line;
	if (count == 0) return;
	beginLine(&line, state);
	addNumber(&line, "count", count);
	tell(&line);
}

/** Draws some of the screen, if there is something to draw; else sleeps until an interrupt, unless something has happened before. */
static void waitUnless(bool (*hasHappened)(void))
{
	static uint32_t fed;
	if (!drawScreen()) {
		__asm volatile("cpsid i" ::: "memory");
		if (!hasHappened()) sleepUntilInterrupt();
		__asm volatile("cpsie i\n isb" ::: "memory");
	}
	if (milliseconds() - fed < FEEDING) return;
	fed = milliseconds();
	feedWatchdog();
}

static bool never(void)
{
	return false;
}

static void pauseFor(uint32_t delay)
{
	uint32_t begun = milliseconds();
	while (milliseconds() - begun < delay) waitUnless(never);
}

void startClock(void)
{
	/* A clock that does not start ends in a reset. */
	enableWatchdog();
	startClocks();
	startPins();
	startTime();
	__asm volatile("cpsie i" ::: "memory");
}

static void tellFailure(const char* failure)
{
	uint32_t delay = nextRetry();
	Line line;
	beginLine(&line, "failed");
	addText(&line, "reason", failure);
	addNumber(&line, "delay", delay);
	tell(&line);
	showState(STATE_FAILED);
	pauseFor(delay);
	showState(STATE_BOOTING);
}

void halStart(const char* failure)
{
	startLogUart();
	startScreen();
	startRandom();
	tellText("started", "reset", resetCause());
	if (failure[0] == 0 && wasWatchdog()) failure = "a turn of more than 16 s: a loop without end?";
	_Static_assert(WATCHDOG_SECONDS == 16, "the reason names it");
	if (failure[0] != 0) tellFailure(failure);
	if (!startLight()) tellText("no-light-sensor", "reason", "the converter (ADC1) does not answer");
	configurationError = readPage((const uint8_t*)PAGE_ADDRESS, &configuration);
	if (configurationError == 0) showConfiguration(configuration);
}

/** Without a configuration the firmware does not start: LED and log say so until there is another image. */
static void __attribute__((noreturn)) remainWithoutConfiguration(void)
{
	showState(STATE_NO_CONFIGURATION);
	for (;;) {
		tellText("no-configuration", "reason", configurationError);
		pauseFor(REMINDER);
	}
}

/** What the firmware starts with (`native/seam.ts`, Control.START). */
static void tellGuest(HalEvent* event)
{
	static const HalBytes BEFORE = TEXT("{\"config\":");
	static const HalBytes BEHIND =
		TEXT(",\"pin\":{\"led\":0,\"light\":27,\"radioEnable\":64},\"engine\":\"wio-terminal\",\"radio\":true,\"storage\":false}");
	_Static_assert(PIN_LED == 0 && PIN_LIGHT == 27 && PIN_RADIO_ENABLE == 64, "the text has the pins' numbers");
	const HalBytes texts[] = { BEFORE, configuration, BEHIND };
	offerTexts(texts, 3);
	event->kind = CONTROL_START;
	event->textLength = BEFORE.length + configuration.length + BEHIND.length;
}

/** A person switches the LED over: the firmware is told as a message would tell it. */
static void tellPress(HalEvent* event)
{
	static const HalBytes ON = TEXT("{\"led_on\":true,\"by\":\"hand\"}");
	static const HalBytes OFF = TEXT("{\"led_on\":false,\"by\":\"hand\"}");
	const HalBytes* command = isLedOn() ? &OFF : &ON;
	endPress();
	offerTexts(command, 1);
	event->kind = BOARD_COMMAND;
	event->textLength = command->length;
}

static bool isAnythingDue(void)
{
	return isPortReadable() || isPortWritable() || wasPressed() || isAlarmDue();
}

void halAwait(HalEvent* event)
{
	if (configurationError != 0) remainWithoutConfiguration();
	tellCount("radio-bytes-lost", takeRadioLosses());
	tellCount("lines-lost", takeLostLines());
	*event = (HalEvent){ .now = milliseconds() };
	if (!hasStarted) {
		hasStarted = true;
		/* Who pressed before could not see what for. */
		endPress();
		return tellGuest(event);
	}
	while (!isAnythingDue()) waitUnless(isAnythingDue);
	event->now = milliseconds();
	if (isPortReadable()) return tellReadable(event);
	if (isPortWritable()) return tellWritable(event);
	if (wasPressed()) return tellPress(event);
	endAlarm();
	event->kind = EVENT_ALARM;
}

/** Who wants to know measures from outside. */
void halTurnOver(const HalMeter* meter)
{
	(void)meter;
}

uint32_t halWork(void)
{
	return workTime();
}
