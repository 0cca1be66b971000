/** What the board makes of the lines that the firmware and the board itself tell. */
#include <string.h>

#include "screen.h"
#include "wio-terminal.h"

/** As the events of `firmware/events.ts` begin, of which the first key is `event`, the second `state`. */
#define NETWORK "{\"event\":\"network\",\"state\":\""
#define LINK "{\"event\":\"link\",\"state\":\""

static struct {
	bool isUp, isOnline, isRadioSilent;
} network;

static bool beginsWith(HalBytes line, const char* text)
{
	uint32_t length = strlen(text);
	return line.length >= length && memcmp(line.bytes, text, length) == 0;
}

static bool contains(HalBytes line, const char* text)
{
	uint32_t length = strlen(text);
	for (uint32_t index = 0; index + length <= line.length; index++) {
		if (memcmp((const char*)line.bytes + index, text, length) == 0) return true;
	}
	return false;
}

static void showNetwork(void)
{
	if (!network.isUp) showState(network.isRadioSilent ? STATE_NO_RADIO : STATE_NO_WIFI);
	else showState(network.isOnline ? STATE_ONLINE : STATE_NO_BROKER);
}

void boardHears(HalBytes line)
{
	logLine(line);
	showLine(line);
	if (beginsWith(line, NETWORK)) {
		network.isUp = beginsWith(line, NETWORK "up\"");
		/* While it is tried again, what was wrong is still shown. */
		if (network.isUp) network.isRadioSilent = false;
		else if (beginsWith(line, NETWORK "down\"")) network.isRadioSilent = contains(line, "the radio does not answer") || contains(line, "the radio's firmware");
		showNetwork();
	} else if (beginsWith(line, LINK)) {
		network.isOnline = beginsWith(line, LINK "online\"");
		if (network.isOnline) forgetFailures();
		showNetwork();
	}
}
