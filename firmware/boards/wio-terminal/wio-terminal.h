/** The drivers of the Wio Terminal, each in the file of its name. All but the interrupts' handlers run in the main program. */
#ifndef WIO_TERMINAL_H
#define WIO_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

#include "hal.h"

/* clocks.c */

/** The generators behind peripherals: 48 MHz, 1 MHz. */
enum { GENERATOR_48_MHZ = 1, GENERATOR_1_MHZ = 5 };
#define PERIPHERAL_HERTZ 48000000u
#define CPU_HERTZ 120000000u

/** The processor at 120 MHz, the generators for peripherals, flash with its wait states and the cache. */
void startClocks(void);
/** Connects a peripheral's channel to a generator. */
void connectClock(int channel, int generator);

/* time.c */

/** Begins to count milliseconds, with an interrupt each. */
void startTime(void);
void onMillisecond(void);
/** Since the start; wraps. */
uint32_t milliseconds(void);
/** The alarm is due in `delay` ms, in place of an earlier one, until `endAlarm`; `delay` 0xFFFFFFFF: never. */
void setAlarm(uint32_t delay);
bool isAlarmDue(void);
void endAlarm(void);
/** Sleeps until an interrupt, a millisecond at most; call it with interrupts disabled, so that none is missed. */
void sleepUntilInterrupt(void);
/** The time that was not spent in `sleepUntilInterrupt`, in units of 1,024 ns; wraps. */
uint32_t workTime(void);

/* pins.c */

enum { PORT_A, PORT_B, PORT_C, PORT_D };
enum { FUNCTION_B = 1, FUNCTION_C = 2, FUNCTION_D = 3 };
/** Numbers of the firmware's pins: of the LED and of the sensor the Arduino core's, `radioEnable` has one of our own. */
enum { PIN_LED = 0, PIN_LIGHT = 27, PIN_RADIO_ENABLE = 64 };

/** All outputs as they are to be at the start: LEDs off, radio off, power for the socket. */
void startPins(void);
/** Whether there is such an output. */
bool writePin(uint16_t pin, int level);
/** Whether the firmware's LED is on. */
bool isLedOn(void);
/** Whether button A touches at this moment. */
bool isButtonDown(void);
/** Gives a pin to a peripheral. */
void connectPin(int port, int bit, int function);
/** Makes a pin of a part of the board an output with that level. */
void setPin(int port, int bit, int level);
/** Makes a pin an input that is high while nothing pulls it down. */
void makeInput(int port, int bit);
/** Lets an output's level be read as well. */
void makeReadable(int port, int bit);
/** The level of an input, or of an output that is readable. */
bool readPin(int port, int bit);
void lightStatus(bool on);

/* light.c */

enum { LIGHT_BITS = 10 };

/** Returns whether the converter works. */
bool startLight(void);
/** 0 to 1023; negative when the converter does not answer. */
int32_t readLight(void);
/** The chip's calibration of it: BIASCOMP in bits 2:0, BIASREFBUF in 5:3, BIASR2R in 8:6; and what the converter has of it. */
uint32_t lightFuses(void);
uint16_t lightCalibration(void);

/* radio-uart.c: 8N1, with rings of 4,096 bytes both ways */

enum { RADIO_RING = 4096 };

/** Opens it at a rate, up to 3,000,000 bits a second, with empty rings. */
void openRadioUart(uint32_t baud);
void closeRadioUart(void);
/** How many bytes have arrived; `isQuiet`: whether the last one did so a millisecond ago. */
uint32_t radioBytes(bool* isQuiet);
/** Takes that many of them. */
void readRadio(uint8_t* bytes, uint32_t length);
uint32_t radioRoom(void);
/** `length` is at most the room. */
void writeRadio(const uint8_t* bytes, uint32_t length);
/** Bytes that were lost since the last call, for want of room. */
uint32_t takeRadioLosses(void);
void onRadioReceives(void);
void onRadioSends(void);

/* log-uart.c: 115200 bits a second, 8N1, on the header's pins 8 (PB26) and 10 (PB27, unused) */

void startLogUart(void);
/** Sends a line, and a line feed behind it; one that finds no room is left out, and counted. */
void logLine(HalBytes line);
/** Lines that were left out since the last call. */
uint32_t takeLostLines(void);
/** Sends what waits, which may take 0.2 s. Works in handlers as well. */
void flushLog(void);
void onLogSends(void);

/* random.c */

void startRandom(void);
/** A number of the chip's own noise. */
uint32_t randomWord(void);

/* watchdog.c */

enum { WATCHDOG_SECONDS = 16 };

void enableWatchdog(void);
void feedWatchdog(void);

/* reset.c */

/** Why the chip has started, in words. */
const char* resetCause(void);
/** The same as RCAUSE's bits, and what they mean. */
uint8_t resetFlags(void);
const char* resetCauseOf(uint8_t flags);
bool wasWatchdog(void);
/** Restarts the chip into its UF2 boot loader, as pressing reset twice does. */
void restartIntoBootLoader(void) __attribute__((noreturn));

/* retries.c */

/** The program has failed once more: milliseconds until it is to start. They double, from 1 s to 60 s. */
uint32_t nextRetry(void);
/** It works. */
void forgetFailures(void);

/* blink.c */

typedef enum {
	STATE_BOOTING,
	STATE_NO_CONFIGURATION,
	STATE_NO_RADIO,
	STATE_NO_WIFI,
	STATE_NO_BROKER,
	STATE_ONLINE,
	STATE_FAILED,
} BoardState;

/** The status LED shows a state from now on. */
void showState(BoardState state);
/** A millisecond has passed. */
void blink(void);

/* button.c: button A */

/** A millisecond has passed. */
void watchButton(void);
/** Whether it was pressed since the last `endPress`. */
bool wasPressed(void);
void endPress(void);

/* state.c */

/** Hears each line of JSON that the firmware or the board tells: the log, the status LED, the screen. */
void boardHears(HalBytes line);

#endif
