/** What newlib and the board want of a program. */
#include <stddef.h>
#include <string.h>

#include "board.h"
#include "failure.h"
#include "system.h"

static char kept[FAILURE_SIZE] __attribute__((section(".kept")));

void fail(const char* reason)
{
	strncpy(kept, reason, FAILURE_SIZE - 1);
	restart();
}

const char* takeFailure(void)
{
	return "";
}

void abort(void)
{
	fail("aborted");
	for (;;) {}
}

static uint8_t* next = heapStart;

uint32_t unusedHeap(void)
{
	return heapEnd - next;
}

void* _sbrk(ptrdiff_t size)
{
	if (next + size > heapEnd) return (void*)-1;
	next += size;
	return next - size;
}

void _exit(int code) { (void)code; abort(); }
int _write(int file, const char* bytes, int length) { (void)file; (void)bytes; return length; }
int _read(int file, char* bytes, int length) { (void)file; (void)bytes; (void)length; return 0; }
int _close(int file) { (void)file; return -1; }
int _lseek(int file, int offset, int whence) { (void)file; (void)offset; (void)whence; return 0; }
int _fstat(int file, void* status) { (void)file; (void)status; return -1; }
int _isatty(int file) { (void)file; return 1; }
int _kill(int process, int signal) { (void)process; (void)signal; return -1; }
int _getpid(void) { return 1; }
