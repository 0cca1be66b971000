/* QSPI with the board's W25Q32JV: instructions that read its registers; no others yet. */
#include "machine.h"
#include "qspi.h"

enum { SWRST = 1, ENABLE = 2, LASTXFER = 1 << 24 };
enum { MODE_MEMORY = 1 };
enum { INSTREN = 1 << 4, ADDREN = 1 << 5, DATAEN = 1 << 7, INSTREND = 1 << 10 };
enum { READ_ID = 0x9f, READ_STATUS_1 = 0x05, READ_STATUS_2 = 0x35, READ_STATUS_3 = 0x15 };
enum { ENABLE_RESET = 0x66, RESET_DEVICE = 0x99, RELEASE_POWER_DOWN = 0xab };

static unsigned position;
static bool isUnderWay;

static void update(void) { set_line(units[QSPI].interrupt, REG(QSPI, QSPI_INTFLAG) & REG(QSPI, QSPI_INTENSET)); }

/* Data PA08 to PA11, SCK PB10, CS PB11, all function H. */
static bool has_pins(void) {
	return pin_has_function(PA(8), MUX_H) && pin_has_function(PA(9), MUX_H) && pin_has_function(PA(10), MUX_H) &&
		pin_has_function(PA(11), MUX_H) && pin_has_function(PB(10), MUX_H) && pin_has_function(PB(11), MUX_H);
}

static u32 instruction(void) { return REG(QSPI, QSPI_INSTRCTRL) & 0xff; }

static u8 answer(void) {
	static const u8 ID[] = { 0xef, 0x40, 0x16 };
	u8 index = (u8)(position++ % 3);
	if (!has_pins()) return 0xff;
	switch (instruction()) {
	case READ_ID: return ID[index];
	/* Not busy, not write-enabled; quad not enabled; as delivered. */
	case READ_STATUS_1: return 0x00;
	case READ_STATUS_2: return 0x00;
	case READ_STATUS_3: return 0x60;
	default: fail("at pc 0x%08x: instruction 0x%02x of the QSPI flash is not modelled", pc, instruction()); return 0;
	}
}

unsigned qspi_memory_read(unsigned offset, int size) {
	(void)offset;
	u32 frame = REG(QSPI, QSPI_INSTRFRAME), value = 0;
	if (!(REG(QSPI, QSPI_CTRLA) & ENABLE) || !isUnderWay || (frame >> 12 & 3) != 0) {
		fail("at pc 0x%08x: a read of 0x%08x without an instruction that reads (INSTRFRAME)", pc, QSPI_BASE + offset);
		return 0;
	}
	for (int i = 0; i < size; i++) value |= (u32)answer() << 8 * i;
	return value;
}

void qspi_memory_write(unsigned offset, int size, unsigned value) {
	(void)size, (void)value;
	fail("at pc 0x%08x: a write to 0x%08x: writing the QSPI flash is not modelled", pc, QSPI_BASE + offset);
}

static void begin(void) {
	u32 frame = REG(QSPI, QSPI_INSTRFRAME);
	if (!(REG(QSPI, QSPI_CTRLA) & ENABLE)) return;
	if (!(REG(QSPI, QSPI_CTRLB) & MODE_MEMORY)) fail_access("CTRLB.MODE is not 1, memory: no other is modelled");
	else if (!(frame & INSTREN)) fail_access("frames without an instruction are not modelled");
	else if (frame & ADDREN || (frame & 7) != 0) fail_access("frames with an address or several bits are not modelled");
	position = 0;
	isUnderWay = true;
	if (frame & DATAEN) return;
	u32 what = instruction();
	if (what != ENABLE_RESET && what != RESET_DEVICE && what != RELEASE_POWER_DOWN)
		fail_access("instruction 0x%02x of the QSPI flash is not modelled", what);
	isUnderWay = false;
	REG(QSPI, QSPI_INTFLAG) |= INSTREND;
}

void qspi_reset(int unit) {
	(void)unit;
	isUnderWay = false;
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
		if (written & LASTXFER && isUnderWay) {
			isUnderWay = false;
			REG(QSPI, QSPI_INTFLAG) |= INSTREND;
		}
	}
	if (name == QSPI_INSTRFRAME) begin();
	update();
}
