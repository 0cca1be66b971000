/* ADC: single conversions of a pin against VDDANA (3.3 V) or half of it. */
#include <string.h>
#include "machine.h"

enum { SWRST = 1, ENABLE = 2 };
enum { FLUSH = 1, START = 2 };
enum { RESRDY = 1, OVERRUN = 2 };
enum { DONE = EVENT_A };
enum { VDDANA_MICROVOLTS = 3300000 };
enum { CLOCK_MIN_HZ = 160000, CLOCK_MAX_HZ = 16000000 };
/*
 * In steps of 12 bits: the error of a converter whose CALIB was not loaded from the fuses, and that of the first
 * conversion after it was enabled or its reference changed. Their sizes are ours; that they are there is the point.
 */
enum { UNCALIBRATED = 48, FIRST = 160 };

/* AIN0 to AIN15 ("I/O Multiplexing and Considerations", function B). */
static const u8 PINS_OF[2][16] = {
	{ PA(2), PA(3), PB(8), PB(9), PA(4), PA(5), PA(6), PA(7), PA(8), PA(9), PA(10), PA(11), PB(0), PB(1), PB(2), PB(3) },
	{ PB(8), PB(9), PA(8), PA(9), PC(2), PC(3), PB(4), PB(5), PB(6), PB(7), PC(0), PC(1), PC(30), PC(31), PD(0), PD(1) },
};
static bool isFirst[2];

static int slot(int unit) { return unit == ADC0 ? 0 : 1; }

/* CALIB as the fuses of the NVM Software Calibration Area have it. */
static u32 factory_calibration(int unit) {
	u32 word;
	memcpy(&word, fuses + 0x80, 4);
	word >>= unit == ADC0 ? 2 : 16;
	return (word & 7) | (word >> 6 & 7) << 4 | (word >> 3 & 7) << 8;
}

static void update(int unit) {
	u32 active = REG(unit, ADC_INTFLAG) & REG(unit, ADC_INTENSET);
	set_line(units[unit].interrupt, active & ~(u32)RESRDY);
	set_line(units[unit].interrupt + 1, active & RESRDY);
}

static u32 sample(int unit) {
	u32 mux = REG(unit, ADC_INPUTCTRL) & 31;
	if (mux > 15) {
		fail("%s: MUXPOS 0x%x is not modelled", units[unit].name, mux);
		return 0;
	}
	int pin = PINS_OF[slot(unit)][mux];
	u64 reference = (REG(unit, ADC_REFCTRL) & 15) == 2 ? VDDANA_MICROVOLTS / 2 : VDDANA_MICROVOLTS;
	/* Without its function the pin is not connected. */
	u64 value = pin_has_function(pin, MUX_B) ? (u64)pin_microvolts[pin] * 4096 / reference : 0;
	if (REG(unit, ADC_CALIB) != factory_calibration(unit)) value += UNCALIBRATED;
	if (isFirst[slot(unit)]) value += FIRST;
	isFirst[slot(unit)] = false;
	return value > 4095 ? 4095 : (u32)value;
}

static void check(int unit) {
	u32 reference = REG(unit, ADC_REFCTRL) & 15, resolution = REG(unit, ADC_CTRLB) >> 3 & 3;
	if (reference != 2 && reference != 3) fail_access("REFSEL %u is not modelled: 2 and 3 are", reference);
	else if (REG(unit, ADC_INPUTCTRL) & 0x80) fail_access("differential mode is not modelled");
	else if (REG(unit, ADC_CTRLB) & 0xf07) fail_access("of CTRLB, RESSEL alone is modelled");
	else if (REG(unit, ADC_CTRLA) & 0x38) fail_access("DUALSEL and SLAVEEN are not modelled");
	else if (REG(unit, ADC_AVGCTRL) & 15 && resolution != 1) fail_access("averages need RESSEL 1, 16 bits");
}

static void start(int unit) {
	static const u8 BITS[] = { 12, 12, 10, 8 };
	check(unit);
	if (has_ended || !(REG(unit, ADC_CTRLA) & ENABLE)) return;
	u32 hz = channel_hz(units[unit].channel) >> (1 + (REG(unit, ADC_CTRLA) >> 8 & 7));
	if (hz < CLOCK_MIN_HZ || hz > CLOCK_MAX_HZ) {
		fail_access("%s runs with %u Hz, not within %d to %d Hz", units[unit].name, hz, CLOCK_MIN_HZ, CLOCK_MAX_HZ);
		return;
	}
	u64 clocks = (REG(unit, ADC_SAMPCTRL) & 63) + 1 + BITS[REG(unit, ADC_CTRLB) >> 3 & 3] + 1;
	u64 samples = 1u << (REG(unit, ADC_AVGCTRL) & 15);
	schedule(unit, DONE, now() + clocks * samples * PS_PER_SECOND / hz);
	REG(unit, ADC_STATUS) |= 1;
}

/* "Accumulation" and "Averaging": beyond 16 samples the sum is shifted to fit into 16 bits. */
static void done(int unit) {
	u32 log = REG(unit, ADC_AVGCTRL) & 15, adjust = REG(unit, ADC_AVGCTRL) >> 4 & 7;
	u32 sum = 0;
	for (u32 i = 0; i < 1u << log; i++) sum += sample(unit);
	if (log > 4) sum >>= log - 4;
	sum >>= adjust;
	u32 resolution = REG(unit, ADC_CTRLB) >> 3 & 3;
	if (resolution == 2) sum >>= 2;
	if (resolution == 3) sum >>= 4;
	if (REG(unit, ADC_INTFLAG) & RESRDY) REG(unit, ADC_INTFLAG) |= OVERRUN;
	REG(unit, ADC_RESULT) = REG(unit, ADC_RESS) = sum;
	REG(unit, ADC_INTFLAG) |= RESRDY;
	REG(unit, ADC_STATUS) &= ~1u;
	update(unit);
}

void adc_reset(int unit) {
	isFirst[slot(unit)] = true;
	update(unit);
}

u32 adc_read(int unit, int name, u32 stored) {
	if (name == ADC_RESULT) {
		REG(unit, ADC_INTFLAG) &= ~(u32)RESRDY;
		update(unit);
	}
	return stored;
}

void adc_write(int unit, int name, u32 before, u32 written) {
	u32 enabled = REG(unit, ADC_CTRLA) & ENABLE;
	if (name == ADC_CTRLA && written & SWRST) {
		unit_reset(unit);
		return;
	}
	if (name == ADC_CTRLA && enabled && !(before & ENABLE)) isFirst[slot(unit)] = true;
	if (name == ADC_CTRLA && !enabled) {
		cancel(unit, DONE);
		REG(unit, ADC_STATUS) &= ~1u;
	}
	if (name == ADC_REFCTRL) isFirst[slot(unit)] = true;
	if (name == ADC_SWTRIG) {
		REG(unit, ADC_SWTRIG) = 0;
		if (written & FLUSH) cancel(unit, DONE);
		else if (written & START) start(unit);
	}
	update(unit);
}

void adc_event(int unit, int which, u64 at) {
	(void)at;
	if (which == DONE) done(unit);
}
