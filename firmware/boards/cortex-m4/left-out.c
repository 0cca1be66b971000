/**
 * Built-ins that the image goes without, as the Moddable SDK's `strip` has it: RegExp, Proxy, Reflect,
 * Atomics. What builds them is replaced when the image is linked (`--wrap`), and the linker drops what
 * nobody refers to any more. Their globals are undefined.
 */
#include "xsAll.h"

void __wrap_fxBuildAtomics(txMachine* the) { (void)the; }
void __wrap_fxBuildProxy(txMachine* the) { (void)the; }
void __wrap_fxBuildRegExp(txMachine* the) { (void)the; }

/* Tables of functions that only those use. */
const txTypeAtomics __wrap_gxTypeAtomics[mxTypeArrayCount];
const txBehavior __wrap_gxProxyBehavior;

/**
 * Stands for each method of a built-in that no module names (`built-ins.ts`). A name that is put together
 * at run time leads here.
 */
void unused(txMachine* the) { mxTypeError("not in this image: no module names this method"); }
