/** Writes the board's lines: for each line of its input `STATE NAME TEXT`, a text and a number. */
#include <stdio.h>
#include <string.h>

#include "line.h"

int main(void)
{
	static char input[2048];
	while (fgets(input, sizeof input, stdin) != 0) {
		input[strcspn(input, "\n")] = 0;
		Line line;
		beginLine(&line, strtok(input, " "));
		const char* name = strtok(0, " ");
		const char* text = strtok(0, "");
		addText(&line, name, text == 0 ? "" : text);
		addNumber(&line, "count", 4294967295u);
		HalBytes bytes = endLine(&line);
		fwrite(bytes.bytes, bytes.length, 1, stdout);
		printf("\n");
	}
	return 0;
}
