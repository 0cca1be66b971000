/**
 * What the image goes without. Built-ins, as the Moddable SDK's `strip` has it: RegExp, Proxy, Reflect,
 * Atomics. What builds them is replaced when the image is linked (`--wrap`), and the linker drops what
 * nobody refers to any more. Their globals are undefined.
 */
#include "xsAll.h"

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

/**
 * Stands for each method of a built-in that no module names (`built-ins.ts`). A name that is put together
 * at run time leads here.
 */
void unused(txMachine* the) { mxTypeError("not in this image: no module names this method"); }
