/* Vectors of the tests' programs, at 0x8400, and their start. What no program handles ends at a breakpoint. */
#include <stdint.h>

int main(void);
void start(void) {
	/* VTOR is where the loader has put it; the stack is where the vectors have it. */
	main();
	__asm__ volatile("bkpt 0");
}
void unhandled(void) { __asm__ volatile("bkpt 1"); }
#define HANDLER(name) void name(void) __attribute__((weak, alias("unhandled")))
HANDLER(nmi);
HANDLER(hard_fault);
HANDLER(bus_fault);
HANDLER(usage_fault);
HANDLER(svc);
HANDLER(pendsv);
HANDLER(systick);
HANDLER(wdt);
HANDLER(rtc);
HANDLER(sercom0_dre);
HANDLER(sercom0_txc);
HANDLER(sercom0_rxc);
HANDLER(sercom0_error);
HANDLER(adc1_resrdy);
HANDLER(trng);

#define IRQ(number) [16 + (number)]
const void *const vectors[153] __attribute__((section(".vectors"), used)) = {
	[0] = (void *)0x20030000 - 16,
	[1] = start,
	[2] = nmi,
	[3] = hard_fault,
	[5] = bus_fault,
	[6] = usage_fault,
	[11] = svc,
	[14] = pendsv,
	[15] = systick,
	IRQ(10) = wdt,
	IRQ(11) = rtc,
	IRQ(46) = sercom0_dre,
	IRQ(47) = sercom0_txc,
	IRQ(48) = sercom0_rxc,
	IRQ(49) = sercom0_error,
	IRQ(121) = adc1_resrdy,
	IRQ(131) = trng,
};
