/* Registers by their table: what may be accessed how, and what a write sets in motion. */
#include <stdarg.h>
#include <stdio.h>
#include "machine.h"

u32 values[REGISTERS];

/* When each busy bit of a unit is done; NEVER while its clock stands. */
enum { BUSY_BITS = 16, BUSY_REGISTERS = 4 };
static struct {
	short busy;
	short name; /* the register that was written */
	u8 bit;
	bool isPending;
	u64 at;
} waits[UNITS][BUSY_BITS];

/* What is being accessed, for messages. */
static struct {
	const Register *reg;
	bool isWrite;
	u32 value;
} access;

void fail_access(const char *format, ...) {
	char why[300];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(why, sizeof why, format, arguments);
	va_end(arguments);
	if (access.reg == NULL) fail("at pc 0x%08x: %s", pc, why);
	else if (access.isWrite) fail("write of 0x%x to %s at pc 0x%08x: %s", access.value, access.reg->name, pc, why);
	else fail("read of %s at pc 0x%08x: %s", access.reg->name, pc, why);
}

static int find(u32 address) {
	int low = 0, high = REGISTERS - 1;
	while (low <= high) {
		int middle = (low + high) / 2;
		const Register *reg = &registers[by_address[middle]];
		if (address < reg->address) high = middle - 1;
		else if (address >= reg->address + reg->width) low = middle + 1;
		else return by_address[middle];
	}
	return -1;
}

static void arm(int unit) {
	u64 first = NEVER;
	for (int i = 0; i < BUSY_BITS; i++)
		if (waits[unit][i].isPending && waits[unit][i].at < first) first = waits[unit][i].at;
	if (first != NEVER) schedule(unit, EVENT_SYNC, first);
}

void unit_reset(int unit) {
	const Unit *one = &units[unit];
	for (int i = 0; i < one->count; i++) values[one->first + i] = registers[one->first + i].reset;
	/* A software reset itself is under way still. */
	for (int i = 0; i < BUSY_BITS; i++)
		if (waits[unit][i].name != 0 || waits[unit][i].bit != 0) waits[unit][i].isPending = false;
	for (int i = 0; i < EVENTS; i++) cancel(unit, i);
	if (models[one->kind].reset) models[one->kind].reset(unit);
	arm(unit);
}

/* "Reset Causes and Effects" */
static bool is_reset(int unit, bool isPower) {
	return isPower || (units[unit].kind != KIND_RTC && units[unit].kind != KIND_OSC32KCTRL);
}

void bus_reset(bool isPower) {
	access.reg = NULL;
	for (int unit = 0; unit < UNITS; unit++) {
		if (!is_reset(unit, isPower)) continue;
		const Unit *one = &units[unit];
		for (int i = 0; i < EVENTS; i++) cancel(unit, i);
		for (int i = 0; i < one->count; i++) values[one->first + i] = registers[one->first + i].reset;
		for (int i = 0; i < BUSY_BITS; i++) waits[unit][i].isPending = false;
	}
	for (int unit = 0; unit < UNITS; unit++)
		if (is_reset(unit, isPower) && models[units[unit].kind].reset) models[units[unit].kind].reset(unit);
}

/* The register that has an access, or -1 after the run has been ended for it. */
static int checked(u32 address, int size, bool isWrite, u32 value) {
	int index = find(address);
	if (index < 0) {
		access.reg = NULL;
		fail_access("%s 0x%08x: no register that the emulator knows",
			isWrite ? "write to" : "read of", address);
		return -1;
	}
	const Register *reg = &registers[index];
	access.reg = reg;
	access.isWrite = isWrite;
	access.value = value;
	const Unit *unit = &units[reg->unit];
	if (address + size > reg->address + reg->width) fail_access("%d bits, but it has %d", size * 8, reg->width * 8);
	else if (unit->clock >= 0 && !(values[unit->clock] & 1u << unit->index))
		fail_access("%s is off for it", registers[unit->clock].name);
	return has_ended ? -1 : index;
}

bool is_busy(int unit, int name, int bit) {
	int busy = units[unit].first + name;
	for (int i = 0; i < BUSY_BITS; i++)
		if (waits[unit][i].isPending && waits[unit][i].busy == busy && waits[unit][i].bit == bit) return true;
	return false;
}

static u32 busy_bits(int unit, int busy) {
	u32 bits = 0;
	for (int i = 0; i < BUSY_BITS; i++)
		if (waits[unit][i].isPending && waits[unit][i].busy == busy) bits |= 1u << waits[unit][i].bit;
	return bits;
}

/* By default: six periods of the peripheral's clock and three of the bus ("Register Synchronization"). */
static u64 sync_time(int unit, int name) {
	const Model *model = &models[units[unit].kind];
	if (model->syncTime) return model->syncTime(unit, name);
	u32 hz = units[unit].channel < 0 ? cpu_hz : channel_hz(units[unit].channel);
	return hz == 0 ? NEVER : 6 * PS_PER_SECOND / hz + 3 * PS_PER_SECOND / cpu_hz;
}

static void start_sync(int unit, int name, const Sync *sync) {
	for (int i = 0; i < BUSY_BITS; i++) {
		if (waits[unit][i].isPending) continue;
		u64 time = sync_time(unit, name);
		waits[unit][i].isPending = true;
		waits[unit][i].busy = sync->busy;
		waits[unit][i].bit = sync->busyBit;
		waits[unit][i].name = name;
		waits[unit][i].at = time == NEVER ? NEVER : now() + time;
		break;
	}
	arm(unit);
}

void begin_sync(int unit, int name) {
	const Register *reg = &registers[units[unit].first + name];
	for (int i = 0; i < reg->syncCount; i++) start_sync(unit, name, &reg->syncs[i]);
}

void bus_sync_done(int unit, u64 at) {
	for (int i = 0; i < BUSY_BITS; i++)
		if (waits[unit][i].isPending && waits[unit][i].at <= at) waits[unit][i].isPending = false;
	arm(unit);
	const Model *model = &models[units[unit].kind];
	if (model->event) model->event(unit, EVENT_SYNC, at);
}

void bus_clocks_changed(void) {
	for (int unit = 0; unit < UNITS; unit++)
		for (int i = 0; i < BUSY_BITS; i++) {
			if (!waits[unit][i].isPending || waits[unit][i].at != NEVER) continue;
			u64 time = sync_time(unit, waits[unit][i].name);
			if (time == NEVER) continue;
			waits[unit][i].at = now() + time;
			arm(unit);
		}
}

u32 bus_read(u32 address, int size) {
	int index = checked(address, size, false, 0);
	if (index < 0) return 0;
	const Register *reg = &registers[index];
	if (reg->access == ACCESS_WO) {
		fail_access("it is write-only");
		return 0;
	}
	int from = reg->target < 0 ? index : reg->target;
	u32 value = values[from] | busy_bits(reg->unit, index);
	/* SWRST reads as one until it is done. */
	for (int i = 0; i < reg->syncCount; i++)
		if (reg->syncs[i].bits == 1) value |= busy_bits(reg->unit, reg->syncs[i].busy) >> reg->syncs[i].busyBit & 1;
	const Model *model = &models[units[reg->unit].kind];
	if (model->read) value = model->read(reg->unit, from - units[reg->unit].first, value);
	value >>= 8 * (address - reg->address);
	return size == 4 ? value : value & ((1u << size * 8) - 1);
}

static bool is_enabled(int unit) { return units[unit].enable >= 0 && values[units[unit].enable] & units[unit].enableBit; }

/* A software reset takes precedence: what else the write would change is discarded, and SWRST is not enable-protected. */
static bool is_software_reset(const Register *reg, u32 after) {
	if (!(after & 1)) return false;
	for (int i = 0; i < reg->syncCount; i++)
		if (reg->syncs[i].bits == 1) return true;
	return false;
}

/* Whether the rules of the table allow a write. */
static bool may_write(const Register *reg, u32 before, u32 after, u32 lanes) {
	const Unit *unit = &units[reg->unit];
	u32 reserved = ~reg->mask & lanes;
	u32 changed = (before ^ after) & lanes;
	if (reg->access == ACCESS_RO) fail_access("it is read-only");
	else if (after & reserved && (after ^ reg->reset) & reserved)
		fail_access("reserved bits 0x%x", after & reserved);
	else if (reg->isFixed && after != reg->reset) fail_access("no value but 0x%x is modelled", reg->reset);
	else if (reg->isProtected && pac_refuses(reg->unit)) fail_access("PAC protects it");
	else if (!is_software_reset(reg, after) && is_enabled(reg->unit) && (reg->enableProtected == UINT32_MAX || changed & reg->enableProtected))
		fail_access("it is enable-protected, and %s is enabled", unit->name);
	for (int i = 0; i < reg->syncCount && !has_ended; i++) {
		const Sync *sync = &reg->syncs[i];
		u32 bits = busy_bits(reg->unit, sync->busy);
		if (bits & 1u << sync->busyBit && (sync->bits == UINT32_MAX || changed & sync->bits))
			fail_access("the last write is not synchronised: bit %d of %s", sync->busyBit, registers[sync->busy].name);
	}
	const Register *control = &registers[unit->first];
	for (int i = 0; i < control->syncCount && !has_ended; i++)
		if (control->syncs[i].bits == 1 && is_busy(reg->unit, control->syncs[i].busy - unit->first, control->syncs[i].busyBit))
			fail_access("the software reset is not done: bit 0 of %s", registers[control->syncs[i].busy].name);
	return !has_ended;
}

void bus_write(u32 address, int size, u32 value) {
	int index = checked(address, size, true, value);
	if (index < 0) return;
	const Register *reg = &registers[index];
	int shift = 8 * (address - reg->address);
	u32 lanes = (size == 4 ? UINT32_MAX : (1u << size * 8) - 1) << shift;
	u32 written = value << shift;
	int to = reg->target < 0 ? index : reg->target;
	u32 before = values[to];
	bool isPlain = reg->access == ACCESS_RW;
	if (!may_write(reg, isPlain ? before : written & 0, isPlain ? (before & ~lanes) | written : written, lanes)) return;
	switch (reg->access) {
	case ACCESS_RW: values[to] = (before & ~lanes) | written; break;
	case ACCESS_W1C:
	case ACCESS_CLEAR: values[to] = before & ~written; break;
	case ACCESS_SET: values[to] = before | written; break;
	case ACCESS_TOGGLE: values[to] = before ^ written; break;
	}
	for (int i = 0; i < reg->syncCount; i++)
		if (reg->syncs[i].whenEnabled && !is_enabled(reg->unit)) continue;
		else if (reg->syncs[i].bits == UINT32_MAX || (before ^ values[to]) & reg->syncs[i].bits)
			start_sync(reg->unit, index - units[reg->unit].first, &reg->syncs[i]);
	const Model *model = &models[units[reg->unit].kind];
	if (model->write) model->write(reg->unit, to - units[reg->unit].first, before, written);
}
