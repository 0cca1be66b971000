/** The log's rate: how long its line takes. */
#include <string.h>

#include "selftest.h"
#include "wio-terminal.h"

static const char FILLING[] = "------------------------------------------------------------";
/** Bits of it with its line feed, each byte with a start and a stop bit. */
enum { BITS = sizeof FILLING * 10, BAUD = 115200 };

void checkLog(Result* result)
{
	flushLog();
	uint32_t begun = workTime();
	logLine((HalBytes){ FILLING, sizeof FILLING - 1 });
	flushLog();
	/* Units of 1,024 ns. */
	uint64_t microseconds = (workTime() - begun) * 1024ull / 1000;
	uint32_t rate = microseconds == 0 ? 0 : BITS * 1000000ull / microseconds;
	bool isGood = rate >= BAUD / 10 * 9 && rate <= BAUD / 10 * 11;
	conclude(result, isGood, isGood ? '1' : rate == 0 ? '0' : 'X', "%u bits a second, by the processor's clock", (unsigned)rate);
}
