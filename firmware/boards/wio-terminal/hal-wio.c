/** The hardware abstraction over the Wio Terminal's drivers: the calls that need no more than one of them. */
#include <string.h>

#include "hal-wio.h"
#include "line.h"
#include "wio-terminal.h"

static char error[96];
static bool hasError;

void beginCall(void)
{
	hasError = false;
}

void failWith(const char* reason)
{
	hasError = true;
	strncpy(error, reason, sizeof error - 1);
}

const char* halError(void)
{
	return hasError ? error : 0;
}

/** Texts, or, without any, what the radio has sent. */
static struct {
	HalBytes texts[3];
	unsigned count;
} offered;

void offerTexts(const HalBytes* texts, unsigned count)
{
	memcpy(offered.texts, texts, count * sizeof *texts);
	offered.count = count;
}

void offerRadio(void)
{
	offered.count = 0;
}

void halTake(void* bytes, uint32_t length)
{
	if (offered.count == 0) return readRadio(bytes, length);
	uint8_t* to = bytes;
	for (unsigned index = 0; index < offered.count && length > 0; index++) {
		HalBytes* text = &offered.texts[index];
		uint32_t size = text->length < length ? text->length : length;
		memcpy(to, text->bytes, size);
		*text = (HalBytes){ (const uint8_t*)text->bytes + size, text->length - size };
		to += size;
		length -= size;
	}
}

/* Pins. */

double halAnalog(uint16_t pin, int isResolution)
{
	beginCall();
	if (pin != PIN_LIGHT) {
		failWith("this board has one analog input: \"light\"");
		return 0;
	}
	if (isResolution) return LIGHT_BITS;
	int32_t reading = readLight();
	if (reading < 0) failWith("the light sensor does not answer (ADC1)");
	return reading;
}

void halDigital(uint16_t pin, int level)
{
	beginCall();
	if (!writePin(pin, level)) failWith("this board has no such output: it has \"led\" and \"radioEnable\"");
}

/* Time and chance. */

void halAlarm(uint32_t delay)
{
	beginCall();
	setAlarm(delay);
}

double halRandom(void)
{
	beginCall();
	uint32_t high = randomWord() >> 5;
	return (high * 67108864.0 + (randomWord() >> 6)) / 9007199254740992.0;
}

/** The board has no clock that goes on without power: the firmware asks a time server. */
double halDate(void)
{
	beginCall();
	return 0;
}

/* Storage: there is none yet. */

int32_t halStore(HalStoreOperation operation, HalBytes path, HalBytes key, HalBytes value)
{
	(void)operation, (void)path, (void)key, (void)value;
	beginCall();
	failWith("this board has no storage yet");
	return HAL_ERROR;
}

int32_t halFlash(HalFlashOperation operation, HalBytes path, uint32_t at, uint16_t length, HalBytes data)
{
	static const double NO_BYTES = 0;
	(void)path, (void)at, (void)length, (void)data;
	beginCall();
	if (operation == HAL_FLASH_SIZE) {
		offerTexts(&(HalBytes){ &NO_BYTES, sizeof NO_BYTES }, 1);
		return sizeof NO_BYTES;
	}
	failWith("this board has no flash partition yet");
	return HAL_ERROR;
}

void halReport(HalBytes line)
{
	beginCall();
	boardHears(line);
}

void halRestart(void)
{
	Line line;
	beginLine(&line, "restarts");
	boardHears(endLine(&line));
}

void halStopped(void)
{
	beginCall();
}

void halNothing(void)
{
	beginCall();
}
