/*
 * CMCC, the cache. Which lines it has is not modelled; but what NVMCTRL changes while it is on it hides from the
 * core, as it does on the chip for what has been read before, until it is off; and it is not to be switched on again
 * with lines that are no longer true.
 */
#include "machine.h"
#include "nvm.h"

enum { DCDIS = 4 };
static bool isStale;

static bool is_on(void) { return REG(CMCC, CMCC_SR) & 1; }

bool cache_hides(void) {
	if (!is_on() || REG(CMCC, CMCC_CFG) & DCDIS) return false;
	isStale = true;
	return true;
}

void cmcc_reset(int unit) {
	(void)unit;
	if (isStale) flash_show(0, FLASH_SIZE);
	isStale = false;
}

static void control(u32 written) {
	if (written & 1 && isStale && !is_on()) fail_access("the cache has lines that flash no longer has: invalidate it (MAINT0)");
	REG(CMCC, CMCC_SR) = written & 1;
	if (!is_on() && isStale) flash_show(0, FLASH_SIZE);
}

void cmcc_write(int unit, int name, u32 before, u32 written) {
	(void)unit, (void)before;
	if (name == CMCC_CTRL) control(written);
	else if (name == CMCC_CFG && is_on()) fail_access("the cache is enabled");
	else if ((name == CMCC_MAINT0 || name == CMCC_MAINT1) && is_on()) fail_access("the cache is enabled: disable it first");
	else if (name == CMCC_MAINT0 && written & 1) isStale = false;
}
