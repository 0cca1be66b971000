/** SERCOM7 as an SPI host (datasheet: SERCOM SPI; SVD: SPIM): MOSI on PB19 (pad 3), SCK on PB20 (pad 1). */
#include "spi.h"

#include "registers.h"
#include "wio-terminal.h"

#define SERCOM7_CTRLA REGISTER32(0x43000C00)
#define SERCOM7_CTRLB REGISTER32(0x43000C04)
#define SERCOM7_BAUD REGISTER8(0x43000C0C)
#define SERCOM7_INTFLAG REGISTER8(0x43000C18)
#define SERCOM7_SYNCBUSY REGISTER32(0x43000C1C)
#define SERCOM7_DATA REGISTER32(0x43000C28)

enum { APBD_SERCOM7 = 1 << 3 };
/** GCLK, table "PCHCTRLm mapping": SERCOM7_CORE. */
enum { CHANNEL_SERCOM7 = 37 };
/** CTRLA; CPOL, CPHA and DORD stay 0: mode 0, most significant bit first. */
enum { SWRST = 1 << 0, ENABLE = 1 << 1, MODE_SPI_MASTER = 3 << 2, DOPO_PAD3 = 2 << 16, DIPO_PAD2 = 2 << 20 };
/** INTFLAG */
enum { DRE = 1 << 0, TXC = 1 << 1 };

/** Hz of the core's clock / (2 * (BAUD + 1)). */
enum { BAUD_24_MHZ = 0 };
_Static_assert(PERIPHERAL_HERTZ / (2 * (BAUD_24_MHZ + 1)) == 24000000, "the rate");

static void awaitSync(void)
{
	while (SERCOM7_SYNCBUSY != 0) {}
}

void startSpi(void)
{
	MCLK_APBDMASK |= APBD_SERCOM7;
	connectClock(CHANNEL_SERCOM7, GENERATOR_48_MHZ);
	connectPin(PORT_B, 19, FUNCTION_D);
	connectPin(PORT_B, 20, FUNCTION_D);
	SERCOM7_CTRLA = SWRST;
	awaitSync();
	/* The receiver stays off (CTRLB.RXEN), so nothing that comes back has to be read. */
	SERCOM7_CTRLA = MODE_SPI_MASTER | DOPO_PAD3 | DIPO_PAD2;
	SERCOM7_CTRLB = 0;
	awaitSync();
	SERCOM7_BAUD = BAUD_24_MHZ;
	SERCOM7_CTRLA = MODE_SPI_MASTER | DOPO_PAD3 | DIPO_PAD2 | ENABLE;
	awaitSync();
}

void sendSpi(uint8_t byte)
{
	while (!(SERCOM7_INTFLAG & DRE)) {}
	SERCOM7_DATA = byte;
}

void finishSpi(void)
{
	/* Writing DATA clears it. */
	while (!(SERCOM7_INTFLAG & TXC)) {}
}
