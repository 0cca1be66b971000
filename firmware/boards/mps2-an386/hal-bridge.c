/**
 * The hardware abstraction over a UART: every call becomes a frame to a process outside, which
 * answers it. A frame is a u32 length, little endian, and as many bytes; `seam.h` and the frames'
 * contents are `boards/native/seam.ts`'s.
 */
#include <string.h>

#include "hal.h"
#include "seam.h"
#include "uart.h"

static char error[128];
static int hasError;

static void sendHeader(uint8_t operation, uint16_t handle, uint32_t argument, uint32_t length)
{
	uint8_t header[4 + CALL_HEADER] = { 0 };
	length += CALL_HEADER;
	memcpy(header, &length, 4);
	header[4] = operation;
	memcpy(header + 5, &handle, 2);
	memcpy(header + 7, &argument, 4);
	uartWrite(header, sizeof header);
}

/** Takes in the reply's length and tag; returns the number of bytes behind them. */
static int32_t awaitReply(uint8_t* tag)
{
	uint32_t length;
	uartRead(&length, sizeof length);
	uartRead(tag, 1);
	length--;
	hasError = *tag == REPLY_ERROR;
	if (!hasError) return length;
	uint32_t kept = length < sizeof error - 1 ? length : sizeof error - 1;
	uartRead(error, kept);
	uartRead(0, length - kept);
	error[kept] = 0;
	return HAL_ERROR;
}

static int32_t call(uint8_t operation, uint16_t handle, uint32_t argument, HalBytes bytes)
{
	uint8_t tag;
	sendHeader(operation, handle, argument, bytes.length);
	uartWrite(bytes.bytes, bytes.length);
	int32_t length = awaitReply(&tag);
	return tag == REPLY_NOTHING ? HAL_NONE : length;
}

static const HalBytes NOTHING = { 0, 0 };

static double callForNumber(uint8_t operation, uint16_t handle, HalBytes bytes)
{
	double number = 0;
	int32_t length = call(operation, handle, 0, bytes);
	if (length == sizeof number) uartRead(&number, sizeof number);
	return number;
}

void halStart(const char* failure)
{
	startUart();
	sendHeader(BRIDGE_READY, 0, 0, strlen(failure));
	uartWrite(failure, strlen(failure));
}

void halAwait(HalEvent* event)
{
	uint32_t length;
	uint8_t header[EVENT_HEADER];
	uartRead(&length, sizeof length);
	uartRead(header, sizeof header);
	event->kind = header[0];
	memcpy(&event->now, header + 1, 4);
	memcpy(&event->handle, header + 5, 2);
	memcpy(&event->count, header + 7, 4);
	event->textLength = length - EVENT_HEADER;
}

void halTurnOver(const HalMeter* meter)
{
	sendHeader(BRIDGE_TURN_OVER, 0, 0, sizeof *meter);
	uartWrite(meter, sizeof *meter);
}

uint32_t halWork(void)
{
	return uartWork();
}

void halTake(void* bytes, uint32_t length)
{
	uartRead(bytes, length);
}

const char* halError(void)
{
	return hasError ? error : 0;
}

double halAnalog(uint16_t pin, int isResolution)
{
	return callForNumber(isResolution ? CALL_ANALOG_RESOLUTION : CALL_ANALOG_READ, pin, NOTHING);
}

void halDigital(uint16_t pin, int level)
{
	call(CALL_DIGITAL_WRITE, pin, level, NOTHING);
}

void halSocketOpen(uint16_t handle, HalBytes endpoint, uint16_t port)
{
	call(CALL_SOCKET_OPEN, handle, port, endpoint);
}

int32_t halSocketRead(uint16_t handle, uint32_t maximum)
{
	return call(CALL_SOCKET_READ, handle, maximum, NOTHING);
}

double halSocketWrite(uint16_t handle, HalBytes data)
{
	return callForNumber(CALL_SOCKET_WRITE, handle, data);
}

void halSocketClose(uint16_t handle)
{
	call(CALL_SOCKET_CLOSE, handle, 0, NOTHING);
}

void halResolve(uint16_t handle, HalBytes host)
{
	call(CALL_RESOLVE, handle, 0, host);
}

void halAlarm(uint32_t delay)
{
	call(CALL_ALARM, 0, delay, NOTHING);
}

double halRandom(void)
{
	return callForNumber(CALL_RANDOM, 0, NOTHING);
}

double halDate(void)
{
	return callForNumber(CALL_DATE, 0, NOTHING);
}

/** A call about a storage, whose bytes are three, with a zero byte between them. */
static int32_t callStorage(uint8_t operation, uint16_t handle, uint32_t argument, const HalBytes parts[3])
{
	uint8_t tag;
	sendHeader(operation, handle, argument, parts[0].length + 1 + parts[1].length + 1 + parts[2].length);
	for (int part = 0; part < 3; part++) {
		if (part > 0) uartWrite("", 1);
		uartWrite(parts[part].bytes, parts[part].length);
	}
	int32_t length = awaitReply(&tag);
	return tag == REPLY_NOTHING ? HAL_NONE : length;
}

/* The operations of each storage have numbers in a row. */

int32_t halStore(HalStoreOperation operation, HalBytes path, HalBytes key, HalBytes value)
{
	const HalBytes parts[] = { path, key, value };
	return callStorage(CALL_STORE_READ + operation, 0, 0, parts);
}

int32_t halFlash(HalFlashOperation operation, HalBytes path, uint32_t at, uint16_t length, HalBytes data)
{
	const HalBytes parts[] = { path, NOTHING, data };
	return callStorage(CALL_FLASH_SIZE + operation, length, at, parts);
}

void halReport(HalBytes line)
{
	call(CALL_REPORT, 0, 0, line);
}

void halRestart(void)
{
	call(CALL_RESTART, 0, 0, NOTHING);
}

void halStopped(void)
{
	call(CALL_STOPPED, 0, 0, NOTHING);
}

void halNothing(void)
{
	call(CALL_NOTHING, 0, 0, NOTHING);
}
