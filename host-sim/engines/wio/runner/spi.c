/* SERCOM as an SPI host (data sheet, "SERCOM SPI"); the LCD listens on SERCOM7. */
#include "machine.h"

enum { SWRST = 1, ENABLE = 2, DORD = 1 << 30 };
enum { RXEN = 1 << 17 };
enum { DRE = 1, TXC = 2, RXC = 4, ERROR = 0x80 };
enum { BUFOVF = 4 };
enum { SHIFTED = EVENT_A };
enum { BUFFER = 2 };
/* The board: MISO PB18 (pad 2), MOSI PB19 (pad 3), SCK PB20 (pad 1), function D; chip select and data/command of the LCD. */
enum { LCD_CS = PB(21), LCD_DC = PC(6) };

static bool isShifting, isWaiting;
static u8 shifting, waiting, count, buffer[BUFFER];

static bool is_on(int unit) {
	return REG(unit, SPI_CTRLA) & ENABLE && !is_busy(unit, SPI_SYNCBUSY, 1) && !is_busy(unit, SPI_SYNCBUSY, 2);
}

static void update(int unit) {
	u32 *flags = &REG(unit, SPI_INTFLAG);
	*flags &= ~(u32)(DRE | RXC);
	if (is_on(unit) && !isWaiting) *flags |= DRE;
	if (count > 0) *flags |= RXC;
	u32 active = *flags & REG(unit, SPI_INTENSET);
	int irq = units[unit].interrupt;
	set_line(irq, active & DRE);
	set_line(irq + 1, active & TXC);
	set_line(irq + 2, active & RXC);
	set_line(irq + 3, active & ERROR);
}

/* fSCK = fref / (2 * (BAUD + 1)). */
static void shift(int unit, u8 byte, u64 at) {
	u32 hz = channel_hz(units[unit].channel);
	if (hz == 0) {
		fail_access("%s has no clock", units[unit].name);
		return;
	}
	isShifting = true;
	shifting = byte;
	schedule(unit, SHIFTED, at + 16 * (REG(unit, SPI_BAUD) + 1) * PS_PER_SECOND / hz);
}

static void shifted(int unit, u64 at) {
	isShifting = false;
	if (pin_has_function(PB(19), MUX_D) && pin_has_function(PB(20), MUX_D))
		emit_lcd(at, pin_driven(LCD_DC), pin_driven(LCD_CS), shifting);
	/* The LCD does not answer: MISO stays low. */
	if (REG(unit, SPI_CTRLB) & RXEN) {
		if (count == BUFFER) {
			REG(unit, SPI_STATUS) |= BUFOVF;
			REG(unit, SPI_INTFLAG) |= ERROR;
		} else buffer[count++] = 0;
	}
	if (isWaiting) {
		isWaiting = false;
		shift(unit, waiting, at);
	} else REG(unit, SPI_INTFLAG) |= TXC;
	update(unit);
}

void spi_reset(int unit) {
	isShifting = isWaiting = false;
	count = 0;
	update(unit);
}

u32 spi_read(int unit, int name, u32 stored) {
	if (name != SPI_DATA) return stored;
	if (count == 0) {
		fail_access("nothing was received (INTFLAG.RXC is 0)");
		return 0;
	}
	u8 byte = buffer[0];
	buffer[0] = buffer[1];
	count--;
	update(unit);
	return byte;
}

static void check_control(int unit) {
	u32 control = REG(unit, SPI_CTRLA);
	if (!(control & ENABLE)) return;
	if ((control >> 2 & 7) != 3) fail_access("MODE is not 3, SPI host: no other is modelled");
	else if ((control >> 24 & 15) != 0) fail_access("no FORM but 0 is modelled");
	else if ((control >> 16 & 3) != 2) fail_access("DOPO is not 2: on this board MOSI is pad 3 and SCK pad 1");
	else if (control & DORD) fail_access("the LCD takes the highest bit first: DORD is 0");
	else if ((control >> 28 & 3) != 0 && (control >> 28 & 3) != 3) fail_access("the LCD takes SPI modes 0 and 3");
	else if ((REG(unit, SPI_CTRLB) & 7) != 0) fail_access("no CHSIZE but 0, 8 bits, is modelled");
	else if (REG(unit, SPI_CTRLB) & 1 << 13) fail_access("chip select by hardware (MSSEN) is not modelled");
	else if (REG(unit, SPI_CTRLC) != 0) fail_access("CTRLC other than 0 is not modelled");
}

void spi_write(int unit, int name, u32 before, u32 written) {
	(void)before;
	if (name == SPI_CTRLA && written & SWRST) {
		unit_reset(unit);
		return;
	}
	if (name == SPI_DATA) {
		if (!(REG(unit, SPI_INTFLAG) & DRE)) {
			fail_access("DATA is not empty, or the SPI is not ready yet (INTFLAG.DRE is 0)");
			return;
		}
		REG(unit, SPI_INTFLAG) &= ~(u32)TXC;
		if (isShifting) isWaiting = true, waiting = (u8)written;
		else shift(unit, (u8)written, now());
	}
	if (name == SPI_CTRLA || name == SPI_CTRLB) check_control(unit);
	if (name == SPI_CTRLA && !(REG(unit, SPI_CTRLA) & ENABLE)) {
		isShifting = isWaiting = false;
		count = 0;
		cancel(unit, SHIFTED);
		REG(unit, SPI_INTFLAG) = 0;
	}
	update(unit);
}

void spi_event(int unit, int which, u64 at) {
	if (which == SHIFTED) shifted(unit, at);
	else update(unit);
}
