#include "natives.h"

#include "board.h"
#include "features.h"
#include "hal.h"
#include "hmac-sha256.h"
#include "text.h"

/** Throws what the last call failed for, if it did. */
static void check(txMachine* the)
{
	const char* error = halError();
	if (error != C_NULL) mxUnknownError("%s", error);
}

static txInteger integerArgument(txMachine* the, txInteger index)
{
	return fxToInteger(the, mxArgv(index));
}

/** Collections move texts and buffers: what is returned here is good until the next allocation. */
static HalBytes textArgument(txMachine* the, txInteger index)
{
	txSlot* argument = mxArgv(index);
	fxToString(the, argument);
	if (!isUtf8((uint8_t*)argument->value.string)) {
		txSize size = c_strlen(argument->value.string) + 1;
		uint8_t* copy = fxNewChunk(the, size);
		uint32_t length = writeUtf8(copy, (uint8_t*)argument->value.string);
		return (HalBytes){ copy, length };
	}
	return (HalBytes){ argument->value.string, c_strlen(argument->value.string) };
}

/** The bytes of a Uint8Array: behind its instance come the type, the view, and the buffer. */
static HalBytes bytesArgument(txMachine* the, txInteger index)
{
	txSlot* argument = mxArgv(index);
	if (argument->kind != XS_REFERENCE_KIND || argument->value.reference->next == C_NULL
		|| argument->value.reference->next->kind != XS_TYPED_ARRAY_KIND)
		mxTypeError("no Uint8Array");
	txSlot* view = argument->value.reference->next->next;
	txSlot* buffer = view->next;
	uint8_t* address = (uint8_t*)buffer->value.reference->next->value.arrayBuffer.address;
	return (HalBytes){ address + view->value.dataView.offset, fxGetDataViewSize(the, view, buffer) };
}

static void resultNumber(txMachine* the, double number)
{
	check(the);
	mxResult->kind = XS_NUMBER_KIND;
	mxResult->value.number = number;
}

/** An ArrayBuffer of bytes that the hardware has announced. */
static void resultBytes(txMachine* the, int32_t length)
{
	check(the);
	if (length == HAL_NONE) return;
	halTake(fxArrayBuffer(the, mxResult, C_NULL, length, -1), length);
}

void pushTakenText(txMachine* the, uint32_t length)
{
	/* The largest it can become; the text comes in at the end and is written from the start. */
	txString text = fxNewChunk(the, 2 * length + 1);
	uint8_t* taken = (uint8_t*)text + length + 1;
	halTake(taken, length);
	writeCesu8((uint8_t*)text, taken, length);
	mxPushString(text);
}

static void analogRead(txMachine* the) { resultNumber(the, halAnalog(integerArgument(the, 0), 0)); }
static void analogResolution(txMachine* the) { resultNumber(the, halAnalog(integerArgument(the, 0), 1)); }

static void digitalWrite(txMachine* the)
{
	halDigital(integerArgument(the, 0), integerArgument(the, 1));
	check(the);
}

static void socketOpen(txMachine* the)
{
	txInteger handle = integerArgument(the, 0);
	txInteger port = integerArgument(the, 2);
	halSocketOpen(handle, textArgument(the, 1), port);
	check(the);
}

static void socketRead(txMachine* the)
{
	txInteger handle = integerArgument(the, 0);
	resultBytes(the, halSocketRead(handle, integerArgument(the, 1)));
}

static void socketWrite(txMachine* the)
{
	txInteger handle = integerArgument(the, 0);
	resultNumber(the, halSocketWrite(handle, bytesArgument(the, 1)));
}

static void socketClose(txMachine* the)
{
	halSocketClose(integerArgument(the, 0));
	check(the);
}

static void resolve(txMachine* the)
{
	txInteger handle = integerArgument(the, 0);
	halResolve(handle, textArgument(the, 1));
	check(the);
}

static void alarm(txMachine* the)
{
	txInteger delay = integerArgument(the, 0);
	halAlarm(delay < 0 ? 0xFFFFFFFF : (uint32_t)delay);
	check(the);
}

static void drawRandom(txMachine* the) { resultNumber(the, halRandom()); }
static void date(txMachine* the) { resultNumber(the, halDate()); }

#if USES_HMAC_SHA256
static void hmacOf(txMachine* the)
{
	uint8_t code[HMAC_SHA256_SIZE];
	/* The text first: a copy of it may move the key. */
	HalBytes text = textArgument(the, 1);
	HalBytes key = bytesArgument(the, 0);
	hmacSha256(key.bytes, key.length, text.bytes, text.length, code);
	c_memcpy(fxArrayBuffer(the, mxResult, C_NULL, sizeof code, -1), code, sizeof code);
}
#endif

static void report(txMachine* the)
{
	halReport(textArgument(the, 0));
	check(the);
}

static void restartDevice(txMachine* the)
{
	(void)the;
	halRestart();
	restart();
}

static const HalBytes NOTHING = { C_NULL, 0 };

/** Domains and keys are plain names: reading the second does not move the first. */
static int32_t store(txMachine* the, HalStoreOperation operation, txInteger arguments)
{
	HalBytes path = textArgument(the, 0);
	HalBytes key = arguments > 1 ? textArgument(the, 1) : NOTHING;
	HalBytes value = arguments > 2 ? bytesArgument(the, 2) : NOTHING;
	return halStore(operation, path, key, value);
}

static void storeRead(txMachine* the) { resultBytes(the, store(the, HAL_STORE_READ, 2)); }

static void storeWrite(txMachine* the)
{
	store(the, HAL_STORE_WRITE, 3);
	check(the);
}

static void storeDelete(txMachine* the)
{
	store(the, HAL_STORE_DELETE, 2);
	check(the);
}

static void storeKeys(txMachine* the)
{
	int32_t length = store(the, HAL_STORE_KEYS, 1);
	check(the);
	pushTakenText(the, length == HAL_NONE ? 0 : length);
	mxPullSlot(mxResult);
}

/** The path, then where: an offset or a block; then how much, or the bytes. */
static int32_t flash(txMachine* the, HalFlashOperation operation)
{
	uint32_t at = operation != HAL_FLASH_SIZE ? integerArgument(the, 1) : 0;
	uint16_t length = operation == HAL_FLASH_READ ? integerArgument(the, 2) : 0;
	HalBytes path = textArgument(the, 0);
	return halFlash(operation, path, at, length, operation == HAL_FLASH_WRITE ? bytesArgument(the, 2) : NOTHING);
}

static void flashSize(txMachine* the)
{
	double size = 0;
	if (flash(the, HAL_FLASH_SIZE) == sizeof size) halTake(&size, sizeof size);
	resultNumber(the, size);
}

static void flashRead(txMachine* the) { resultBytes(the, flash(the, HAL_FLASH_READ)); }

static void flashWrite(txMachine* the)
{
	flash(the, HAL_FLASH_WRITE);
	check(the);
}

static void flashErase(txMachine* the)
{
	flash(the, HAL_FLASH_ERASE);
	check(the);
}

static void stopped(txMachine* the)
{
	halStopped();
	check(the);
}

static void nothing(txMachine* the)
{
	halNothing();
	check(the);
}

static const struct {
	char* name;
	txCallback callback;
	txInteger length;
} FUNCTIONS[] = {
	{ "analogRead", analogRead, 1 },
	{ "analogResolution", analogResolution, 1 },
	{ "digitalWrite", digitalWrite, 2 },
	{ "socketOpen", socketOpen, 3 },
	{ "socketRead", socketRead, 2 },
	{ "socketWrite", socketWrite, 2 },
	{ "socketClose", socketClose, 1 },
	{ "resolve", resolve, 2 },
	{ "alarm", alarm, 1 },
	{ "random", drawRandom, 0 },
	{ "date", date, 0 },
#if USES_HMAC_SHA256
	{ "hmacSha256", hmacOf, 2 },
#endif
	{ "report", report, 1 },
	{ "restart", restartDevice, 0 },
	{ "storeRead", storeRead, 2 },
	{ "storeWrite", storeWrite, 3 },
	{ "storeDelete", storeDelete, 2 },
	{ "storeKeys", storeKeys, 1 },
	{ "flashSize", flashSize, 1 },
	{ "flashRead", flashRead, 3 },
	{ "flashWrite", flashWrite, 3 },
	{ "flashErase", flashErase, 2 },
	{ "stopped", stopped, 0 },
	{ "nothing", nothing, 0 },
};

/** Pulls a value from the stack into a property of the object below it. */
static void setProperty(txMachine* the, char* name)
{
	txSlot* object = (the->stack + 1)->value.reference;
	txSlot* property = mxBehaviorSetProperty(the, object, fxNewNameC(the, name), 0, XS_OWN);
	property->flag = XS_DONT_ENUM_FLAG;
	property->kind = the->stack->kind;
	property->value = the->stack->value;
	mxPop();
}

void defineNatives(txMachine* the)
{
	mxPush(mxGlobal);
	mxPush(mxObjectPrototype);
	fxNewObjectInstance(the);
	for (unsigned index = 0; index < sizeof FUNCTIONS / sizeof FUNCTIONS[0]; index++) {
		fxNewHostFunction(the, FUNCTIONS[index].callback, FUNCTIONS[index].length, XS_NO_ID, XS_NO_ID);
		setProperty(the, FUNCTIONS[index].name);
	}
	setProperty(the, "native");
	mxPop();
}
