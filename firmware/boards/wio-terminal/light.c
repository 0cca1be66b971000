/** The light sensor on PD01, AIN15 of ADC1 (datasheet: ADC), read as Seeed's Arduino core reads it. */
#include "registers.h"
#include "wio-terminal.h"

#define ADC1_CTRLA REGISTER16(0x43002000)
#define ADC1_INPUTCTRL REGISTER16(0x43002004)
#define ADC1_CTRLB REGISTER16(0x43002006)
#define ADC1_REFCTRL REGISTER8(0x43002008)
#define ADC1_SAMPCTRL REGISTER8(0x4300200B)
#define ADC1_SWTRIG REGISTER8(0x43002014)
#define ADC1_INTFLAG REGISTER8(0x4300202E)
#define ADC1_SYNCBUSY REGISTER32(0x43002030)
#define ADC1_RESULT REGISTER16(0x43002040)
#define ADC1_CALIB REGISTER16(0x43002048)

enum { APBD_ADC1 = 1 << 8 };
enum { ENABLE = 1 << 1, PRESCALER_DIV32 = 4 << 8 };
enum { MUXPOS_AIN15 = 15, MUXNEG_GND = 0x18 << 8 };
enum { RESSEL_10BIT = 2 << 3 };
enum { REFSEL_INTVCC1 = 3 };
/** Half cycles of its clock, less one, for which a sample is taken. */
enum { SAMPLEN = 5 };
enum { START = 1 << 1 };
enum { RESRDY = 1 << 0 };

/** NVM software calibration area: ADC1's BIASCOMP in bits 18:16, BIASREFBUF in 21:19, BIASR2R in 24:22. */
#define CALIBRATION REGISTER32(0x00800080)

/** The bits of them that are ADC1's. */
#define CALIBRATION_MASK (0x1FFu << 16)

/** A conversion takes 20 us; looking that often takes a hundred times as long. */
enum { PATIENCE = 100000 };

static void awaitSync(void)
{
	while (ADC1_SYNCBUSY != 0) {}
}

uint32_t lightFuses(void)
{
	return (CALIBRATION & CALIBRATION_MASK) >> 16;
}

uint16_t lightCalibration(void)
{
	return ADC1_CALIB;
}

bool startLight(void)
{
	MCLK_APBDMASK |= APBD_ADC1;
	connectClock(CHANNEL_ADC1, GENERATOR_48_MHZ);
	connectPin(PORT_D, 1, FUNCTION_B);
	uint32_t fuses = lightFuses();
	ADC1_CALIB = (fuses & 7) | (fuses >> 6 & 7) << 4 | (fuses >> 3 & 7) << 8;
	ADC1_CTRLA = PRESCALER_DIV32;
	ADC1_CTRLB = RESSEL_10BIT;
	awaitSync();
	ADC1_REFCTRL = REFSEL_INTVCC1;
	awaitSync();
	ADC1_SAMPCTRL = SAMPLEN;
	awaitSync();
	ADC1_INPUTCTRL = MUXPOS_AIN15 | MUXNEG_GND;
	awaitSync();
	ADC1_CTRLA = PRESCALER_DIV32 | ENABLE;
	awaitSync();
	/* The first conversion after a change of the reference is not to be used. */
	return readLight() >= 0;
}

int32_t readLight(void)
{
	ADC1_INTFLAG = RESRDY;
	ADC1_SWTRIG = START;
	awaitSync();
	for (int looks = 0; looks < PATIENCE; looks++) {
		if (ADC1_INTFLAG & RESRDY) return ADC1_RESULT;
	}
	return -1;
}
