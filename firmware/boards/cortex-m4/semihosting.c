#include "semihosting.h"

#include <string.h>

/* Semihosting for AArch32 and AArch64, release 3.0 */
enum { SYS_OPEN = 0x01, SYS_CLOSE = 0x02, SYS_WRITE0 = 0x04, SYS_WRITE = 0x05, SYS_GET_CMDLINE = 0x15, SYS_EXIT_EXTENDED = 0x20 };
#define APPLICATION_EXIT 0x20026
#define WRITE_BINARY 5

static int call(int operation, const void* argument)
{
	register int result __asm("r0") = operation;
	register const void* parameter __asm("r1") = argument;
	__asm volatile("bkpt 0xab" : "+r"(result) : "r"(parameter) : "memory");
	return result;
}

void endSimulation(int code)
{
	uint32_t block[] = { APPLICATION_EXIT, (uint32_t)code };
	call(SYS_EXIT_EXTENDED, block);
	for (;;) {}
}

void writeConsole(const char* text)
{
	call(SYS_WRITE0, text);
}

void readArguments(char* buffer, uint32_t size)
{
	uint32_t block[] = { (uint32_t)buffer, size };
	buffer[0] = 0;
	call(SYS_GET_CMDLINE, block);
	buffer[size - 1] = 0;
}

int createFile(const char* path)
{
	uint32_t open[] = { (uint32_t)path, WRITE_BINARY, strlen(path) };
	return call(SYS_OPEN, open);
}

int writeFile(int file, const void* bytes, uint32_t length)
{
	uint32_t write[] = { (uint32_t)file, (uint32_t)bytes, length };
	return call(SYS_WRITE, write) == 0;
}

void closeFile(int file)
{
	uint32_t close[] = { (uint32_t)file };
	call(SYS_CLOSE, close);
}
