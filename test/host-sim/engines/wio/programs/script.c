/*
 * Does what a test lays down in flash, at 0x60000: four words a step. Results go to 0x20010004, their number to
 * 0x20010000. So that a test of a register needs no compiler.
 */
#include <stdint.h>

enum { END, WRITE, READ, WAIT, SPIN, SLEEP };
struct step { uint32_t what, address, width, value, mask; };

#define STEPS ((const struct step *)0x60000)
#define RESULTS ((volatile uint32_t *)0x20010000)

static uint32_t get(const struct step *step) {
	if (step->width == 8) return *(volatile uint8_t *)step->address;
	if (step->width == 16) return *(volatile uint16_t *)step->address;
	return *(volatile uint32_t *)step->address;
}

static void put(const struct step *step) {
	if (step->width == 8) *(volatile uint8_t *)step->address = (uint8_t)step->value;
	else if (step->width == 16) *(volatile uint16_t *)step->address = (uint16_t)step->value;
	else *(volatile uint32_t *)step->address = step->value;
}

int main(void) {
	RESULTS[0] = 0;
	for (const struct step *step = STEPS; step->what != END; step++) {
		switch (step->what) {
		case WRITE: put(step); break;
		case READ: RESULTS[1 + RESULTS[0]] = get(step); RESULTS[0]++; break;
		case WAIT: while ((get(step) & step->mask) != step->value) {} break;
		case SPIN: for (volatile uint32_t i = 0; i < step->value; i++) {} break;
		case SLEEP: __asm__ volatile("wfi"); break;
		}
	}
	return 0;
}
