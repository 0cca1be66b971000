/** Writes each character's dots: its code, and its five columns in hexadecimal. */
#include <stdio.h>

#include "font.h"

int main(void)
{
	for (int character = FONT_FIRST; character <= FONT_BOX; character++) {
		printf("%d ", character);
		for (int column = 0; column < FONT_WIDTH - 1; column++) printf("%02x", glyphOf(character)[column]);
		printf("\n");
	}
	return 0;
}
