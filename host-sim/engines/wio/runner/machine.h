/*
 * The machine: an ATSAMD51P19A on the board of the Wio Terminal. What each part of the runner knows of the others.
 * Section and register names are those of the SAM D5x/E5x data sheet (DS60001507) and the ARMv7-M manual (DDI 0403).
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include "registers.h"

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

enum { ACCESS_RW, ACCESS_RO, ACCESS_WO, ACCESS_W1C, ACCESS_SET, ACCESS_CLEAR, ACCESS_TOGGLE };

/* ---- Tables (registers.c, made of registers/ by generate.ts) */

typedef struct {
	u32 bits;
	short busy; /* index of the register */
	signed char busyBit;
	u8 whenEnabled;
} Sync;

typedef struct {
	const char *name; /* with that of its unit: "SERCOM0.CTRLA" */
	u32 address, reset, mask, enableProtected;
	u8 width; /* bytes */
	u8 access;
	u8 isProtected;
	u8 isFixed;
	short unit;
	short target;
	u8 syncCount;
	Sync syncs[3];
} Register;

/* A peripheral. */
typedef struct {
	const char *name;
	u8 kind;
	short first, count;   /* its registers */
	short interrupt;      /* the first; -1: none */
	short channel;        /* of GCLK; -1: none */
	short enable;         /* register; -1: none */
	u32 enableBit;
	signed char bridge;   /* of APB, A is 0; -1: the core's own */
	signed char index;    /* within the bridge */
	short clock;          /* MCLK's mask; -1: always clocked */
} Unit;

extern const Register registers[REGISTERS];
extern const Unit units[UNITS];
extern const short by_address[REGISTERS];

/* ---- Registers (bus.c) */

extern u32 values[REGISTERS];
/* A register of a unit, by its name within the kind: REG(SERCOM0, USART_CTRLA). */
#define REG(unit, name) values[units[unit].first + (name)]

/* The behaviour of a kind of unit. Each part may be left out. */
typedef struct {
	void (*reset)(int unit);
	/* What a read gives, where it is not what is stored. */
	u32 (*read)(int unit, int name, u32 stored);
	/* After a write: `name` is the register that changed, `written` what the program wrote. */
	void (*write)(int unit, int name, u32 before, u32 written);
	/* An event of time.c. */
	void (*event)(int unit, int which, u64 at);
	/* Picoseconds until a write has reached the other clock domain; NEVER without a clock. */
	u64 (*syncTime)(int unit, int name);
} Model;
extern const Model models[KINDS];

/* What a reset resets: RTC and OSC32KCTRL only when it is of the power supply. */
void bus_reset(bool isPower);
void unit_reset(int unit);
u32 bus_read(u32 address, int size);
void bus_write(u32 address, int size, u32 value);
/* A write of a register begins to be synchronised, without one. */
void begin_sync(int unit, int name);
/* Whether a bit of SYNCBUSY is set. */
bool is_busy(int unit, int name, int bit);
void bus_sync_done(int unit, u64 at);
/* Synchronisations that waited for a clock may have one now. */
void bus_clocks_changed(void);
/* Ends the run with what is being accessed, and why that is wrong. */
void fail_access(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- Time (time.c): virtual, in picoseconds; an instruction takes a cycle of the CPU's clock */

#define NEVER UINT64_MAX
#define PS_PER_SECOND 1000000000000ull
#define PS_PER_MS 1000000000ull
#define PS_PER_US 1000000ull

enum { EVENT_SYNC, EVENT_A, EVENT_B, EVENTS };

extern volatile u64 cycles; /* of the CPU, since the machine was made */
extern volatile u64 limit;  /* the core stops before an instruction that would begin then */
extern u32 cpu_hz;
extern u64 deadline;        /* where the parent wants to be asked */

u64 now(void);
void set_cpu_hz(u32 hz);
/* Has models[].event called at a time; one of each number a unit. */
void schedule(int unit, int which, u64 at);
void cancel(int unit, int which);
void run_due_events(void);
/* Sets `limit` by what comes next. */
void set_limit(void);
/* Time passes without an instruction, until something is due or `until`. */
void advance(u64 until);
u64 cycles_at(u64 ps);

/* ---- Memory (memory.c) */

enum {
	FLASH_SIZE = 0x80000,
	RAM_BASE = 0x20000000,
	RAM_SIZE = 0x30000,
	/* Calibration, user page and serial number. */
	FUSES_BASE = 0x00800000,
	FUSES_SIZE = 0x8000,
	DOUBLE_TAP = 0x2002fffc,
};
/* What the core sees of flash, and what flash holds: they differ while the cache has what was there before. */
extern u8 flash[FLASH_SIZE], flash_array[FLASH_SIZE];
extern u8 ram[RAM_SIZE], fuses[FUSES_SIZE];
void memory_init(void);
void memory_power_on(void);
/* Host memory of RAM, flash or fuses; NULL when it is none or reaches beyond. */
/* Where the last access went that nothing answers. */
extern u32 bad_access_address;
u8 *memory_at(u32 address, u32 size);
/* What was written to flash goes into the page buffer, and flash is as before. */
extern bool flash_was_written;
void flash_restore(void);
/* The core sees what the array holds there. */
void flash_show(u32 address, u32 size);

/* ---- The core (core.c) */

enum { CORE_R0 = 0, CORE_SP = 13, CORE_LR = 14, CORE_PC = 15 };
enum { CAREFUL_FP = 1, CAREFUL_MASKED = 2 };
extern u32 pc;             /* of the instruction that is being executed */
extern unsigned careful;
extern bool is_sleeping;
extern u64 stalled_until;  /* cycles */
void core_init(void);
void core_reset(u32 sp, u32 entry);
void core_step(void);
/* The instructions there are others now. */
void core_forget(u32 address, u32 size);
struct uc_struct *core_engine(void);
u32 get(int uc_register);
void put(int uc_register, u32 value);
/* The core is to look up before its next instruction. */
static inline void attend(void) { limit = 0; }

/* The MPU forbids what the instruction does: it is not done, and is a fault. */
void core_violation(u32 address);

/* ---- MPU (mpu.c) */

enum { PAGE_SIZE = 4096 };
extern bool mpu_has_changed;
bool mpu_allows(u32 address, bool isWrite);
/* Whether something in a page is forbidden to write. */
bool mpu_restricts_page(u32 page);
/* Watches pages of RAM as the MPU wants it (memory.c). */
void memory_watch(void);

/* ---- Exceptions (exceptions.c, nvic.c) */

enum {
	EXCEPTION_NMI = 2, EXCEPTION_HARD = 3, EXCEPTION_MEMORY = 4, EXCEPTION_BUS = 5, EXCEPTION_USAGE = 6,
	EXCEPTION_SVC = 11, EXCEPTION_PENDSV = 14, EXCEPTION_SYSTICK = 15, EXCEPTION_IRQ = 16,
	EXCEPTION_COUNT = 16 + 137,
};
extern bool is_pending[EXCEPTION_COUNT], is_active[EXCEPTION_COUNT];
void exceptions_reset(void);
void pend(int exception);
void unpend(int exception);
/* An interrupt's line from its peripheral. */
void set_line(int irq, bool isHigh);
bool line_is_high(int irq);
/* Enters the pending exception with the highest priority, if it may interrupt what runs. */
void exceptions_take(void);
/* Whether a pending exception ends WFI. */
bool exceptions_wake(void);
void exception_return(u32 value);
/* A fault of the instruction at `pc`: CFSR's bits, and the address for MMFAR or BFAR if it has one. */
void fault(int exception, u32 cfsr, bool hasAddress, u32 address);
int exception_priority(int exception);
/* Group priority of what runs, with or without PRIMASK. */
int execution_priority(bool withPrimask);
int group_priority(int exception);
int next_pending(void);
void exceptions_changed(void);

/* ---- SysTick (systick.c) */

u64 systick_next(void); /* cycles; NEVER */
void systick_due(void);

/* ---- Clocks (clocks.c) */

u32 generator_hz(int generator);
u32 channel_hz(int channel);
void clocks_update(void);

/* ---- RTC (rtc.c) */

/* A reset has left it as it is: its interrupt asks again. */
void rtc_stays(void);

/* ---- Pins (port.c): 0 is PA00, 32 PB00 */

enum { LEVEL_LOW, LEVEL_HIGH, LEVEL_OPEN };
enum { MUX_B = 1, MUX_C = 2, MUX_D = 3, MUX_H = 7 };
#define PA(n) (n)
#define PB(n) (32 + (n))
#define PC(n) (64 + (n))
#define PD(n) (96 + (n))
enum { PINS = 128 };
/* Whether a peripheral has a pin, by this function of PMUX. */
bool pin_has_function(int pin, int function);
/* What PORT drives a pin with; LEVEL_OPEN when it does not. */
int pin_driven(int pin);
void pin_name(int pin, char *name);
int pin_named(const char *name);
void pin_outside(int pin, int level);
void port_power_on(void);
extern u32 pin_microvolts[PINS];

/* ---- What comes from outside */

void usart_receive(int unit, u64 at, u32 baud, const u8 *bytes, int count);
void usart_power_on(void);
void nvm_power_cut(void);
void trng_seed(u64 seed);
u32 random_word(void);
bool pac_refuses(int unit);

/* ---- Resets (reset.c) */

enum { CAUSE_POR = 0x01, CAUSE_EXT = 0x10, CAUSE_WDT = 0x20, CAUSE_SYST = 0x40 };
extern u8 reset_request; /* a cause */
void request_reset(u8 cause);
void machine_reset(u8 cause);

/* ---- The parent (protocol.c) */

extern bool has_ended;
extern bool is_paused;
/* Ends the run. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void emit(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* As `emit`, and pauses the run if the parent wants to hear of output at once. */
void emit_output(const char *format, ...) __attribute__((format(printf, 1, 2)));
void emit_lcd(u64 at, int dc, int cs, u8 byte);
void flush_lcd(void);
#define NS(ps) ((unsigned long long)((ps) / 1000))

#endif
