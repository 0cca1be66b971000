/** Its arguments are a state's number and milliseconds; writes when the LED changes, in milliseconds, the lit times first. */
#include <stdio.h>
#include <stdlib.h>

#include "wio-terminal.h"

static int now;

void lightStatus(bool on) { printf("%s%d", on ? " +" : " -", now); }

int main(int count, char** words)
{
	if (count < 3) return 1;
	showState(atoi(words[1]));
	for (now = 1; now <= atoi(words[2]); now++) blink();
	printf("\n");
	return 0;
}
