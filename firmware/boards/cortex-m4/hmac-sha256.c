#include "hmac-sha256.h"

#include <string.h>

#include "features.h"

#if USES_HMAC_SHA256

enum { BLOCK = 64, ROUNDS = 64, WORDS = 8 };

/** A digest in the making. */
typedef struct {
	uint32_t state[WORDS];
	uint8_t block[BLOCK];
	uint32_t length;
} Sha256;

/** The first bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
static const uint32_t CONSTANTS[ROUNDS] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/** The same of the square roots of the first eight (5.3.3). */
static const uint32_t INITIAL[WORDS] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static uint32_t rotated(uint32_t word, uint32_t bits) { return word >> bits | word << (32 - bits); }

/** Takes a whole block (6.2.2). */
static void compress(Sha256* sha)
{
	uint32_t schedule[ROUNDS];
	for (uint32_t index = 0; index < ROUNDS; index++) {
		if (index < 16) {
			const uint8_t* bytes = sha->block + 4 * index;
			schedule[index] = (uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
			continue;
		}
		uint32_t early = schedule[index - 15];
		uint32_t late = schedule[index - 2];
		schedule[index] = schedule[index - 16] + schedule[index - 7]
			+ (rotated(early, 7) ^ rotated(early, 18) ^ early >> 3)
			+ (rotated(late, 17) ^ rotated(late, 19) ^ late >> 10);
	}
	uint32_t v[WORDS];
	memcpy(v, sha->state, sizeof v);
	for (uint32_t index = 0; index < ROUNDS; index++) {
		uint32_t first = v[7] + (rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25))
			+ ((v[4] & v[5]) ^ (~v[4] & v[6])) + CONSTANTS[index] + schedule[index];
		uint32_t second = (rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22))
			+ ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
		memmove(v + 1, v, (WORDS - 1) * sizeof *v);
		v[4] += first;
		v[0] = first + second;
	}
	for (uint32_t index = 0; index < WORDS; index++) sha->state[index] += v[index];
}

static void begin(Sha256* sha)
{
	memcpy(sha->state, INITIAL, sizeof INITIAL);
	sha->length = 0;
}

static void add(Sha256* sha, const uint8_t* bytes, uint32_t length)
{
	while (length-- > 0) {
		sha->block[sha->length++ % BLOCK] = *bytes++;
		if (sha->length % BLOCK == 0) compress(sha);
	}
}

/** Pads (5.1.1) and gives the digest; texts are shorter than 2^29 bytes. */
static void finish(Sha256* sha, uint8_t* digest)
{
	uint32_t bits = sha->length * 8;
	const uint8_t one = 0x80;
	const uint8_t zero = 0;
	add(sha, &one, 1);
	while (sha->length % BLOCK != BLOCK - 4) add(sha, &zero, 1);
	uint8_t length[4] = { bits >> 24, bits >> 16, bits >> 8, bits };
	add(sha, length, sizeof length);
	for (uint32_t index = 0; index < HMAC_SHA256_SIZE; index++)
		digest[index] = sha->state[index / 4] >> (24 - 8 * (index % 4));
}

/** The digest of the key, masked, and a text. */
static void half(const uint8_t* key, uint8_t mask, const uint8_t* text, uint32_t length, uint8_t* digest)
{
	Sha256 sha;
	uint8_t pad[BLOCK];
	for (uint32_t index = 0; index < BLOCK; index++) pad[index] = key[index] ^ mask;
	begin(&sha);
	add(&sha, pad, BLOCK);
	add(&sha, text, length);
	finish(&sha, digest);
}

void hmacSha256(const uint8_t* key, uint32_t keyLength, const uint8_t* text, uint32_t length, uint8_t* code)
{
	uint8_t padded[BLOCK] = { 0 };
	uint8_t inner[HMAC_SHA256_SIZE];
	if (keyLength > BLOCK) {
		Sha256 sha;
		begin(&sha);
		add(&sha, key, keyLength);
		finish(&sha, padded);
	} else {
		memcpy(padded, key, keyLength);
	}
	half(padded, 0x36, text, length, inner);
	half(padded, 0x5c, inner, sizeof inner, code);
}

#endif
