/* NVMCTRL: page buffer, programming, erasing. */
#include <string.h>
#include "machine.h"
#include "nvm.h"

enum { PAGE = 512, BLOCK = 8192, QUAD = 16, DOUBLE = 8, BANK = FLASH_SIZE / 2 };
/* BOOTPROT 13: the boot loader cannot be written. */
enum { PROTECTED = 0x4000 };
enum { KEY = 0xa5 };
enum { CMD_ERASE_BLOCK = 0x01, CMD_WRITE_PAGE = 0x03, CMD_WRITE_QUAD = 0x04, CMD_CLEAR_BUFFER = 0x15 };
enum { WMODE_MANUAL, WMODE_DOUBLE, WMODE_QUAD, WMODE_PAGE };
enum { READY = 1, LOAD = 4, DONE_FLAG = 1 };
enum { DONE = EVENT_A };
/* Times are orders of magnitude of "NVM Characteristics". */
#define QUAD_TIME (100 * PS_PER_US)
#define PAGE_TIME (2500 * PS_PER_US)
#define ERASE_TIME (100 * PS_PER_MS)

static u8 buffer[PAGE];
static u32 section = UINT32_MAX;
static bool isLoaded;
/* The command that is under way. */
static struct {
	bool isBusy, isErase;
	u32 address, size;
	u8 data[PAGE];
	u64 from, to;
} job;

static void clear_buffer(void) {
	memset(buffer, 0xff, sizeof buffer);
	section = UINT32_MAX;
	isLoaded = false;
	REG(NVMCTRL, NVMCTRL_PBLDATA0) = REG(NVMCTRL, NVMCTRL_PBLDATA1) = UINT32_MAX;
}

static void update(void) {
	set_line(units[NVMCTRL].interrupt, REG(NVMCTRL, NVMCTRL_INTFLAG) & REG(NVMCTRL, NVMCTRL_INTENSET) & 0x7f);
}

/* With the cache on, the core does not see it: pessimistic, as if all had been read before. */
static void show(u32 address, u32 size) {
	if (cache_hides()) return;
	flash_show(address, size);
}

static void apply(u32 size) {
	for (u32 i = 0; i < size; i++) {
		if (job.isErase) flash_array[job.address + i] = 0xff;
		else flash_array[job.address + i] &= job.data[i];
	}
	show(job.address, job.size);
}

static void finish(void) {
	apply(job.size);
	job.isBusy = false;
	cancel(NVMCTRL, DONE);
	REG(NVMCTRL, NVMCTRL_INTFLAG) |= DONE_FLAG;
	update();
}

/* What executes from the bank that is being written waits. */
static void begin(u32 address, u32 size, bool isErase, u64 time) {
	job.isBusy = true;
	job.isErase = isErase;
	job.address = address;
	job.size = size;
	job.from = now();
	job.to = now() + time;
	schedule(NVMCTRL, DONE, job.to);
	if (pc < FLASH_SIZE && pc / BANK == address / BANK) stalled_until = cycles_at(job.to);
	attend();
}

static void program(u32 size, u64 time) {
	u32 address = REG(NVMCTRL, NVMCTRL_ADDR) & ~(size - 1);
	memcpy(job.data, buffer + address % PAGE, size);
	/* ECC covers 64 bits: it does not fit what is written over something else. */
	for (u32 i = 0; i < size; i += DOUBLE) {
		u64 is, was;
		memcpy(&is, job.data + i, DOUBLE);
		memcpy(&was, flash_array + address + i, DOUBLE);
		if (is != UINT64_MAX && was != UINT64_MAX) {
			fail_access("flash at 0x%08x is programmed twice without an erase between", address + i);
			return;
		}
	}
	begin(address, size, false, time);
	clear_buffer();
}

static bool is_writable(void) {
	u32 address = REG(NVMCTRL, NVMCTRL_ADDR);
	if (address >= FLASH_SIZE) fail_access("ADDR 0x%06x: the user page and fuses are not to be written", address);
	else if (address < PROTECTED) fail_access("ADDR 0x%06x: BOOTPROT protects the boot loader", address);
	return !has_ended;
}

static void command(u32 written) {
	u32 what = written & 0x7f;
	if (written >> 8 != KEY) fail_access("CMDEX is not 0xA5");
	else if (job.isBusy) fail_access("a command is under way (STATUS.READY is 0)");
	else if (what == CMD_CLEAR_BUFFER) clear_buffer();
	else if (what == CMD_ERASE_BLOCK) {
		if (is_writable()) begin(REG(NVMCTRL, NVMCTRL_ADDR) & ~(u32)(BLOCK - 1), BLOCK, true, ERASE_TIME);
	} else if (what == CMD_WRITE_PAGE || what == CMD_WRITE_QUAD) {
		if (!isLoaded) fail_access("the page buffer is empty");
		else if (is_writable()) what == CMD_WRITE_PAGE ? program(PAGE, PAGE_TIME) : program(QUAD, QUAD_TIME);
	} else fail_access("command 0x%02x is not modelled", what);
}

void nvm_load(unsigned address, unsigned word) {
	/* The bus waits for the command before. */
	if (job.isBusy) {
		cycles = cycles_at(job.to);
		finish();
	}
	/* PBLDATA holds 64 bits; another section begins with ones. */
	if ((address & ~7u) != section) {
		section = address & ~7u;
		REG(NVMCTRL, NVMCTRL_PBLDATA0) = REG(NVMCTRL, NVMCTRL_PBLDATA1) = UINT32_MAX;
	}
	*(address & 4 ? &REG(NVMCTRL, NVMCTRL_PBLDATA1) : &REG(NVMCTRL, NVMCTRL_PBLDATA0)) = word;
	memcpy(buffer + section % PAGE, &REG(NVMCTRL, NVMCTRL_PBLDATA0), 4);
	memcpy(buffer + section % PAGE + 4, &REG(NVMCTRL, NVMCTRL_PBLDATA1), 4);
	REG(NVMCTRL, NVMCTRL_ADDR) = address;
	isLoaded = true;
	u32 mode = REG(NVMCTRL, NVMCTRL_CTRLA) >> 4 & 3;
	if (mode == WMODE_MANUAL || !is_writable()) return;
	if (mode == WMODE_DOUBLE && address % DOUBLE == DOUBLE - 4) program(DOUBLE, QUAD_TIME);
	else if (mode == WMODE_QUAD && address % QUAD == QUAD - 4) program(QUAD, QUAD_TIME);
	else if (mode == WMODE_PAGE && address % PAGE == PAGE - 4) program(PAGE, PAGE_TIME);
}

/* A part of what was under way is done: bytes of a page in their order, any bits of a block. */
void nvm_power_cut(void) {
	if (!job.isBusy) return;
	u32 done = (u32)((double)(now() - job.from) / (double)(job.to - job.from) * job.size);
	if (job.isErase)
		for (u32 i = 0; i < job.size; i++) flash_array[job.address + i] |= (u8)random_word();
	else apply(done < job.size ? done : job.size);
	show(job.address, job.size);
	job.isBusy = false;
}

/* A reset of the core lets a command end. */
void nvm_reset(int unit) {
	(void)unit;
	if (job.isBusy) apply(job.size);
	job.isBusy = false;
	clear_buffer();
}

u32 nvm_read(int unit, int name, u32 stored) {
	(void)unit;
	if (name == NVMCTRL_STATUS) return (job.isBusy ? 0 : READY) | (isLoaded ? LOAD : 0) | 13u << 8;
	if (name == NVMCTRL_RUNLOCK) return UINT32_MAX;
	return stored;
}

void nvm_write(int unit, int name, u32 before, u32 written) {
	(void)unit, (void)before;
	if (name == NVMCTRL_CTRLB) command(written);
	if (name == NVMCTRL_CTRLA) {
		if (REG(NVMCTRL, NVMCTRL_CTRLA) & 8) fail_access("suspending (SUSPEN) is not modelled");
		else clocks_update();
	}
	update();
}

void nvm_event(int unit, int which, u64 at) {
	(void)unit, (void)at;
	if (which == DONE) finish();
}
