/**
 * What XS wants to know of its platform (`XSPLATFORM`): no operating system, no threads, no sockets.
 * The host's bytecode compiler is built with it as well, so that both agree on the bytecode.
 */
#ifndef XS_PLATFORM_H
#define XS_PLATFORM_H

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int txSocket;
#define mxNoSocket (-1)

/* The engine's own names; `promiseJobs` says that jobs wait, the others are Atomics'. */
#define mxMachinePlatform \
	int promiseJobs; \
	void* waiterCondition; \
	void* waiterData; \
	void* waiterLink;

#define mxUseDefaultBuildKeys 1
#define mxUseDefaultSharedChunks 1
#define mxUseDefaultCStackLimit 0
#define C_PATH_MAX 128

#ifdef __arm__
/**
 * `setjmp` by a name that the compiler does not know: around the one it knows it keeps no variable in a register, which
 * the interpreter (xsRun.c) pays for at each step. It needs no such care: what it goes on with after a throw it reads
 * from the jump, but for the machine, which never changes.
 */
int setInterpreterJump(jmp_buf buffer) __asm__("setjmp");
/* A module's bytecode may lie outside the heap: freeing it does nothing. */
extern void freeHeap(void* memory);
#define c_free freeHeap
#define c_free_uint32 freeHeap
#endif

#endif
