#include "startup.h"

#include <stdio.h>
#include <string.h>

#include "board.h"
#include "failure.h"

#define REGISTER(address) (*(volatile uint32_t*)(address))

/* ARMv7-M Architecture Reference Manual, B3.2 */
#define VTOR REGISTER(0xE000ED08)
#define CFSR REGISTER(0xE000ED28)
#define MMFAR REGISTER(0xE000ED34)
#define BFAR REGISTER(0xE000ED38)
#define CPACR REGISTER(0xE000ED88)
/* B3.5 */
#define MPU_CTRL REGISTER(0xE000ED94)
#define MPU_RBAR REGISTER(0xE000ED9C)
#define MPU_RASR REGISTER(0xE000EDA0)

/** What an untouched word of the C stack holds. */
#define UNTOUCHED 0xA5A5A5A5u

extern uint32_t dataLoad[], dataStart[], dataEnd[], bssStart[], bssEnd[];
extern int main(void);

void reset(void)
{
	VTOR = (uint32_t)vectors;
	CPACR |= 0xFu << 20; /* the FPU */
	__asm volatile("dsb\n isb");
	memcpy(dataStart, dataLoad, (uint8_t*)dataEnd - (uint8_t*)dataStart);
	memset(bssStart, 0, (uint8_t*)bssEnd - (uint8_t*)bssStart);
	uint32_t* word = (uint32_t*)cStackBottom;
	uint32_t* here = __builtin_frame_address(0);
	while (word < here - 32) *word++ = UNTOUCHED;
	main();
	restart();
}

static const char* describeFault(uint32_t address)
{
	uint32_t guard = (uint32_t)cStackGuard;
	if (address >= guard && address < guard + GUARD_SIZE) return "C stack overflow";
	guard = (uint32_t)arenaStart;
	if (address >= guard && address < guard + GUARD_SIZE) return "JavaScript stack overflow";
	if (address < 0x80000) return "write to flash";
	return "fault";
}

/** The MPU is off in here (MPU_CTRL.HFNMIENA is 0), and so the interrupted frame can be read. */
__attribute__((used)) static void onFault(const uint32_t* frame)
{
	char reason[FAILURE_SIZE];
	uint32_t status = CFSR;
	uint32_t address = status & 0x80 ? MMFAR : status & 0x8000 ? BFAR : 0xFFFFFFFF;
	/* Pushing the frame itself failed: only a full stack does that. */
	if (status & 0x1010) address = (uint32_t)cStackGuard;
	snprintf(reason, sizeof reason, "%s (pc %08lx, lr %08lx, status %08lx, address %08lx)",
		describeFault(address), frame[6], frame[5], status, address);
	fail(reason);
}

__attribute__((naked)) void fault(void)
{
	ON_A_NEW_STACK(onFault);
}

#define REGION(number) (0x10u | (number)) /* MPU_RBAR.VALID */
#define NO_ACCESS (0u << 24)
#define READ_ONLY (6u << 24)
/* C without TEX and B (table B3-13): the flash. Memory of another type must not be read at odd addresses. */
#define NORMAL (1u << 17)
#define NEVER_EXECUTE (1u << 28)
#define SIZE(log2) (((log2) - 1u) << 1)
#define ENABLE 1u

void protectMemory(const void* javaScriptStackGuard)
{
	MPU_RBAR = REGION(0);
	MPU_RASR = READ_ONLY | NORMAL | SIZE(19) | ENABLE;
	MPU_RBAR = (uint32_t)cStackGuard | REGION(1);
	MPU_RASR = NO_ACCESS | NEVER_EXECUTE | SIZE(8) | ENABLE;
	MPU_RBAR = (uint32_t)javaScriptStackGuard | REGION(2);
	MPU_RASR = NO_ACCESS | NEVER_EXECUTE | SIZE(8) | ENABLE;
	MPU_CTRL = 5; /* PRIVDEFENA, ENABLE */
	__asm volatile("dsb\n isb");
}

uint32_t unusedCStack(void)
{
	const uint32_t* word = (const uint32_t*)cStackBottom;
	while (word < (const uint32_t*)cStackTop && *word == UNTOUCHED) word++;
	return (const uint8_t*)word - cStackBottom;
}
