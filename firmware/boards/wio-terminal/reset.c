/** Why the chip has started (datasheet: RSTC), and how it starts again. */
#include "board.h"
#include "registers.h"
#include "wio-terminal.h"

#define RSTC_RCAUSE REGISTER8(0x40000C00)
/* ARMv7-M Architecture Reference Manual, B3.2 */
#define AIRCR REGISTER32(0xE000ED0C)
#define SYSRESETREQ 0x05FA0004u

/** The word in which the UF2 boot loader looks what a reset that was no power-on is for. */
#define BOOT_LOADER_WORD REGISTER32(0x2002FFFC)
#define STAY 0xF01669EFu
/** Do not wait half a second for a second press. */
#define GO_ON 0xF02669EFu

enum { WDT = 1 << 5 };

/** By the bits of RCAUSE, of which one is set. */
static const char* const CAUSES[] = {
	"power on", "brown-out of the core", "brown-out of the supply", "flash memory",
	"reset button", "watchdog", "program", "backup",
};

uint8_t resetFlags(void)
{
	return RSTC_RCAUSE;
}

const char* resetCauseOf(uint8_t flags)
{
	for (unsigned bit = 0; bit < sizeof CAUSES / sizeof CAUSES[0]; bit++) {
		if (flags & 1u << bit) return CAUSES[bit];
	}
	return "unknown";
}

const char* resetCause(void)
{
	return resetCauseOf(resetFlags());
}

bool wasWatchdog(void)
{
	return RSTC_RCAUSE & WDT;
}

static void __attribute__((noreturn)) restartFor(uint32_t word)
{
	flushLog();
	BOOT_LOADER_WORD = word;
	__asm volatile("dsb");
	AIRCR = SYSRESETREQ;
	for (;;) {}
}

void restart(void)
{
	restartFor(GO_ON);
}

void restartIntoBootLoader(void)
{
	restartFor(STAY);
}
