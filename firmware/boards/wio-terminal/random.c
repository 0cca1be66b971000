/** Random numbers (datasheet: TRNG), one each 84 cycles of the bus's clock. */
#include "failure.h"
#include "registers.h"
#include "wio-terminal.h"

#define TRNG_CTRLA REGISTER8(0x42002800)
#define TRNG_INTFLAG REGISTER8(0x4200280A)
#define TRNG_DATA REGISTER32(0x42002820)

enum { APBC_TRNG = 1 << 10 };
enum { ENABLE = 1 << 1 };
enum { DATARDY = 1 << 0 };
enum { PATIENCE = 100000 };

void startRandom(void)
{
	MCLK_APBCMASK |= APBC_TRNG;
	TRNG_CTRLA = ENABLE;
}

uint32_t randomWord(void)
{
	for (int looks = 0; looks < PATIENCE; looks++) {
		if (TRNG_INTFLAG & DATARDY) return TRNG_DATA;
	}
	fail("the chip has no random numbers (TRNG)");
}
