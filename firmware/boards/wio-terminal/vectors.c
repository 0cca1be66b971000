/** The vectors of the Wio Terminal. */
#include "registers.h"
#include "startup.h"
#include "wio-terminal.h"

__attribute__((section(".vectors"), used)) const Vector vectors[16 + INTERRUPTS] = {
	[2 ... 15 + INTERRUPTS] = fault,
	[0] = (Vector)cStackTop,
	[1] = reset,
	[15] = onMillisecond,
	[16 + INTERRUPT_SERCOM0] = onRadioSends,
	[16 + INTERRUPT_SERCOM0 + 2] = onRadioReceives,
	[16 + INTERRUPT_SERCOM2] = onLogSends,
};
/** Where QEMU starts, while the heap image is built. */
__attribute__((section(".boot"), used)) static const Vector boot[4] = { (Vector)cStackTop, reset, fault, fault };
