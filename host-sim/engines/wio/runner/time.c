#include "machine.h"

volatile u64 cycles, limit;
u32 cpu_hz = 48000000;
u64 deadline;

/* Where the CPU's present clock began. */
static u64 base_ps, base_cycles;
static u64 due[UNITS][EVENTS];
static u64 next_due = NEVER;

u64 now(void) {
	return base_ps + (u64)((unsigned __int128)(cycles - base_cycles) * PS_PER_SECOND / cpu_hz);
}

/* The first cycle that begins no earlier. */
u64 cycles_at(u64 ps) {
	if (ps <= base_ps) return base_cycles;
	unsigned __int128 whole = (unsigned __int128)(ps - base_ps) * cpu_hz + (PS_PER_SECOND - 1);
	return base_cycles + (u64)(whole / PS_PER_SECOND);
}

void set_cpu_hz(u32 hz) {
	if (hz == cpu_hz) return;
	base_ps = now();
	base_cycles = cycles;
	cpu_hz = hz;
	attend();
}

static void find_next(void) {
	next_due = NEVER;
	for (int unit = 0; unit < UNITS; unit++)
		for (int which = 0; which < EVENTS; which++)
			if (due[unit][which] < next_due) next_due = due[unit][which];
}

void schedule(int unit, int which, u64 at) {
	due[unit][which] = at;
	find_next();
	attend();
}

void cancel(int unit, int which) {
	due[unit][which] = NEVER;
	find_next();
}

/* Calls what is due, in the order of time. */
void run_due_events(void) {
	u64 time = now();
	if (systick_next() <= cycles) systick_due();
	while (next_due <= time && !has_ended) {
		int unit = 0, which = 0;
		u64 at = next_due;
		for (int i = 0; i < UNITS * EVENTS; i++)
			if (due[i / EVENTS][i % EVENTS] == at) {
				unit = i / EVENTS;
				which = i % EVENTS;
				break;
			}
		cancel(unit, which);
		if (which == EVENT_SYNC) bus_sync_done(unit, at);
		else models[units[unit].kind].event(unit, which, at);
	}
}

static u64 next_cycle(void) {
	u64 ps = next_due < deadline ? next_due : deadline;
	u64 cycle = cycles_at(ps), tick = systick_next();
	return cycle < tick ? cycle : tick;
}

void set_limit(void) { limit = next_cycle(); }

void advance(u64 until) {
	u64 cycle = next_cycle();
	if (until < cycle) cycle = until;
	if (cycle > cycles) cycles = cycle;
}
