/** The screen as rows of text. What changes is drawn a little at a time; what is kept are characters, a byte each. */
#ifndef CELLS_H
#define CELLS_H

#include <stdbool.h>
#include <stdint.h>

/** Rows from the top; `ROW_LOG` is the first of `LOG_ROWS`. A wide row has letters of double size. */
enum {
	ROW_TITLE, ROW_LIGHT, ROW_LED,
	ROW_LINK, ROW_LINK_DETAIL, ROW_LINK_DETAIL_2,
	ROW_NETWORK, ROW_NETWORK_DETAIL, ROW_NETWORK_DETAIL_2,
	ROW_LOG,
};
enum { LOG_ROWS = 8, ROWS = ROW_LOG + LOG_ROWS };
enum { COLUMNS = 53, WIDE_COLUMNS = 26 };

/**
 * Shows UTF-8 text in a row, cut off at its end, and blanks behind it; or in several rows that follow each other, the
 * words kept together where that goes. What the font does not have, and bytes that are no character, are boxes.
 */
void setRows(int row, int rows, const char* text, uint32_t length);
/** Moves the rows of the log up, and shows a text in the last one. */
void addLogRow(const char* text, uint32_t length);
/** Draws some of what has changed, for a millisecond at most; whether there was something to draw. */
bool drawCells(void);

#endif
