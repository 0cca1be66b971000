/* SERCOM as a USART (data sheet, "SERCOM USART"): 8 bits, no parity, asynchronous, with its own clock. */
#include <string.h>
#include "machine.h"

enum { SWRST = 1, ENABLE = 2, DORD = 1 << 30 };
enum { TXEN = 1 << 16, RXEN = 1 << 17, SBMODE = 1 << 6 };
enum { DRE = 1, TXC = 2, RXC = 4, ERROR = 0x80 };
enum { FERR = 2, BUFOVF = 4 };
enum { SENT = EVENT_A, RECEIVED = EVENT_B };
/* Two bytes wait; a third that has come whole is lost ("Receive Buffer Overflow"). */
enum { BUFFER = 2 };
enum { WIRE = 65536 };

typedef struct {
	u64 start;
	double bit; /* picoseconds */
	u8 byte;
} Frame;

static struct {
	bool isSending, isWaiting;
	u8 sending, waiting;
	u32 baud;
	u8 buffer[BUFFER];
	int count;
	Frame wire[WIRE];
	u32 first, last;
	u64 wireFree;
} usarts[3];

static int slot(int unit) { return unit == SERCOM0 ? 0 : unit == SERCOM1 ? 1 : 2; }

/* The pads that are on the board: SERCOM0 and 1 to the radio, SERCOM2 to the header; all function C. */
static const signed char PADS[3][4] = { { PB(24), PB(25), PC(24), PC(25) }, { PC(22), PC(23), -1, -1 }, { PB(26), PB(27), -1, -1 } };

static bool has_pad(int unit, u32 pad) {
	int pin = PADS[slot(unit)][pad];
	return pin >= 0 && pin_has_function(pin, MUX_C);
}

/* "Baud Rate Equations". In Hz; 0 without a clock. */
static double baud_of(int unit) {
	u32 mode = REG(unit, USART_CTRLA) >> 13 & 7, baud = REG(unit, USART_BAUD);
	double hz = channel_hz(units[unit].channel), samples = mode < 2 ? 16 : mode < 4 ? 8 : 3;
	if (mode == 1 || mode == 3) {
		double divisor = (baud & 0x1fff) + (baud >> 13) / 8.0;
		return divisor == 0 ? 0 : hz / (samples * divisor);
	}
	return hz / samples * (1 - baud / 65536.0);
}

static bool is_on(int unit, u32 direction) {
	return REG(unit, USART_CTRLA) & ENABLE && REG(unit, USART_CTRLB) & direction && !is_busy(unit, USART_SYNCBUSY, 1) &&
		!is_busy(unit, USART_SYNCBUSY, 2);
}

static void update(int unit) {
	int index = slot(unit);
	u32 *flags = &REG(unit, USART_INTFLAG);
	*flags &= ~(u32)(DRE | RXC);
	if (is_on(unit, TXEN) && !usarts[index].isWaiting) *flags |= DRE;
	if (usarts[index].count > 0) *flags |= RXC;
	u32 active = *flags & REG(unit, USART_INTENSET);
	int irq = units[unit].interrupt;
	set_line(irq, active & DRE);
	set_line(irq + 1, active & TXC);
	set_line(irq + 2, active & RXC);
	set_line(irq + 3, active & ERROR);
}

static void send(int unit, u8 byte, u64 at) {
	int index = slot(unit);
	double baud = baud_of(unit);
	if (baud < 1) {
		fail_access("%s cannot send: it has no clock, or BAUD is 0", units[unit].name);
		return;
	}
	usarts[index].isSending = true;
	usarts[index].sending = byte;
	usarts[index].baud = (u32)(baud + 0.5);
	int bits = REG(unit, USART_CTRLB) & SBMODE ? 11 : 10;
	schedule(unit, SENT, at + (u64)(bits * (double)PS_PER_SECOND / baud));
}

static u8 reversed(u8 byte) {
	u8 result = 0;
	for (int i = 0; i < 8; i++) result |= (byte >> i & 1) << (7 - i);
	return result;
}

static u8 in_wire_order(int unit, u8 byte) { return REG(unit, USART_CTRLA) & DORD ? byte : reversed(byte); }

static void sent(int unit, u64 at) {
	int index = slot(unit);
	usarts[index].isSending = false;
	if (has_pad(unit, 0)) {
		flush_lcd();
		emit_output("tx %d %llu %u %02x", unit == SERCOM0 ? 0 : unit == SERCOM1 ? 1 : 2, NS(at), usarts[index].baud,
			in_wire_order(unit, usarts[index].sending));
	}
	if (usarts[index].isWaiting) {
		usarts[index].isWaiting = false;
		send(unit, usarts[index].waiting, at);
	} else REG(unit, USART_INTFLAG) |= TXC;
	update(unit);
}

static void write_data(int unit, u8 byte) {
	int index = slot(unit);
	if (!(REG(unit, USART_INTFLAG) & DRE)) {
		fail_access("DATA is not empty, or the transmitter is not ready yet (INTFLAG.DRE is 0)");
		return;
	}
	REG(unit, USART_INTFLAG) &= ~(u32)TXC;
	if (usarts[index].isSending) {
		usarts[index].isWaiting = true;
		usarts[index].waiting = byte;
	} else send(unit, byte, now());
	update(unit);
}

/* ---- Receiving: bits are taken in the middle of where this side thinks they are. */

static bool level_at(const Frame *frame, double time) {
	int bit = (int)(time / frame->bit);
	return bit == 0 ? false : bit <= 8 ? frame->byte >> (bit - 1) & 1 : true;
}

static void next_arrival(int unit) {
	int index = slot(unit);
	if (usarts[index].first == usarts[index].last) return;
	Frame *frame = &usarts[index].wire[usarts[index].first % WIRE];
	schedule(unit, RECEIVED, frame->start + (u64)(9.5 * frame->bit));
}

static void received(int unit) {
	int index = slot(unit);
	Frame *frame = &usarts[index].wire[usarts[index].first++ % WIRE];
	double baud = baud_of(unit);
	u32 pad = REG(unit, USART_CTRLA) >> 20 & 3;
	if (is_on(unit, RXEN) && baud >= 1 && has_pad(unit, pad)) {
		double bit = PS_PER_SECOND / baud;
		u8 byte = 0;
		for (int i = 0; i < 8; i++) byte |= level_at(frame, (i + 1.5) * bit) << i;
		bool hasStop = level_at(frame, 9.5 * bit);
		if (usarts[index].count == BUFFER) {
			REG(unit, USART_STATUS) |= BUFOVF;
			REG(unit, USART_INTFLAG) |= ERROR;
		} else usarts[index].buffer[usarts[index].count++] = in_wire_order(unit, byte);
		if (!hasStop) {
			REG(unit, USART_STATUS) |= FERR;
			REG(unit, USART_INTFLAG) |= ERROR;
		}
		update(unit);
	}
	next_arrival(unit);
}

void usart_receive(int unit, u64 at, u32 baud, const u8 *bytes, int count) {
	int index = slot(unit);
	bool wasIdle = usarts[index].first == usarts[index].last;
	for (int i = 0; i < count; i++) {
		if (usarts[index].last - usarts[index].first == WIRE) {
			fail("more than %d bytes wait on the wire to %s", WIRE, units[unit].name);
			return;
		}
		u64 start = at > usarts[index].wireFree ? at : usarts[index].wireFree;
		if (start < now()) start = now();
		Frame frame = { start, (double)PS_PER_SECOND / baud, bytes[i] };
		usarts[index].wire[usarts[index].last++ % WIRE] = frame;
		usarts[index].wireFree = start + (u64)(10 * frame.bit);
	}
	if (wasIdle) next_arrival(unit);
}

void usart_power_on(void) { memset(usarts, 0, sizeof usarts); }

/* The wire goes on over a reset of the chip. */
void usart_reset(int unit) {
	int index = slot(unit);
	usarts[index].isSending = usarts[index].isWaiting = false;
	usarts[index].count = 0;
	update(unit);
	next_arrival(unit);
}

u32 usart_read(int unit, int name, u32 stored) {
	int index = slot(unit);
	if (name != USART_DATA) return stored;
	if (usarts[index].count == 0) {
		fail_access("nothing was received (INTFLAG.RXC is 0)");
		return 0;
	}
	u8 byte = usarts[index].buffer[0];
	usarts[index].buffer[0] = usarts[index].buffer[1];
	usarts[index].count--;
	update(unit);
	return byte;
}

static void check_control(int unit) {
	u32 control = REG(unit, USART_CTRLA);
	if (!(control & ENABLE)) return;
	if ((control >> 2 & 7) != 1) fail_access("MODE is not 1, USART with its own clock: no other is modelled");
	else if (control & 1 << 28) fail_access("synchronous mode is not modelled");
	else if ((control >> 24 & 15) != 0) fail_access("no FORM but 0, without parity, is modelled");
	else if ((control >> 16 & 3) == 1) fail_access("TXPO 1 is reserved");
	else if (control & (3u << 9)) fail_access("inverted lines are not modelled");
	else if ((control >> 13 & 7) > 4) fail_access("SAMPR %u is reserved", control >> 13 & 7);
	else if ((REG(unit, USART_CTRLB) & 7) != 0) fail_access("no CHSIZE but 0, 8 bits, is modelled");
	else if (REG(unit, USART_CTRLC) != 0) fail_access("CTRLC other than 0 is not modelled");
}

void usart_write(int unit, int name, u32 before, u32 written) {
	int index = slot(unit);
	if (name == USART_CTRLA && written & SWRST) {
		cancel(unit, SENT);
		unit_reset(unit);
		return;
	}
	if (name == USART_DATA) {
		write_data(unit, (u8)written);
		return;
	}
	if (name == USART_CTRLA || name == USART_CTRLB) check_control(unit);
	/* "SYNCBUSY.CTRLB will remain set until the receiver is enabled" (CTRLB.RXEN, TXEN). */
	if (name == USART_CTRLA && REG(unit, USART_CTRLA) & ~before & ENABLE && REG(unit, USART_CTRLB) & (TXEN | RXEN))
		begin_sync(unit, USART_CTRLB);
	if (name == USART_INTENSET && REG(unit, USART_INTENSET) & 0x38) fail_access("RXS, CTSIC and RXBRK are not modelled");
	bool isOff = !(REG(unit, USART_CTRLA) & ENABLE), wasOn = name == USART_CTRLA && before & ENABLE;
	/* Disabled, it drops what it has. */
	if (isOff && wasOn) {
		usarts[index].isSending = usarts[index].isWaiting = false;
		usarts[index].count = 0;
		cancel(unit, SENT);
		REG(unit, USART_INTFLAG) = 0;
	}
	if (name == USART_CTRLB && !(REG(unit, USART_CTRLB) & RXEN)) usarts[index].count = 0;
	update(unit);
}

void usart_event(int unit, int which, u64 at) {
	if (which == SENT) sent(unit, at);
	else if (which == RECEIVED) received(unit);
	else update(unit);
}
