#include "cells.h"

#include "font.h"
#include "panel.h"

/* RGB565 */
enum { BLACK = 0x0000, WHITE = 0xFFFF, YELLOW = 0xFEC0, ORANGE = 0xFC80, GREY = 0xA534 };

enum { SMALL = 1, WIDE = 2 };

/** Rows by their upper edge: the log's have one place, ten dots apart. */
static const struct {
	uint8_t y, scale;
	uint16_t colour;
} PLACES[] = {
	[ROW_TITLE] = { 4, WIDE, YELLOW },
	[ROW_LIGHT] = { 26, WIDE, WHITE },
	[ROW_LED] = { 44, WIDE, WHITE },
	[ROW_LINK] = { 66, WIDE, WHITE },
	[ROW_LINK_DETAIL] = { 84, SMALL, ORANGE },
	[ROW_LINK_DETAIL_2] = { 94, SMALL, ORANGE },
	[ROW_NETWORK] = { 108, WIDE, WHITE },
	[ROW_NETWORK_DETAIL] = { 126, SMALL, ORANGE },
	[ROW_NETWORK_DETAIL_2] = { 136, SMALL, ORANGE },
	[ROW_LOG] = { 156, SMALL, GREY },
};
enum { LOG_PITCH = 10 };
_Static_assert(156 + LOG_ROWS * LOG_PITCH <= PANEL_HEIGHT, "the log fits");
_Static_assert(COLUMNS * FONT_WIDTH <= PANEL_WIDTH && WIDE_COLUMNS * FONT_WIDTH * WIDE <= PANEL_WIDTH, "rows fit");

/** The character of a cell is drawn when CHANGED is not set. */
enum { CHANGED = 0x80 };
/** Of how many dots a turn's part of the drawing is: 0.9 ms. */
enum { DOTS_AT_A_TIME = 1152 };

/** The characters less a blank, so that there are blanks at the start. */
static uint8_t cells[ROWS][COLUMNS];
static uint32_t changes;

static int placeOf(int row)
{
	return row < ROW_LOG ? row : ROW_LOG;
}

static int columnsOf(int row)
{
	return PLACES[placeOf(row)].scale == WIDE ? WIDE_COLUMNS : COLUMNS;
}

static void setCell(uint8_t* cell, uint8_t character)
{
	uint8_t wanted = character - FONT_FIRST;
	if ((*cell & ~CHANGED) == wanted) return;
	if (!(*cell & CHANGED)) changes++;
	*cell = wanted | CHANGED;
}

/** Takes a character of the text; all bytes that continue one belong to it. */
static uint8_t takeCharacter(const char** text, const char* end)
{
	uint8_t first = *(*text)++;
	if (first < 0x80) return first >= FONT_FIRST && first <= FONT_LAST ? first : FONT_BOX;
	while (*text < end && ((uint8_t)**text & 0xC0) == 0x80) (*text)++;
	return FONT_BOX;
}

/** Where a row of a longer text ends: at the last blank that leaves a row's characters or fewer before it, if there is one. */
static const char* endOfRow(const char* text, const char* end, int columns)
{
	if (end - text <= columns) return end;
	for (const char* blank = text + columns; blank > text; blank--) {
		if (*blank == ' ') return blank;
	}
	return end;
}

void setRows(int row, int rows, const char* text, uint32_t length)
{
	const char* end = text + length;
	for (int last = row + rows - 1; row <= last; row++) {
		int columns = columnsOf(row);
		const char* rowEnd = row < last ? endOfRow(text, end, columns) : end;
		for (int column = 0; column < columns; column++) {
			setCell(&cells[row][column], text < rowEnd ? takeCharacter(&text, rowEnd) : ' ');
		}
		if (row < last && text < end && text == rowEnd) text++;
	}
}

void addLogRow(const char* text, uint32_t length)
{
	for (int row = ROW_LOG; row < ROWS - 1; row++) {
		for (int column = 0; column < COLUMNS; column++) {
			setCell(&cells[row][column], (cells[row + 1][column] & ~CHANGED) + FONT_FIRST);
		}
	}
	setRows(ROWS - 1, 1, text, length);
}

/** Clears the panel, which has anything in it at the start, by rows of dots; whether it was not clear before. */
static bool clearSome(void)
{
	enum { AT_A_TIME = 3 };
	static uint8_t cleared;
	if (cleared == PANEL_HEIGHT) return false;
	beginDots(0, cleared, PANEL_WIDTH, AT_A_TIME);
	for (int dot = 0; dot < PANEL_WIDTH * AT_A_TIME; dot++) sendDot(BLACK);
	endDots();
	cleared += AT_A_TIME;
	return true;
}

static void drawCell(int row, int column, const uint8_t* glyph)
{
	int scale = PLACES[placeOf(row)].scale;
	int y = PLACES[placeOf(row)].y + (row - placeOf(row)) * LOG_PITCH;
	uint16_t colour = PLACES[placeOf(row)].colour;
	beginDots(column * FONT_WIDTH * scale, y, FONT_WIDTH * scale, FONT_HEIGHT * scale);
	for (int line = 0; line < FONT_HEIGHT * scale; line++) {
		for (int dot = 0; dot < FONT_WIDTH * scale; dot++) {
			int across = dot / scale;
			bool isSet = across < FONT_WIDTH - 1 && glyph[across] >> line / scale & 1;
			sendDot(isSet ? colour : BLACK);
		}
	}
	endDots();
}

bool drawCells(void)
{
	static uint16_t next;
	if (clearSome()) return true;
	if (changes == 0) return false;
	for (int dots = 0; changes > 0 && dots < DOTS_AT_A_TIME; next = (next + 1) % (ROWS * COLUMNS)) {
		int row = next / COLUMNS;
		uint8_t* cell = &cells[row][next % COLUMNS];
		if (!(*cell & CHANGED)) continue;
		*cell &= ~CHANGED;
		changes--;
		drawCell(row, next % COLUMNS, glyphOf(*cell + FONT_FIRST));
		int scale = PLACES[placeOf(row)].scale;
		dots += FONT_WIDTH * FONT_HEIGHT * scale * scale;
	}
	return true;
}
