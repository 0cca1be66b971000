/** HMAC-SHA-256 (RFC 2104, FIPS 180-4). */
#ifndef HMAC_SHA256_H
#define HMAC_SHA256_H

#include <stdint.h>

/** Bytes of a message authentication code. */
#define HMAC_SHA256_SIZE 32

/** Of a text, under a key of any length. */
void hmacSha256(const uint8_t* key, uint32_t keyLength, const uint8_t* text, uint32_t length, uint8_t* code);

#endif
