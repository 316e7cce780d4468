/* SPDX-License-Identifier: Apache-2.0 */
/* What one core can do: additions of int16 in registers, and reading of memory. For tools/_roofline.py. */
#include <stddef.h>
#include <stdint.h>

#if defined(__AVX512BW__)
#define BYTES 64
#elif defined(__AVX2__)
#define BYTES 32
#else
#define BYTES 16
#endif
#ifdef __aarch64__
#define KEPT "+w" /* in a vector register */
#else
#define KEPT "+x"
#endif

typedef uint16_t lanes __attribute__((vector_size(BYTES)));
enum { CHAINS = 12 }; /* independent: more than an addition has latency x units */

/* Adds `rounds` times; returns the number of int16 additions. */
uint64_t add(uint64_t rounds) {
    lanes sum[CHAINS] = {{0}}, one = {1};
    for (uint64_t k = 0; k < rounds; ++k)
#pragma GCC unroll 12
        for (int c = 0; c < CHAINS; ++c) {
            sum[c] += one;
            __asm__ volatile("" : KEPT(sum[c])); /* or the compiler multiplies */
        }
    return rounds * CHAINS * (BYTES / sizeof(uint16_t));
}

/* Reads `size` bytes, a multiple of 4 vectors, `rounds` times; returns the number of bytes. */
uint64_t get(const uint8_t *memory, uint64_t size, uint64_t rounds) {
    for (uint64_t k = 0; k < rounds; ++k)
        for (uint64_t i = 0; i < size; i += 4 * BYTES)
#pragma GCC unroll 4
            for (int c = 0; c < 4; ++c) {
                lanes value = *(const lanes *)(const void *)(memory + i + (size_t)c * BYTES);
                __asm__ volatile("" : KEPT(value));
            }
    return rounds * size;
}
