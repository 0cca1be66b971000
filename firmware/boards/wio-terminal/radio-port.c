/** The serial port of the radio, which is the board's only socket at the native seam. */
#include <string.h>

#include "hal-wio.h"
#include "seam.h"
#include "wio-terminal.h"

/** So many new bytes are announced though more are coming. */
enum { ENOUGH = 1024 };

static struct {
	bool isOpen, isWritableDue;
	uint16_t handle;
	/** The bytes that wait and have been told of. */
	uint32_t told;
} port;

bool isPortReadable(void)
{
	bool isQuiet;
	uint32_t count = radioBytes(&isQuiet);
	return port.isOpen && count > port.told && (isQuiet || count - port.told >= ENOUGH);
}

void tellReadable(HalEvent* event)
{
	bool isQuiet;
	port.told = radioBytes(&isQuiet);
	event->kind = EVENT_READABLE;
	event->handle = port.handle;
	event->count = port.told;
}

bool isPortWritable(void)
{
	return port.isOpen && port.isWritableDue && radioRoom() == RADIO_RING;
}

void tellWritable(HalEvent* event)
{
	port.isWritableDue = false;
	event->kind = EVENT_WRITABLE;
	event->handle = port.handle;
	event->count = RADIO_RING;
}

/** The rate in `serial RATE`; 0 for another endpoint. */
static uint32_t rateOf(HalBytes endpoint)
{
	static const HalBytes SERIAL = TEXT("serial ");
	const char* text = endpoint.bytes;
	uint32_t rate = 0;
	if (endpoint.length <= SERIAL.length || memcmp(text, SERIAL.bytes, SERIAL.length) != 0) return 0;
	for (uint32_t index = SERIAL.length; index < endpoint.length; index++) {
		if (text[index] < '0' || text[index] > '9' || rate > PERIPHERAL_HERTZ) return 0;
		rate = rate * 10 + text[index] - '0';
	}
	return rate <= PERIPHERAL_HERTZ / 16 ? rate : 0;
}

void halSocketOpen(uint16_t handle, HalBytes endpoint, uint16_t portNumber)
{
	(void)portNumber;
	beginCall();
	uint32_t rate = rateOf(endpoint);
	if (rate == 0) return failWith("the board itself has no sockets: its network is the radio's");
	if (port.isOpen) return failWith("the radio's serial port is in use");
	openRadioUart(rate);
	port.handle = handle;
	port.told = 0;
	port.isOpen = port.isWritableDue = true;
}

static bool isPort(uint16_t handle)
{
	return port.isOpen && port.handle == handle;
}

int32_t halSocketRead(uint16_t handle, uint32_t maximum)
{
	beginCall();
	bool isQuiet;
	uint32_t count = isPort(handle) ? radioBytes(&isQuiet) : 0;
	if (count > maximum) count = maximum;
	if (count == 0) return HAL_NONE;
	port.told -= count < port.told ? count : port.told;
	offerRadio();
	return count;
}

static double refuse(const char* reason)
{
	failWith(reason);
	return 0;
}

double halSocketWrite(uint16_t handle, HalBytes data)
{
	beginCall();
	if (!isPort(handle)) return refuse("the radio's serial port is closed");
	if (data.length > radioRoom()) return refuse("the radio's serial port has less room than that");
	writeRadio(data.bytes, data.length);
	port.isWritableDue = true;
	return radioRoom();
}

void halSocketClose(uint16_t handle)
{
	beginCall();
	if (!isPort(handle)) return;
	closeRadioUart();
	port.isOpen = false;
}

void halResolve(uint16_t handle, HalBytes host)
{
	(void)handle, (void)host;
	beginCall();
	failWith("the board itself looks no names up: its network is the radio's");
}
