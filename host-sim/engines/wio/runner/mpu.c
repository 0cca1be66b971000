/*
 * MPU: eight regions (DDI 0403, B3.5), enforced for data. Flash asks it for each word that is written; pages of RAM in
 * which something is forbidden are watched (memory.c). Where code may execute is not enforced.
 */
#include "machine.h"

enum { REGIONS = 8 };
enum { ENABLE = 1, HFNMIENA = 2, PRIVDEFENA = 4 };
enum { SRD_MIN_SIZE = 256 };
static u32 rbar[REGIONS], rasr[REGIONS];
bool mpu_has_changed;

void mpu_reset(int unit) {
	(void)unit;
	for (int i = 0; i < REGIONS; i++) rbar[i] = rasr[i] = 0;
	mpu_has_changed = true;
}

u32 mpu_read(int unit, int name, u32 stored) {
	(void)unit;
	u32 region = REG(MPU, MPU_RNR);
	if (name < MPU_RBAR) return stored;
	return (name - MPU_RBAR) % 2 == 0 ? rbar[region] | region : rasr[region];
}

void mpu_write(int unit, int name, u32 before, u32 written) {
	(void)unit, (void)before;
	mpu_has_changed = true;
	attend();
	if (name == MPU_CTRL && (written & (ENABLE | HFNMIENA)) == HFNMIENA) fail_access("HFNMIENA without ENABLE is unpredictable");
	if (name < MPU_RBAR) return;
	if ((name - MPU_RBAR) % 2 == 0) {
		if (written & 16 && (written & 15) >= REGIONS) fail_access("there are %d regions", REGIONS);
		else if (written & 16) REG(MPU, MPU_RNR) = written & 15;
		rbar[REG(MPU, MPU_RNR)] = written & ~31u;
		return;
	}
	u32 region = REG(MPU, MPU_RNR), size = written >> 1 & 31;
	if (written & 1 && size < 4) fail_access("a region has 32 bytes or more: SIZE is 4 or more");
	else if (written & 1 && size < 31 && rbar[region] & ((2u << size) - 1))
		fail_access("region %u at 0x%08x is not aligned to its size", region, rbar[region]);
	rasr[region] = written;
}

static bool has(u32 region, u32 address) {
	u32 size = rasr[region] >> 1 & 31;
	if (!(rasr[region] & 1)) return false;
	if (size == 31) return true;
	u32 offset = address - rbar[region], bytes = 2u << size;
	if (offset >= bytes) return false;
	return bytes < SRD_MIN_SIZE || !(rasr[region] >> 8 & 1u << offset / (bytes / 8));
}

/* Whether privileged code may read or write there, with the MPU as it is; the highest region decides. */
static bool permits(u32 address, bool isWrite) {
	for (int i = REGIONS - 1; i >= 0; i--) {
		if (!has((u32)i, address)) continue;
		u32 access = rasr[i] >> 24 & 7;
		return access == 0 || access == 4 ? false : access < 4 || !isWrite;
	}
	return REG(MPU, MPU_CTRL) & PRIVDEFENA;
}

/* HardFault and NMI run without it. */
bool mpu_allows(u32 address, bool isWrite) {
	u32 control = REG(MPU, MPU_CTRL);
	bool isOff = !(control & ENABLE) ||
		(!(control & HFNMIENA) && (is_active[EXCEPTION_HARD] || is_active[EXCEPTION_NMI]));
	return isOff || permits(address, isWrite);
}

bool mpu_restricts_page(u32 page) {
	if (!(REG(MPU, MPU_CTRL) & ENABLE)) return false;
	for (u32 address = page; address < page + PAGE_SIZE; address += 32)
		if (!permits(address, true)) return true;
	return false;
}
