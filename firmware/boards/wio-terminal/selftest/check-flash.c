/** The flash memory beside the chip, a W25Q32JV: its id, read over the QSPI (datasheet: QSPI). */
#include "registers.h"
#include "selftest.h"
#include "wio-terminal.h"

#define QSPI_CTRLA REGISTER32(0x42003400)
#define QSPI_CTRLB REGISTER32(0x42003404)
#define QSPI_BAUD REGISTER32(0x42003408)
#define QSPI_INTFLAG REGISTER32(0x4200341C)
#define QSPI_INSTRADDR REGISTER32(0x42003430)
#define QSPI_INSTRCTRL REGISTER32(0x42003434)
#define QSPI_INSTRFRAME REGISTER32(0x42003438)
/** What the memory sends appears here. */
#define QSPI_DATA(offset) REGISTER8(0x04000000 + (offset))
#define CMCC_CTRL REGISTER32(0x41006008)
#define CMCC_SR REGISTER32(0x4100600C)
#define CMCC_MAINT0 REGISTER32(0x41006020)

enum { APBC_QSPI = 1 << 13, FUNCTION_H = 7 };
enum { SWRST = 1 << 0, ENABLE = 1 << 1, LASTXFER = 1 << 24 };
enum { MODE_MEMORY = 1 << 0, CSMODE_LASTXFER = 1 << 4 };
/** BAUD in bits 15:8: 120 MHz by 30 are 4 MHz. */
enum { BAUD_4_MHZ = 29 << 8 };
/** INSTRFRAME: one line; an instruction, then data to read. */
enum { INSTREN = 1 << 4, DATAEN = 1 << 7 };
enum { INSTREND = 1 << 10 };
enum { CEN = 1 << 0, CSTS = 1 << 0, INVALL = 1 << 0 };

/** An instruction of the memory: read the id. */
enum { READ_ID = 0x9F };
enum { ID_W25Q32JV = 0xEF4016, ID_SIZE = 3 };
enum { PATIENCE = 100000 };

static void startQspi(void)
{
	MCLK_APBCMASK |= APBC_QSPI;
	for (int bit = 8; bit <= 11; bit++) connectPin(PORT_A, bit, FUNCTION_H);
	connectPin(PORT_B, 10, FUNCTION_H);
	connectPin(PORT_B, 11, FUNCTION_H);
	QSPI_CTRLA = SWRST;
	QSPI_CTRLB = MODE_MEMORY | CSMODE_LASTXFER;
	QSPI_BAUD = BAUD_4_MHZ;
	QSPI_CTRLA = ENABLE;
}

/** The processor's cache keeps what it has read of this memory as well: it must ask each time. */
static bool stopCache(void)
{
	CMCC_CTRL = 0;
	for (int looks = 0; looks < PATIENCE; looks++) {
		if (!(CMCC_SR & CSTS)) return true;
	}
	return false;
}

static void startCache(void)
{
	CMCC_MAINT0 = INVALL;
	CMCC_CTRL = CEN;
}

static bool awaitEnd(void)
{
	for (int looks = 0; looks < PATIENCE; looks++) {
		if (QSPI_INTFLAG & INSTREND) return true;
	}
	return false;
}

int32_t readFlashId(void)
{
	startQspi();
	if (!stopCache()) return -1;
	QSPI_INTFLAG = INSTREND;
	QSPI_INSTRADDR = 0;
	QSPI_INSTRCTRL = READ_ID;
	QSPI_INSTRFRAME = INSTREN | DATAEN;
	/* Reading it back waits until it is written. */
	(void)QSPI_INSTRFRAME;
	int32_t id = 0;
	for (int offset = 0; offset < ID_SIZE; offset++) id = id << 8 | QSPI_DATA(offset);
	QSPI_CTRLA = ENABLE | LASTXFER;
	bool isOver = awaitEnd();
	QSPI_CTRLA = 0;
	startCache();
	return isOver ? id : -1;
}

void checkFlash(Result* result)
{
	int32_t id = readFlashId();
	if (id < 0) return conclude(result, false, 'N', "the QSPI does not end its instruction");
	char code = id == ID_W25Q32JV ? '1' : id == 0 ? '0' : id == 0xFFFFFF ? 'F' : 'X';
	conclude(result, code == '1', code, "id %02X %02X %02X, W25Q32JV has EF 40 16", (unsigned)(id >> 16),
		(unsigned)(id >> 8 & 0xFF), (unsigned)(id & 0xFF));
}
