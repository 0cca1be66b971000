/** Registers whose reads and writes a test answers: `registerAt` gives the place of an address before each access. */
#include <stdint.h>

void* registerAt(uint32_t address);
#define REGISTER8(address) (*(volatile uint8_t*)registerAt(address))
#define REGISTER16(address) (*(volatile uint16_t*)registerAt(address))
#define REGISTER32(address) (*(volatile uint32_t*)registerAt(address))
