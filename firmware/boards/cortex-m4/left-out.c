/**
 * What the image goes without. Built-ins, as the Moddable SDK's `strip` has it: RegExp, Proxy, Reflect,
 * Atomics. What builds them is replaced when the image is linked (`--wrap`), and the linker drops what
 * nobody refers to any more. Their globals are undefined.
 */
#include "engine.h"
#include "features.h"

void __wrap_fxBuildAtomics(txMachine* the) { (void)the; }
void __wrap_fxBuildProxy(txMachine* the) { (void)the; }
void __wrap_fxBuildRegExp(txMachine* the) { (void)the; }

/**
 * A `function` of the language gets an object as its `prototype`, 48 bytes of flash, for `new` to make others of.
 * Only classes are called so, which have their own: here it is no constructor, as a method is none.
 */
void __wrap_fxDefaultFunctionPrototype(txMachine* the) { (void)the; }

/* Tables of functions that only those use. */
const txTypeAtomics __wrap_gxTypeAtomics[mxTypeArrayCount];
const txBehavior __wrap_gxProxyBehavior;

/** Stands for what no module uses. */
static void unused(txMachine* the) { mxTypeError("not in this image: no module uses it"); }

#define NONE ((void*)unused)
#define IF(feature, function) (feature ? (void*)function : NONE)

/**
 * What the interpreter calls by a table. `length` and `name` of functions are left out, as with the Moddable SDK on
 * chips; in place of its stack an error has one address.
 */
const txDefaults __wrap_gxDefaults = {
	.newAsyncInstance = IF(USES_ASYNC, fxNewAsyncInstance),
	.runAsync = IF(USES_ASYNC, fxRunAsync),
	.newGeneratorInstance = IF(USES_GENERATORS, fxNewGeneratorInstance),
	.newGeneratorFunctionInstance = IF(USES_GENERATORS, fxNewGeneratorFunctionInstance),
	.newAsyncGeneratorInstance = IF(USES_ASYNC && USES_GENERATORS, fxNewAsyncGeneratorInstance),
	.newAsyncGeneratorFunctionInstance = IF(USES_ASYNC && USES_GENERATORS, fxNewAsyncGeneratorFunctionInstance),
	.runForAwaitOf = IF(USES_ASYNC, fxRunForAwaitOf),
	/* Modules are strict, and there is no compiler on the chip. */
	.newArgumentsSloppyInstance = NONE,
	.newArgumentsStrictInstance = fxNewArgumentsStrictInstance,
	.runEval = NONE,
	.runEvalEnvironment = NONE,
	.runProgramEnvironment = NONE,
	.runImport = IF(USES_IMPORT, fxRunImport),
	/* They have become properties (private-names.ts). */
	.definePrivateProperty = NONE,
	.getPrivateProperty = NONE,
	.setPrivateProperty = NONE,
	.cleanupFinalizationRegistries = USES_FINALIZATION ? fxCleanupFinalizationRegistries : C_NULL,
	.captureErrorStack = keepPlace,
};

/* Modules made at run time. */
void fxLoadVirtualModuleNamespace(txMachine* the, txSlot* object, txSlot* module) { (void)object, (void)module, unused(the); }
void fxLoadVirtualModuleSource(txMachine* the, txSlot* record, txSlot* instance) { (void)record, (void)instance, unused(the); }
void fxExecuteVirtualModuleSource(txMachine* the) { unused(the); }

#if !USES_LOGARITHM
/* For those who write `Math.log`, or a number to another base than ten. */
double __wrap_log(double x) { (void)x; return C_NAN; }
double __wrap_log1p(double x) { (void)x; return C_NAN; }
#endif

#if !USES_POWER
/* Powers are for those who write `**` or `pow`. */
txNumber __wrap_fx_pow(txNumber x, txNumber y) { (void)x, (void)y; return C_NAN; }
#endif

#if !USES_BIGINT
const txTypeBigInt __wrap_gxTypeBigInt = {
	NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
	NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
};
#endif

#define TYPED(name, size, shift, getter, setter, coerce, compare, get, set) { \
	size, shift, IF(USES_##name, getter), IF(USES_##name, setter), IF(USES_##name, coerce), \
	IF(USES_##name, compare), get, set, _##name }
const txTypeDispatch __wrap_gxTypeDispatches[mxTypeArrayCount] = {
	TYPED(BigInt64Array, 8, 3, fxBigInt64Getter, fxBigInt64Setter, fxBigIntCoerce, fxBigInt64Compare, _getBigInt64, _setBigInt64),
	TYPED(BigUint64Array, 8, 3, fxBigUint64Getter, fxBigUint64Setter, fxBigIntCoerce, fxBigUint64Compare, _getBigUint64, _setBigUint64),
	TYPED(Float32Array, 4, 2, fxFloat32Getter, fxFloat32Setter, fxNumberCoerce, fxFloat32Compare, _getFloat32, _setFloat32),
	TYPED(Float64Array, 8, 3, fxFloat64Getter, fxFloat64Setter, fxNumberCoerce, fxFloat64Compare, _getFloat64, _setFloat64),
	TYPED(Int8Array, 1, 0, fxInt8Getter, fxInt8Setter, fxIntCoerce, fxInt8Compare, _getInt8, _setInt8),
	TYPED(Int16Array, 2, 1, fxInt16Getter, fxInt16Setter, fxIntCoerce, fxInt16Compare, _getInt16, _setInt16),
	TYPED(Int32Array, 4, 2, fxInt32Getter, fxInt32Setter, fxIntCoerce, fxInt32Compare, _getInt32, _setInt32),
	TYPED(Uint8Array, 1, 0, fxUint8Getter, fxUint8Setter, fxUintCoerce, fxUint8Compare, _getUint8, _setUint8),
	TYPED(Uint16Array, 2, 1, fxUint16Getter, fxUint16Setter, fxUintCoerce, fxUint16Compare, _getUint16, _setUint16),
	TYPED(Uint32Array, 4, 2, fxUint32Getter, fxUint32Setter, fxUintCoerce, fxUint32Compare, _getUint32, _setUint32),
	TYPED(Uint8ClampedArray, 1, 0, fxUint8Getter, fxUint8ClampedSetter, fxNumberCoerce, fxUint8Compare, _getUint8, _setUint8),
};
