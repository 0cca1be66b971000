/**
 * In the place of a loader that keeps two images: what the UF2 boot loader starts, at 0x4000, starts the program, as if
 * the boot loader had. It is a whole program of its own, of which the linker puts nothing elsewhere.
 */
#include <stdint.h>

#include "startup.h"

#define IN_LOADER(part) __attribute__((section(".loader." part), used))

__attribute__((naked)) IN_LOADER("code") static void startProgram(void)
{
	__asm volatile(
		"ldr r0, =vectors\n"
		"ldr r1, =0xE000ED08\n" /* VTOR */
		"str r0, [r1]\n"
		"dsb\n"
		"ldr r1, [r0]\n"
		"msr msp, r1\n"
		"ldr r1, [r0, #4]\n"
		"bx r1\n"
		".ltorg\n");
}

IN_LOADER("vectors") static const Vector loaderVectors[16] = {
	(Vector)cStackTop, startProgram, [2 ... 6] = startProgram, [11 ... 12] = startProgram, [14 ... 15] = startProgram,
};
