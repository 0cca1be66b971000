#include "w25q.h"
#include <string.h>
#include "machine.h"

enum { PAGE = 256, SECTOR = 0x1000, BLOCK_32 = 0x8000, BLOCK_64 = 0x10000 };
enum { BUSY = 1, WEL = 2, QE = 2 };
/* "AC Electrical Characteristics", typical. */
#define PROGRAM_TIME (700 * PS_PER_US)
#define SECTOR_TIME (45 * PS_PER_MS)
#define BLOCK_32_TIME (120 * PS_PER_MS)
#define BLOCK_64_TIME (150 * PS_PER_MS)
#define STATUS_TIME (10 * PS_PER_MS)

u8 w25q[W25Q_SIZE];

typedef enum { PLAIN, ANSWER, READ, PROGRAM, ERASE, STATUS } Sort;
typedef struct {
	u8 code;
	Sort sort;
	bool hasAddress;
	u8 lines, dummies;
	u32 maxHz;
	u32 size; /* of what is erased */
	u64 time;
} Instruction;

static const u32 FAST = 133000000, SLOW = 50000000;
static const Instruction INSTRUCTIONS[] = {
	{ 0x06, PLAIN, false, 1, 0, FAST, 0, 0 },  /* write enable */
	{ 0x04, PLAIN, false, 1, 0, FAST, 0, 0 },  /* write disable */
	{ 0x66, PLAIN, false, 1, 0, FAST, 0, 0 },  /* enable reset */
	{ 0x99, PLAIN, false, 1, 0, FAST, 0, 0 },  /* reset device */
	{ 0xab, PLAIN, false, 1, 0, FAST, 0, 0 },  /* release power-down */
	{ 0x9f, ANSWER, false, 1, 0, FAST, 0, 0 }, /* JEDEC ID */
	{ 0x05, ANSWER, false, 1, 0, FAST, 0, 0 }, /* status register 1 */
	{ 0x35, ANSWER, false, 1, 0, FAST, 0, 0 }, /* 2 */
	{ 0x15, ANSWER, false, 1, 0, FAST, 0, 0 }, /* 3 */
	{ 0x31, STATUS, false, 1, 0, FAST, 0, STATUS_TIME }, /* write status register 2 */
	{ 0x03, READ, true, 1, 0, SLOW, 0, 0 },
	{ 0x0b, READ, true, 1, 8, FAST, 0, 0 },
	{ 0x6b, READ, true, 4, 8, FAST, 0, 0 },
	{ 0x02, PROGRAM, true, 1, 0, FAST, 0, PROGRAM_TIME },
	{ 0x32, PROGRAM, true, 4, 0, FAST, 0, PROGRAM_TIME },
	{ 0x20, ERASE, true, 1, 0, FAST, SECTOR, SECTOR_TIME },
	{ 0x52, ERASE, true, 1, 0, FAST, BLOCK_32, BLOCK_32_TIME },
	{ 0xd8, ERASE, true, 1, 0, FAST, BLOCK_64, BLOCK_64_TIME },
};

static const Instruction *current;
static bool isEnabled, isResetEnabled;
static u8 status2;
/* Bytes to a page, in the order in which they came; it wraps at the page's end. */
static u8 page[PAGE];
static bool isWritten[PAGE];
static u32 start, position;
/* What is under way. */
static struct {
	Sort sort;
	u32 address, size;
	u64 from, to;
} job;

static bool is_busy_now(void) { return job.to > now(); }

static const Instruction *find(u8 code) {
	for (u32 i = 0; i < sizeof INSTRUCTIONS / sizeof *INSTRUCTIONS; i++)
		if (INSTRUCTIONS[i].code == code) return &INSTRUCTIONS[i];
	return NULL;
}

void w25q_begin(const W25qFrame *frame, u32 address, bool hasData) {
	u8 code = frame->instruction;
	const Instruction *one = find(code);
	current = NULL;
	if (one == NULL) fail_access("instruction 0x%02x of the QSPI flash is not modelled", code);
	else if (one->hasAddress != frame->hasAddress) fail_access("instruction 0x%02x comes %s an address", code, one->hasAddress ? "with" : "without");
	else if (hasData && one->lines != frame->lines) fail_access("the data of instruction 0x%02x have %u lines", code, one->lines);
	else if (one->dummies != frame->dummies) fail_access("instruction 0x%02x has %u clocks before its data", code, one->dummies);
	else if (frame->hz > one->maxHz) fail_access("instruction 0x%02x takes %u Hz at most, not %u", code, one->maxHz, frame->hz);
	else if (hasData != (one->sort != PLAIN && one->sort != ERASE)) fail_access("instruction 0x%02x has %s", code, hasData ? "no data" : "data");
	else if (hasData && frame->writes != (one->sort == PROGRAM || one->sort == STATUS))
		fail_access("the data of instruction 0x%02x go the other way", code);
	else if (is_busy_now() && one->code != 0x05) fail_access("the QSPI flash is busy (status bit 0)");
	else if ((one->sort == PROGRAM || one->sort == ERASE || one->sort == STATUS) && !isEnabled)
		fail_access("instruction 0x%02x without write enable (0x06)", code);
	else if (one->lines == 4 && !(status2 & QE)) fail_access("instruction 0x%02x without QE in status register 2", code);
	else current = one;
	start = address % W25Q_SIZE;
	position = 0;
	memset(isWritten, 0, sizeof isWritten);
}

u8 w25q_read(u32 address) {
	static const u8 ID[] = { 0xef, 0x40, 0x16 };
	if (current == NULL) return 0xff;
	if (current->sort == READ) return w25q[address % W25Q_SIZE];
	switch (current->code) {
	case 0x9f: return ID[position++ % 3];
	case 0x05: return (is_busy_now() ? BUSY : 0) | (isEnabled ? WEL : 0);
	case 0x35: return status2;
	default: return 0x60;
	}
}

void w25q_write(u32 address, u8 byte) {
	if (current == NULL) return;
	if (position == 0) start = address % W25Q_SIZE;
	if (current->sort == STATUS) page[0] = byte;
	else {
		page[address % PAGE] = byte;
		isWritten[address % PAGE] = true;
	}
	position++;
}

static void begin_job(u32 address, u32 size) {
	job.sort = current->sort;
	job.address = address;
	job.size = size;
	job.from = now();
	job.to = now() + current->time;
	isEnabled = false;
}

void w25q_end(void) {
	const Instruction *one = current;
	current = NULL;
	if (one == NULL) return;
	current = one;
	if (one->code == 0x06) isEnabled = true;
	if (one->code == 0x04) isEnabled = false;
	if (one->code == 0x99 && isResetEnabled) isEnabled = false;
	isResetEnabled = one->code == 0x66;
	if (one->sort == STATUS) status2 = page[0], begin_job(0, 0);
	if (one->sort == ERASE) {
		u32 address = start & ~(one->size - 1);
		memset(w25q + address, 0xff, one->size);
		begin_job(address, one->size);
	}
	if (one->sort == PROGRAM) {
		u32 address = start & ~(u32)(PAGE - 1);
		for (u32 i = 0; i < PAGE; i++)
			if (isWritten[i]) w25q[address + i] &= page[i];
		begin_job(address, PAGE);
	}
	current = NULL;
}

void w25q_power_on(void) {
	static bool isMade;
	if (!isMade) memset(w25q, 0xff, sizeof w25q);
	isMade = true;
	isEnabled = isResetEnabled = false;
	current = NULL;
	job.to = 0;
}

/* A sector that was being erased holds anything, a page may lack what was to be programmed last. */
void w25q_power_cut(void) {
	if (!is_busy_now()) return;
	if (job.sort == ERASE)
		for (u32 i = 0; i < job.size; i++) w25q[job.address + i] &= (u8)random_word();
	if (job.sort == PROGRAM) {
		u32 done = (u32)((double)(now() - job.from) / (double)(job.to - job.from) * job.size);
		for (u32 i = done; i < PAGE; i++)
			if (isWritten[i]) w25q[job.address + i] = 0xff;
	}
}
