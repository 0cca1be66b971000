/**
 * The device's configuration in flash, which survives new images:
 *
 *     0   "NLPG"
 *     4   u16 version, 1
 *     6   zero, zero
 *     8   u32 length of the text, 1 to 8176
 *     12  u32 CRC-32 of the text (IEEE 802.3)
 *     16  the text: JSON in UTF-8
 *
 * Little endian. Erased flash, all ones, is no page.
 */
#ifndef CONFIGURATION_PAGE_H
#define CONFIGURATION_PAGE_H

#include <stdint.h>

#include "hal.h"

#define PAGE_ADDRESS 0x7E000u
enum { PAGE_SIZE = 8192, PAGE_HEADER = 16, PAGE_VERSION = 1 };

/** Finds the text of a page; returns why there is none, or null. */
const char* readPage(const uint8_t* page, HalBytes* text);

#endif
