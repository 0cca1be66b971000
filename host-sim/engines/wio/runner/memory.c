/*
 * Flash, RAM and fuses as the core sees them, and the registers' address space. Flash takes writes as the page buffer
 * does (NVMCTRL, "NVM Write"): the store is let happen, seen, and undone before the next instruction.
 */
#include <string.h>
#include <unicorn/unicorn.h>
#include "machine.h"
#include "nvm.h"
#include "qspi.h"

u8 flash[FLASH_SIZE] __attribute__((aligned(4096)));
u8 flash_array[FLASH_SIZE];
u8 ram[RAM_SIZE] __attribute__((aligned(4096)));
u8 fuses[FUSES_SIZE] __attribute__((aligned(4096)));

/* Sixteen registers are the most that one instruction stores. */
enum { WINDOW = 64 };
u32 bad_access_address;
bool flash_was_written;
static u32 window_start, window_size;
static u8 window[WINDOW];

u8 *memory_at(u32 address, u32 size) {
	if (address < FLASH_SIZE && size <= FLASH_SIZE - address) return flash + address;
	if (address - RAM_BASE < RAM_SIZE && size <= RAM_SIZE - (address - RAM_BASE)) return ram + (address - RAM_BASE);
	if (address - FUSES_BASE < FUSES_SIZE && size <= FUSES_SIZE - (address - FUSES_BASE))
		return fuses + (address - FUSES_BASE);
	return NULL;
}

static void put_word(u8 *at, u32 value) { memcpy(at, &value, 4); }

static void fuses_init(void) {
	memset(fuses, 0xff, sizeof fuses);
	/* NVM Software Calibration Area: AC BIAS0, then BIASCOMP, BIASREFBUF and BIASR2R of ADC0 and of ADC1. */
	put_word(fuses + 0x80, 1u | 5u << 2 | 2u << 5 | 3u << 8 | 6u << 16 | 3u << 19 | 4u << 22);
	/* Of USB: TRANSN, TRANSP, TRIM. */
	put_word(fuses + 0x84, 9u | 25u << 5 | 6u << 10);
	/* User page: BOD33 and BOOTPROT 13 (the first 16 KB), no watchdog, all regions unlocked. */
	put_word(fuses + 0x4000, 0xf69a9239);
	put_word(fuses + 0x4004, 0xaeecff80);
	put_word(fuses + 0x4008, 0xffffffff);
	/* Serial number. */
	put_word(fuses + 0x61fc, 0x4e4c5731);
	put_word(fuses + 0x6010, 0x50415020);
	put_word(fuses + 0x6014, 0x312e3020);
	put_word(fuses + 0x6018, 0xff031021);
}

static uint64_t read_register(uc_engine *engine, uint64_t offset, unsigned size, void *base) {
	(void)engine;
	return has_ended ? 0 : bus_read((u32)((uintptr_t)base + offset), (int)size);
}

static void write_register(uc_engine *engine, uint64_t offset, unsigned size, uint64_t value, void *base) {
	(void)engine;
	if (!has_ended) bus_write((u32)((uintptr_t)base + offset), (int)size, (u32)value);
}

static uint64_t read_qspi(uc_engine *engine, uint64_t offset, unsigned size, void *data) {
	(void)engine, (void)data;
	return has_ended ? 0 : qspi_memory_read((u32)offset, (int)size);
}

static void write_qspi(uc_engine *engine, uint64_t offset, unsigned size, uint64_t value, void *data) {
	(void)engine, (void)data;
	if (!has_ended) qspi_memory_write((u32)offset, (int)size, (u32)value);
}

/* ---- Pages of RAM in which the MPU forbids something: each access is looked at. */

enum { RAM_PAGES = RAM_SIZE / PAGE_SIZE };
static bool is_watched[RAM_PAGES];

static uint64_t read_watched(uc_engine *engine, uint64_t offset, unsigned size, void *page) {
	(void)engine;
	u32 address = (u32)((uintptr_t)page + offset), value = 0;
	if (!mpu_allows(address, false)) core_violation(address);
	else memcpy(&value, ram + (address - RAM_BASE), size);
	return value;
}

static void write_watched(uc_engine *engine, uint64_t offset, unsigned size, uint64_t value, void *page) {
	(void)engine;
	u32 address = (u32)((uintptr_t)page + offset), word = (u32)value;
	if (!mpu_allows(address, true)) core_violation(address);
	else memcpy(ram + (address - RAM_BASE), &word, size);
}

void memory_watch(void) {
	mpu_has_changed = false;
	for (u32 page = 0; page < RAM_PAGES; page++) {
		u32 address = RAM_BASE + page * PAGE_SIZE;
		bool isWanted = mpu_restricts_page(address);
		if (isWanted == is_watched[page]) continue;
		is_watched[page] = isWanted;
		uc_mem_unmap(core_engine(), address, PAGE_SIZE);
		void *where = (void *)(uintptr_t)address;
		if (isWanted) uc_mmio_map(core_engine(), address, PAGE_SIZE, read_watched, where, write_watched, where);
		else uc_mem_map_ptr(core_engine(), address, PAGE_SIZE, UC_PROT_ALL, ram + page * PAGE_SIZE);
	}
}

static bool on_bad_access(uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value, void *data) {
	(void)engine, (void)type, (void)size, (void)value, (void)data;
	bad_access_address = (u32)address;
	return false;
}

static bool on_flash_write(uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value, void *data) {
	(void)type, (void)value, (void)data;
	bad_access_address = (u32)address;
	/* "8-bit writes to the page buffer are not allowed"; with PBLDATA, the buffer takes words. */
	if (address >= FLASH_SIZE || size != 4 || address & 3) return false;
	if (!mpu_allows((u32)address, true)) {
		core_violation((u32)address);
		return false;
	}
	window_start = (u32)address;
	window_size = FLASH_SIZE - window_start < WINDOW ? FLASH_SIZE - window_start : WINDOW;
	memcpy(window, flash + window_start, window_size);
	flash_was_written = true;
	uc_mem_protect(engine, 0, FLASH_SIZE, UC_PROT_ALL);
	/* So that the word is seen even if it is what is there. */
	nvm_load(window_start, (u32)value);
	return true;
}

void flash_restore(void) {
	flash_was_written = false;
	for (u32 i = 4; i < window_size; i += 4)
		if (memcmp(window + i, flash + window_start + i, 4) != 0) {
			u32 word;
			memcpy(&word, flash + window_start + i, 4);
			nvm_load(window_start + i, word);
		}
	memcpy(flash + window_start, window, window_size);
	uc_mem_protect(core_engine(), 0, FLASH_SIZE, UC_PROT_READ | UC_PROT_EXEC);
}

void flash_show(u32 address, u32 size) {
	memcpy(flash + address, flash_array + address, size);
	core_forget(address, size);
	uc_ctl_remove_cache(core_engine(), (uint64_t)address, (uint64_t)address + size);
}

void memory_power_on(void) {
	for (u32 i = 0; i < RAM_SIZE; i += 4) put_word(ram + i, random_word());
	uc_ctl_remove_cache(core_engine(), (uint64_t)RAM_BASE, (uint64_t)RAM_BASE + RAM_SIZE);
}

void memory_init(void) {
	uc_engine *engine = core_engine();
	uc_hook hook;
	memset(flash, 0xff, sizeof flash);
	memset(flash_array, 0xff, sizeof flash_array);
	fuses_init();
	uc_mem_map_ptr(engine, 0, FLASH_SIZE, UC_PROT_READ | UC_PROT_EXEC, flash);
	for (u32 page = 0; page < RAM_PAGES; page++)
		uc_mem_map_ptr(engine, RAM_BASE + page * PAGE_SIZE, PAGE_SIZE, UC_PROT_ALL, ram + page * PAGE_SIZE);
	uc_mem_map_ptr(engine, FUSES_BASE, FUSES_SIZE, UC_PROT_READ, fuses);
	uc_mmio_map(engine, 0x40000000, 0x8000000, read_register, (void *)0x40000000, write_register, (void *)0x40000000);
	uc_mmio_map(engine, 0xe0000000, 0x100000, read_register, (void *)0xe0000000, write_register, (void *)0xe0000000);
	uc_mmio_map(engine, QSPI_BASE, QSPI_SIZE, read_qspi, NULL, write_qspi, NULL);
	uc_hook_add(engine, &hook, UC_HOOK_MEM_WRITE_PROT, (void *)on_flash_write, NULL, 1, 0);
	uc_hook_add(engine, &hook, UC_HOOK_MEM_UNMAPPED | UC_HOOK_MEM_READ_PROT | UC_HOOK_MEM_FETCH_PROT,
		(void *)on_bad_access, NULL, 1, 0);
}
