/**
 * Registers that several drivers use. Names, addresses and fields are those of the chip's description (SVD) and of the
 * datasheet (SAM D5x/E5x, DS60001507), which the comments name by peripheral and register.
 */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdint.h>

/* A test on another machine brings its own. */
#ifndef REGISTER32
#define REGISTER8(address) (*(volatile uint8_t*)(address))
#define REGISTER16(address) (*(volatile uint16_t*)(address))
#define REGISTER32(address) (*(volatile uint32_t*)(address))
#endif

/* MCLK: which peripherals the bus's clocks reach. */
#define MCLK_APBAMASK REGISTER32(0x40000814)
#define MCLK_APBBMASK REGISTER32(0x40000818)
#define MCLK_APBCMASK REGISTER32(0x4000081C)
#define MCLK_APBDMASK REGISTER32(0x40000820)

/* GCLK, table "PCHCTRLm mapping": the channels of peripherals in use. */
enum { CHANNEL_DPLL0 = 1, CHANNEL_SERCOM0 = 7, CHANNEL_SERCOM2 = 23, CHANNEL_ADC1 = 41 };

/* NVIC, table "Interrupt line mapping". Of a SERCOM, the first three lines are DRE, TXC and RXC. */
enum { INTERRUPT_SERCOM0 = 46, INTERRUPT_SERCOM2 = 54, INTERRUPTS = 137 };

/* Of the Cortex-M4 (ARMv7-M Architecture Reference Manual, B3.4). */
#define NVIC_ISER(line) REGISTER32(0xE000E100 + 4 * ((line) / 32))
#define enableInterrupt(line) (NVIC_ISER(line) = 1u << ((line) % 32))

/** SERCOM as a USART with its own clock (SVD: USART_INT). */
typedef struct {
	volatile uint32_t ctrla, ctrlb, ctrlc;
	volatile uint16_t baud;
	volatile uint8_t rxpl, reserved0[5];
	volatile uint8_t intenclr, reserved1, intenset, reserved2, intflag, reserved3;
	volatile uint16_t status;
	volatile uint32_t syncbusy;
	volatile uint8_t rxerrcnt, reserved4;
	volatile uint16_t length;
	volatile uint32_t reserved5, data;
} Usart;
_Static_assert(__builtin_offsetof(Usart, intenclr) == 0x14 && __builtin_offsetof(Usart, data) == 0x28, "USART_INT");

#define SERCOM0 ((Usart*)0x40003000)
#define SERCOM2 ((Usart*)0x41012000)

/* CTRLA */
#define USART_SWRST (1u << 0)
#define USART_ENABLE (1u << 1)
#define USART_OWN_CLOCK (1u << 2)
#define USART_16X_FRACTIONAL (1u << 13)
#define USART_RXPO(pad) ((uint32_t)(pad) << 20)
#define USART_LSB_FIRST (1u << 30)
/* CTRLB: eight bits, one stop bit and no parity are what it has at reset. */
#define USART_TXEN (1u << 16)
#define USART_RXEN (1u << 17)
/* INTENSET, INTENCLR, INTFLAG */
#define USART_DRE (1u << 0)
#define USART_TXC (1u << 1)
#define USART_RXC (1u << 2)
/* STATUS */
#define USART_PERR (1u << 0)
#define USART_FERR (1u << 1)
#define USART_BUFOVF (1u << 2)
/* SYNCBUSY */
#define USART_SYNC_SWRST (1u << 0)
#define USART_SYNC_ENABLE (1u << 1)
#define USART_SYNC_CTRLB (1u << 2)

#endif
