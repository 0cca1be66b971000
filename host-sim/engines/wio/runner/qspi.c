/* QSPI in memory mode (data sheet, "Quad Serial Peripheral Interface"), with the board's flash. */
#include "machine.h"
#include "qspi.h"
#include "w25q.h"

enum { SWRST = 1, ENABLE = 2, LASTXFER = 1 << 24 };
enum { MODE_MEMORY = 1 };
enum { INSTREN = 1 << 4, ADDREN = 1 << 5, OPTCODEEN = 1 << 6, DATAEN = 1 << 7, ADDRLEN_32 = 1 << 10, DDREN = 1 << 15 };
enum { INSTREND = 1 << 10 };
/* INSTRFRAME.TFRTYPE: bit 0 says memory, with the address of the bus; bit 1 says write. */
enum { MEMORY = 1, WRITE = 2 };
/* INSTRFRAME.WIDTH: data on one line, or on four. */
enum { SINGLE = 0, QUAD_OUTPUT = 2 };

static bool isUnderWay, hasBegun;

static void update(void) { set_line(units[QSPI].interrupt, REG(QSPI, QSPI_INTFLAG) & REG(QSPI, QSPI_INTENSET)); }

/* Data PA08 to PA11, SCK PB10, CS PB11, all function H. */
static bool has_pins(void) {
	return pin_has_function(PA(8), MUX_H) && pin_has_function(PA(9), MUX_H) && pin_has_function(PA(10), MUX_H) &&
		pin_has_function(PA(11), MUX_H) && pin_has_function(PB(10), MUX_H) && pin_has_function(PB(11), MUX_H);
}

static u32 transfer_type(void) { return REG(QSPI, QSPI_INSTRFRAME) >> 12 & 3; }

/* SCK is the bus clock divided by BAUD + 1. */
static u32 divisor(void) { return (REG(QSPI, QSPI_BAUD) >> 8 & 0xff) + 1; }

static void begin_instruction(u32 address) {
	u32 frame = REG(QSPI, QSPI_INSTRFRAME);
	W25qFrame wires = {
		.instruction = (u8)REG(QSPI, QSPI_INSTRCTRL),
		.lines = (frame & 7) == QUAD_OUTPUT ? 4 : 1,
		.hasAddress = frame & ADDREN,
		.dummies = (u8)(frame >> 16 & 31),
		.writes = transfer_type() & WRITE,
		.hz = cpu_hz / divisor(),
	};
	hasBegun = true;
	w25q_begin(&wires, address, frame & DATAEN);
}

/* Data move when the range at 0x04000000 is accessed; the core waits for the wires. */
static bool may_access(unsigned offset, int size, bool isWrite) {
	bool isRight = REG(QSPI, QSPI_CTRLA) & ENABLE && isUnderWay && !(transfer_type() & WRITE) == !isWrite;
	if (!isRight) fail("at pc 0x%08x: a %s 0x%08x without an instruction that does (INSTRFRAME)", pc, isWrite ? "write to" : "read of", QSPI_BASE + offset);
	else if (offset >= W25Q_SIZE) fail("at pc 0x%08x: 0x%08x is beyond the 4 MB of the QSPI flash", pc, QSPI_BASE + offset);
	if (has_ended) return false;
	if (!hasBegun) begin_instruction(offset);
	u32 lines = (REG(QSPI, QSPI_INSTRFRAME) & 7) == QUAD_OUTPUT ? 4 : 1;
	stalled_until = cycles + (u64)size * 8 / lines * divisor();
	attend();
	return !has_ended && has_pins();
}

unsigned qspi_memory_read(unsigned offset, int size) {
	u32 value = 0;
	bool isConnected = may_access(offset, size, false);
	for (int i = 0; i < size; i++) value |= (u32)(isConnected ? w25q_read(offset + (u32)i) : 0xff) << 8 * i;
	return value;
}

void qspi_memory_write(unsigned offset, int size, unsigned value) {
	if (!may_access(offset, size, true)) return;
	for (int i = 0; i < size; i++) w25q_write(offset + (u32)i, (u8)(value >> 8 * i));
}

static void end_instruction(void) {
	if (hasBegun && has_pins()) w25q_end();
	isUnderWay = hasBegun = false;
	REG(QSPI, QSPI_INTFLAG) |= INSTREND;
}

static void begin(void) {
	u32 frame = REG(QSPI, QSPI_INSTRFRAME), width = frame & 7;
	if (!(REG(QSPI, QSPI_CTRLA) & ENABLE)) return;
	if (!(REG(QSPI, QSPI_CTRLB) & MODE_MEMORY)) fail_access("CTRLB.MODE is not 1, memory: no other is modelled");
	else if (isUnderWay) fail_access("the last instruction has not been ended (CTRLA.LASTXFER)");
	else if (!(frame & INSTREN)) fail_access("frames without an instruction are not modelled");
	else if (frame & (OPTCODEEN | ADDRLEN_32 | DDREN)) fail_access("OPTCODEEN, ADDRLEN 32 and DDREN are not modelled");
	else if (width != SINGLE && width != QUAD_OUTPUT) fail_access("WIDTH %u is not modelled: 0 and 2 are", width);
	if (has_ended) return;
	isUnderWay = true;
	hasBegun = false;
	/* With data it begins with their first, without them at once. */
	if (frame & DATAEN) return;
	begin_instruction(REG(QSPI, QSPI_INSTRADDR));
	end_instruction();
}

void qspi_reset(int unit) {
	(void)unit;
	isUnderWay = hasBegun = false;
	update();
}

u32 qspi_read(int unit, int name, u32 stored) {
	(void)unit;
	if (name == QSPI_STATUS) return (stored & ~2u) | (REG(QSPI, QSPI_CTRLA) & ENABLE);
	if (name == QSPI_RXDATA) fail_access("data come through the address range at 0x04000000");
	return stored;
}

void qspi_write(int unit, int name, u32 before, u32 written) {
	(void)before;
	if (name == QSPI_CTRLA) {
		if (written & SWRST) {
			unit_reset(unit);
			return;
		}
		REG(QSPI, QSPI_CTRLA) &= ENABLE;
		if (written & LASTXFER && isUnderWay) end_instruction();
	}
	if (name == QSPI_INSTRFRAME) begin();
	update();
}
