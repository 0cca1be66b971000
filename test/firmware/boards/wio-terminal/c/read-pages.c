/** Reads pages, whole ones, from its input; writes what the board makes of each: its text, or why there is none, in hexadecimal. */
#include <stdio.h>

#include "configuration-page.h"

int main(void)
{
	static uint8_t page[PAGE_SIZE];
	while (fread(page, sizeof page, 1, stdin) == 1) {
		HalBytes text = { 0, 0 };
		const char* reason = readPage(page, &text);
		printf("%s ", reason == 0 ? "text" : reason);
		for (uint32_t index = 0; index < text.length; index++) printf("%02x", ((const uint8_t*)text.bytes)[index]);
		printf("\n");
	}
	return 0;
}
