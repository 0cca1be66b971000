/** Its arguments are how long the button is up, then down, then up again and so on, in milliseconds; writes when it counts as pressed. */
#include <stdio.h>
#include <stdlib.h>

#include "wio-terminal.h"

static bool isDown;

bool isButtonDown(void) { return isDown; }

int main(int count, char** words)
{
	int now = 0;
	for (int index = 1; index < count; index++, isDown = !isDown) {
		for (int end = now + atoi(words[index]); now < end; now++) {
			watchButton();
			if (wasPressed()) printf("%d ", now);
			endPress();
		}
	}
	printf("\n");
	return 0;
}
