/** The radio: whether it answers, at which speed, and with which version, asked as the firmware asks it (radio/radio.ts). */
#include "selftest.h"
#include "wio-terminal.h"

/** Milliseconds: of a reset; until the chip listens after it; for its answer. */
enum { RESET_TIME = 100, BOOT_TIME = 400, ANSWER_TIME = 1000 };

/** Bits a second: of firmware that ours speaks with, twice as a slow start is none yet; of older one. */
static const uint32_t BAUDS[] = { 614400, 614400, 1843200 };

static uint8_t heard[256];
static uint32_t heardLength;

static void hear(void)
{
	bool isQuiet;
	uint32_t count = radioBytes(&isQuiet);
	if (count > sizeof heard - heardLength) count = sizeof heard - heardLength;
	readRadio(heard + heardLength, count);
	heardLength += count;
}

/** Switches the radio on, and asks for its version. */
static bool ask(uint32_t baud, char version[16])
{
	writePin(PIN_RADIO_ENABLE, 0);
	pauseFor(RESET_TIME);
	writePin(PIN_RADIO_ENABLE, 1);
	pauseFor(BOOT_TIME);
	openRadioUart(baud);
	heardLength = 0;
	writeRadio(VERSION_CALL, VERSION_CALL_SIZE);
	uint32_t begun = milliseconds(), looks = 0;
	bool isFound = false;
	while (!isFound && !isOver(begun, ANSWER_TIME, &looks)) {
		hear();
		isFound = findVersion(heard, heardLength, version);
	}
	closeRadioUart();
	return isFound;
}

void checkRadio(Result* result)
{
	char version[16];
	uint32_t noise = 0;
	for (unsigned try = 0; try < sizeof BAUDS / sizeof BAUDS[0]; try++) {
		bool isFound = ask(BAUDS[try], version);
		writePin(PIN_RADIO_ENABLE, 0);
		if (!isFound) {
			noise += heardLength;
			continue;
		}
		bool isSlow = BAUDS[try] == BAUDS[0];
		bool isGood = isSlow && isVersionFrom(version, 2, 1, 2);
		return conclude(result, isGood, isGood ? '1' : isSlow ? '2' : '3', "version %s at %u baud%s", version,
			(unsigned)BAUDS[try], isGood ? "" : ", which is too old");
	}
	if (noise > 0) return conclude(result, false, 'G', "%u bytes, none of them an answer", (unsigned)noise);
	conclude(result, false, '0', "silent at 614400 and 1843200 baud");
}
