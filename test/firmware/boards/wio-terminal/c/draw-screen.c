/**
 * The screen's C over a line that collects, and a panel that makes a picture of it. Each line of the input is a command:
 *
 *     config JSON   the device's configuration
 *     tell JSON     a line that the board hears
 *     run MS        so many milliseconds pass, in each of which is drawn what there is to draw
 *     text          writes each row of the picture, read letter by letter, then `-`
 *     start         writes what the panel heard of until it was lit, with the time
 *     most          writes the most bytes that one call sent
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "font.h"
#include "panel.h"
#include "screen.h"
#include "spi.h"
#include "wio-terminal.h"

enum { CASET = 0x2A, PASET = 0x2B, RAMWR = 0x2C, DISPON = 0x29 };

static uint32_t now;
static bool isData, isSelected, isLit, hasStarted;
static uint8_t code;
static int received, sent, most;
static uint8_t ranges[2][4];
static int x, y, high;
static uint16_t picture[PANEL_HEIGHT][PANEL_WIDTH];
static char story[1024];

static void check(bool condition, const char* what)
{
	if (condition) return;
	fprintf(stderr, "%s\n", what);
	exit(1);
}

static void note(const char* what)
{
	if (!hasStarted) snprintf(story + strlen(story), sizeof story - strlen(story), " %u:%s", now, what);
}

static int from(int axis) { return ranges[axis][0] << 8 | ranges[axis][1]; }
static int to(int axis) { return ranges[axis][2] << 8 | ranges[axis][3]; }

uint32_t milliseconds(void) { return now; }
void startSpi(void) { note("spi"); }
void finishSpi(void) {}

void setPin(int port, int bit, int level)
{
	if (port == PORT_B && bit == 21) {
		isSelected = !level;
	} else if (port == PORT_C && bit == 6) {
		isData = level;
	} else if (port == PORT_C && bit == 7) {
		note(level ? "run" : "reset");
	} else {
		check(port == PORT_C && bit == 5, "a pin of somebody else");
		if (level) note("light");
		if (level) hasStarted = true;
		isLit = level;
	}
}

static void takeDot(uint8_t byte)
{
	if (received++ % 2 == 0) {
		high = byte;
		return;
	}
	check(y <= to(1), "more dots than the rectangle has");
	picture[y][x] = high << 8 | byte;
	if (x++ < to(0)) return;
	x = from(0);
	y++;
}

void sendSpi(uint8_t byte)
{
	sent++;
	check(isSelected, "not selected");
	if (!isData) {
		char name[8];
		snprintf(name, sizeof name, "%02X", byte);
		if (byte < CASET || byte > RAMWR) note(name);
		code = byte;
		received = 0;
		x = from(0);
		y = from(1);
	} else if (code == RAMWR) {
		takeDot(byte);
	} else if (code == CASET || code == PASET) {
		check(received < 4, "a range of more than four bytes");
		ranges[code - CASET][received++] = byte;
		if (received == 4)
			check(from(code - CASET) <= to(code - CASET) && to(code - CASET) < (code == CASET ? 320 : 240), "a range");
	} else {
		char name[8];
		snprintf(name, sizeof name, "%02X", byte);
		note(name);
	}
}

/** The character in a place of the picture; 0 when none looks like that. */
static uint8_t read(int left, int top, int scale)
{
	for (int character = FONT_FIRST; character <= FONT_BOX; character++) {
		bool fits = true;
		for (int dot = 0; dot < 48 * scale * scale; dot++) {
			int across = dot % (6 * scale), down = dot / (6 * scale);
			bool isSet = across < 5 * scale && glyphOf(character)[across / scale] >> down / scale & 1;
			fits = fits && (picture[top + down][left + across] != 0) == isSet;
		}
		if (fits) return character;
	}
	return 0;
}

/** Reads rows from the top: wide ones and small ones where the layout has them. */
static void writeText(void)
{
	static const struct {
		int y, scale;
	} PLACES[] = {
		{ 4, 2 }, { 26, 2 }, { 44, 2 }, { 66, 2 }, { 84, 1 }, { 94, 1 }, { 108, 2 }, { 126, 1 }, { 136, 1 },
		{ 156, 1 }, { 166, 1 }, { 176, 1 }, { 186, 1 }, { 196, 1 }, { 206, 1 }, { 216, 1 }, { 226, 1 },
	};
	for (unsigned row = 0; row < sizeof PLACES / sizeof PLACES[0]; row++) {
		char text[64] = { 0 };
		int columns = PANEL_WIDTH / (6 * PLACES[row].scale);
		for (int column = 0; column < columns; column++) {
			uint8_t character = read(column * 6 * PLACES[row].scale, PLACES[row].y, PLACES[row].scale);
			check(character != 0, "dots that are no letter");
			text[column] = character == FONT_BOX ? '\x01' : character;
		}
		printf("%s\n", text);
	}
	printf("-\n");
}

static void run(uint32_t duration)
{
	for (; duration > 0; duration--, now++) {
		bool isMore = true;
		for (int calls = 0; isMore; calls++) {
			check(calls < 1000, "it does not end");
			sent = 0;
			isMore = drawScreen();
			if (sent > most) most = sent;
		}
	}
}

/** Gives a copy of just the bytes, so that nothing may be read behind them. */
static void give(void (*take)(HalBytes), const char* bytes, size_t length)
{
	char* copy = malloc(length);
	memcpy(copy, bytes, length);
	take((HalBytes){ copy, length });
	free(copy);
}

int main(void)
{
	char* line = 0;
	size_t size = 0;
	memset(picture, 0x55, sizeof picture);
	startScreen();
	for (ssize_t length; (length = getline(&line, &size, stdin)) > 0;) {
		if (line[length - 1] == '\n') line[--length] = 0;
		if (strncmp(line, "tell ", 5) == 0) give(showLine, line + 5, length - 5);
		else if (strncmp(line, "config ", 7) == 0) give(showConfiguration, line + 7, length - 7);
		else if (strncmp(line, "run ", 4) == 0) run(atoi(line + 4));
		else if (strcmp(line, "text") == 0) writeText();
		else if (strcmp(line, "start") == 0) printf("%s\n", story);
		else if (strcmp(line, "most") == 0) printf("%d\n", most);
		else check(false, "an unknown command");
	}
	free(line);
	return 0;
}
