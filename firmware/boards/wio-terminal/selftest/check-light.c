/** The light sensor: raw readings, and the calibration that the chip came with. */
#include "selftest.h"
#include "wio-terminal.h"

enum { READINGS = 16 };

void checkLight(Result* result)
{
	static bool isStarted;
	if (!isStarted && !startLight()) return conclude(result, false, 'X', "the converter (ADC1) does not answer");
	isStarted = true;
	int32_t least = 1 << LIGHT_BITS, most = 0, sum = 0;
	for (int count = 0; count < READINGS; count++) {
		int32_t reading = readLight();
		if (reading < 0) return conclude(result, false, 'X', "the converter (ADC1) does not answer");
		if (reading < least) least = reading;
		if (reading > most) most = reading;
		sum += reading;
	}
	int32_t mean = sum / READINGS;
	conclude(result, true, '0' + mean * 10 / (1 << LIGHT_BITS), "%d of 1023 (%d to %d)", (int)mean, (int)least, (int)most);
}

/** CALIB has BIASCOMP in bits 2:0, BIASR2R in 6:4 and BIASREFBUF in 10:8; the fuses have the last two the other way round. */
void checkCalibration(Result* result)
{
	uint32_t fuses = lightFuses(), calibration = lightCalibration();
	uint32_t wanted = (fuses & 7) | (fuses >> 6 & 7) << 4 | (fuses >> 3 & 7) << 8;
	char code = fuses == 0 ? '0' : fuses == 0x1FF ? 'F' : calibration != wanted ? 'X' : '1';
	conclude(result, code == '1', code, "fuses 0x%03x, CALIB 0x%03x", (unsigned)fuses, (unsigned)calibration);
}
