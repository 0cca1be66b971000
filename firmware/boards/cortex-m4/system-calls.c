/** What newlib wants of an operating system. */
#include <errno.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "failure.h"
#include "hal.h"
#include "heap-image.h"
#include "memory.h"

void* _sbrk(ptrdiff_t size)
{
	void* memory = growHeap(size);
	if (memory == NULL) {
		errno = ENOMEM;
		return (void*)-1;
	}
	return memory;
}

int _gettimeofday(struct timeval* time, void* zone)
{
	double now = isPreloading() ? 0 : halDate();
	(void)zone;
	time->tv_sec = now / 1000;
	time->tv_usec = (now - time->tv_sec * 1000.0) * 1000;
	return 0;
}

void _exit(int code)
{
	(void)code;
	fail("the C library gave up");
}

/* The C library's own bring signals. */
void abort(void)
{
	_exit(1);
	for (;;) {}
}

void __assert_func(const char* file, int line, const char* function, const char* condition)
{
	(void)file, (void)line, (void)function;
	fail(condition);
}

int _write(int file, const char* bytes, int length) { (void)file; (void)bytes; return length; }
int _read(int file, char* bytes, int length) { (void)file; (void)bytes; (void)length; return 0; }
int _close(int file) { (void)file; return -1; }
int _lseek(int file, int offset, int whence) { (void)file; (void)offset; (void)whence; return 0; }
int _fstat(int file, struct stat* status) { (void)file; status->st_mode = S_IFCHR; return 0; }
int _isatty(int file) { (void)file; return 1; }
int _kill(int process, int signal) { (void)process; (void)signal; return -1; }
int _getpid(void) { return 1; }
