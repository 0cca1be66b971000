/** Each line of the input is what the board hears; the output has a row for each: the state shown, and whether failures are forgotten. */
#include <stdio.h>
#include <string.h>

#include "screen.h"
#include "wio-terminal.h"

static const char* const NAMES[] = {
	"booting", "no configuration", "no radio", "no wifi", "no broker", "online", "failed",
};
static BoardState shown;
static const char* forgotten;

void showState(BoardState state) { shown = state; }
void logLine(HalBytes line) { (void)line; }
void forgetFailures(void) { forgotten = " forgets"; }
void showLine(HalBytes line) { (void)line; }

int main(void)
{
	static char input[2048];
	while (fgets(input, sizeof input, stdin) != 0) {
		forgotten = "";
		boardHears((HalBytes){ input, strcspn(input, "\n") });
		printf("%s%s\n", NAMES[shown], forgotten);
	}
	return 0;
}
