/* The board's external flash: a W25Q32JV of 4 MB, as its data sheet has it (tables "Instruction Set", "AC"). */
#include <stdbool.h>
#include <stdint.h>

enum { W25Q_SIZE = 0x400000 };
extern uint8_t w25q[W25Q_SIZE];

/* How an instruction comes over the wires. */
typedef struct {
	uint8_t instruction;
	uint8_t lines;      /* for data: 1 or 4 */
	bool hasAddress;
	uint8_t dummies;    /* clocks between address and data */
	bool writes;        /* data go to the flash */
	uint32_t hz;        /* of the clock */
} W25qFrame;

/* Begins an instruction; ends the run for one that the chip does not have in this form. */
void w25q_begin(const W25qFrame *frame, uint32_t address, bool hasData);
uint8_t w25q_read(uint32_t address);
void w25q_write(uint32_t address, uint8_t byte);
/* Chip select rises: what was to be written is written. */
void w25q_end(void);
void w25q_power_on(void);
void w25q_power_cut(void);
