/* PORT: what each pin is driven with, which peripheral has it, and what it reads. */
#include <stdio.h>
#include <stdlib.h>
#include "machine.h"

enum { PMUXEN = 1, INEN = 2, PULLEN = 4 };
enum { GROUP_SIZE = PORT_GROUP1_DIR - PORT_GROUP0_DIR };

u32 pin_microvolts[PINS];
static u8 outside[PINS];
static u8 shown[PINS];

static u32 group_register(int pin, int name) { return values[units[PORT].first + pin / 32 * GROUP_SIZE + name]; }
static u32 config(int pin) { return group_register(pin, PORT_GROUP0_PINCFG0 + pin % 32); }

void pin_name(int pin, char *name) { sprintf(name, "P%c%02d", 'A' + pin / 32, pin % 32); }

int pin_named(const char *name) {
	int number = name[0] == 'P' && name[1] >= 'A' && name[1] <= 'D' ? atoi(name + 2) : PINS;
	return number < 32 ? (name[1] - 'A') * 32 + number : -1;
}

bool pin_has_function(int pin, int function) {
	u32 mux = group_register(pin, PORT_GROUP0_PMUX0 + pin % 32 / 2) >> (pin % 2 ? 4 : 0) & 15;
	return config(pin) & PMUXEN && (int)mux == function;
}

int pin_driven(int pin) {
	u32 bit = 1u << pin % 32;
	if (config(pin) & PMUXEN || !(group_register(pin, PORT_GROUP0_DIR) & bit)) return LEVEL_OPEN;
	return group_register(pin, PORT_GROUP0_OUT) & bit ? LEVEL_HIGH : LEVEL_LOW;
}

/* Without INEN the input buffer is off. What nobody drives or pulls reads as 0. */
static bool reads_high(int pin) {
	if (!(config(pin) & INEN)) return false;
	int driven = pin_driven(pin);
	if (driven != LEVEL_OPEN) return driven == LEVEL_HIGH;
	if (outside[pin] != LEVEL_OPEN) return outside[pin] == LEVEL_HIGH;
	return config(pin) & PULLEN && group_register(pin, PORT_GROUP0_OUT) & 1u << pin % 32;
}

void pin_outside(int pin, int level) { outside[pin] = (u8)level; }

static void show(int group) {
	for (int pin = group * 32; pin < group * 32 + 32; pin++) {
		u8 driven = (u8)pin_driven(pin);
		if (driven == shown[pin]) continue;
		shown[pin] = driven;
		char name[8];
		pin_name(pin, name);
		flush_lcd();
		emit_output("pin %llu %s %c", NS(now()), name, "01z"[driven]);
	}
}

void port_reset(int unit) {
	(void)unit;
	for (int group = 0; group < 4; group++) show(group);
}

void port_power_on(void) {
	for (int i = 0; i < PINS; i++) outside[i] = shown[i] = LEVEL_OPEN;
}

u32 port_read(int unit, int name, u32 stored) {
	(void)unit;
	if (name % GROUP_SIZE != PORT_GROUP0_IN) return stored;
	u32 bits = 0;
	for (int i = 0; i < 32; i++) bits |= (u32)reads_high(name / GROUP_SIZE * 32 + i) << i;
	return bits;
}

/* WRCONFIG writes the configuration of several pins of a half at once. */
static void write_configurations(int group, u32 written) {
	int half = written >> 31 ? 16 : 0;
	u32 *pmux = &values[units[PORT].first + group * GROUP_SIZE + PORT_GROUP0_PMUX0];
	u32 *pincfg = &values[units[PORT].first + group * GROUP_SIZE + PORT_GROUP0_PINCFG0];
	for (int i = 0; i < 16; i++) {
		if (!(written & 1u << i)) continue;
		int pin = half + i, shift = pin % 2 ? 4 : 0;
		if (written & 1u << 28) pmux[pin / 2] = (pmux[pin / 2] & ~(15u << shift)) | (written >> 24 & 15) << shift;
		if (written & 1u << 30) pincfg[pin] = (written >> 16 & 7) | (written & 1u << 22 ? 0x40 : 0);
	}
}

void port_write(int unit, int name, u32 before, u32 written) {
	(void)unit, (void)before;
	int group = name / GROUP_SIZE;
	if (name % GROUP_SIZE == PORT_GROUP0_WRCONFIG) write_configurations(group, written);
	show(group);
}
