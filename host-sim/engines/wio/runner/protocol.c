/*
 * Lines from and to the parent process. Times are nanoseconds since the machine was made.
 *
 * From the parent:              Answer:
 *   seed N
 *   load ADDRESS HEX
 *   power                       reset …
 *   reset                       reset …
 *   rx SERCOM NS BAUD HEX
 *   pin PC26 0|1|z
 *   level PD01 MICROVOLTS
 *   run NS 0|1                  …, stop NS time|output, or end NS REASON
 *   read ADDRESS LENGTH         memory HEX
 * With 1 a run pauses behind what goes out. On the way come
 *   tx SERCOM NS BAUD HEX   pin NS PB08 0|1|z   lcd NS DC CS HEX   reset NS CAUSE   fault NS TEXT
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "machine.h"
#include "qspi.h"
#include "w25q.h"

bool has_ended, is_paused;
static bool pauses;
static char reason[400];

static struct {
	u64 at;
	int dc, cs, count;
	u8 bytes[4096];
} lcd;

void fail(const char *format, ...) {
	if (has_ended) return;
	has_ended = true;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(reason, sizeof reason, format, arguments);
	va_end(arguments);
	attend();
}

static void print(const char *format, va_list arguments) {
	vprintf(format, arguments);
	putchar('\n');
}

void emit(const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	print(format, arguments);
	va_end(arguments);
}

void emit_output(const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	print(format, arguments);
	va_end(arguments);
	if (!pauses) return;
	is_paused = true;
	attend();
}

void flush_lcd(void) {
	if (lcd.count == 0) return;
	printf("lcd %llu %c %c ", NS(lcd.at), "01z"[lcd.dc], "01z"[lcd.cs]);
	for (int i = 0; i < lcd.count; i++) printf("%02x", lcd.bytes[i]);
	putchar('\n');
	lcd.count = 0;
}

void emit_lcd(u64 at, int dc, int cs, u8 byte) {
	if (lcd.count == sizeof lcd.bytes || dc != lcd.dc || cs != lcd.cs) flush_lcd();
	if (lcd.count == 0) lcd.at = at, lcd.dc = dc, lcd.cs = cs;
	lcd.bytes[lcd.count++] = byte;
}

/* ---- A run */

static void run(u64 until) {
	deadline = until;
	is_paused = false;
	attend();
	while (!has_ended && !is_paused) {
		run_due_events();
		if (has_ended) break;
		if (reset_request) {
			machine_reset(reset_request);
			continue;
		}
		if (is_paused || now() >= deadline) break;
		if (stalled_until > cycles) {
			advance(stalled_until);
			continue;
		}
		if (is_sleeping && exceptions_wake()) is_sleeping = false;
		if (is_sleeping) {
			advance(NEVER);
			continue;
		}
		if (mpu_has_changed) memory_watch();
		exceptions_take();
		if (has_ended || stalled_until > cycles) continue;
		if (cycles < cycles_at(deadline)) core_step();
	}
	flush_lcd();
	if (has_ended) printf("end %llu %s\n", NS(now()), reason);
	else printf("stop %llu %s\n", NS(now()), is_paused ? "output" : "time");
}

/* ---- Lines from the parent */

static int hex_bytes(const char *text, u8 *bytes, int most) {
	int count = 0;
	unsigned byte;
	while (count < most && sscanf(text + 2 * count, "%2x", &byte) == 1) bytes[count++] = (u8)byte;
	return count;
}

/* What a place holds, whatever the cache has. */
static u8 *holds(u32 address, u32 size) {
	if (address - QSPI_BASE < W25Q_SIZE && size <= W25Q_SIZE - (address - QSPI_BASE)) return w25q + (address - QSPI_BASE);
	u8 *at = memory_at(address, size);
	return at != NULL && address < FLASH_SIZE ? flash_array + address : at;
}

static void load(u32 address, const char *text) {
	u32 size = (u32)strlen(text) / 2;
	u8 *at = holds(address, size);
	if (at == NULL) fail("nothing can be loaded at 0x%08x", address);
	else {
		hex_bytes(text, at, (int)size);
		if (address < FLASH_SIZE) flash_show(address, size);
	}
}

static void read_memory(u32 address, u32 size) {
	u8 *at = holds(address, size);
	printf("memory ");
	for (u32 i = 0; at != NULL && i < size; i++) printf("%02x", at[i]);
	putchar('\n');
}

static void receive(int sercom, u64 ns, u32 baud, const char *text) {
	static u8 bytes[65536];
	int count = hex_bytes(text, bytes, sizeof bytes);
	int unit = sercom == 0 ? SERCOM0 : sercom == 1 ? SERCOM1 : SERCOM2;
	usart_receive(unit, ns * 1000, baud, bytes, count);
}

/* What has ended stays ended, but for a power cut: then it begins again. */
static void reset_now(u8 cause) {
	if (cause == CAUSE_POR) has_ended = false;
	if (!has_ended) machine_reset(cause);
}

static void obey(char *line) {
	char word[16] = "", name[16] = "";
	int start = 0;
	unsigned long long a, b;
	unsigned c;
	sscanf(line, "%15s %n", word, &start);
	char *rest = line + start;
	if (!strcmp(word, "seed") && sscanf(rest, "%llu", &a) == 1) trng_seed(a);
	else if (!strcmp(word, "load") && sscanf(rest, "%llx %n", &a, &start) == 1) load((u32)a, rest + start);
	else if (!strcmp(word, "power")) reset_now(CAUSE_POR);
	else if (!strcmp(word, "reset")) reset_now(CAUSE_EXT);
	else if (!strcmp(word, "rx") && sscanf(rest, "%u %llu %llu %n", &c, &a, &b, &start) == 3)
		receive((int)c, a, (u32)b, rest + start);
	else if (!strcmp(word, "pin") && sscanf(rest, "%15s %15s", name, word) == 2 && pin_named(name) >= 0)
		pin_outside(pin_named(name), word[0] == '0' ? LEVEL_LOW : word[0] == '1' ? LEVEL_HIGH : LEVEL_OPEN);
	else if (!strcmp(word, "level") && sscanf(rest, "%15s %llu", name, &a) == 2 && pin_named(name) >= 0)
		pin_microvolts[pin_named(name)] = (u32)a;
	else if (!strcmp(word, "run") && sscanf(rest, "%llu %u", &a, &c) == 2) {
		pauses = c;
		run(a * 1000);
	} else if (!strcmp(word, "read") && sscanf(rest, "%llx %llu", &a, &b) == 2) read_memory((u32)a, (u32)b);
	else fail("the emulator does not know the line: %.60s", line);
}

int main(void) {
	static char line[4 << 20];
	core_init();
	memory_init();
	port_power_on();
	w25q_power_on();
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = 0;
		obey(line);
		fflush(stdout);
	}
	return 0;
}
