/* TRNG: a word each 84 cycles of its bus clock, from the parent's seed (splitmix64). */
#include "machine.h"

enum { ENABLE = 2, DATARDY = 1 };
enum { READY = EVENT_A, CYCLES = 84 };
static u64 state;

void trng_seed(u64 seed) { state = seed; }

u32 random_word(void) {
	state += 0x9e3779b97f4a7c15ull;
	u64 z = state;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (u32)((z ^ z >> 31) >> 32);
}

static void next(int unit) { schedule(unit, READY, now() + CYCLES * PS_PER_SECOND / cpu_hz); }

static void update(int unit) { set_line(units[unit].interrupt, REG(unit, TRNG_INTFLAG) & REG(unit, TRNG_INTENSET)); }

u32 trng_read(int unit, int name, u32 stored) {
	if (name != TRNG_DATA) return stored;
	if (!(REG(unit, TRNG_INTFLAG) & DATARDY)) {
		fail_access("no word is ready (INTFLAG.DATARDY is 0)");
		return 0;
	}
	REG(unit, TRNG_INTFLAG) &= ~(u32)DATARDY;
	next(unit);
	update(unit);
	return stored;
}

void trng_write(int unit, int name, u32 before, u32 written) {
	(void)written;
	if (name == TRNG_CTRLA) {
		bool isOn = REG(unit, TRNG_CTRLA) & ENABLE;
		if (isOn && !(before & ENABLE)) next(unit);
		if (!isOn) cancel(unit, READY);
	}
	update(unit);
}

void trng_event(int unit, int which, u64 at) {
	(void)at;
	if (which != READY) return;
	REG(unit, TRNG_DATA) = random_word();
	REG(unit, TRNG_INTFLAG) |= DATARDY;
	update(unit);
}
