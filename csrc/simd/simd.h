/* SPDX-License-Identifier: Apache-2.0 */
/* simd.h: the operations that the kinds of this folder are written in, on vectors of LANES16 int16 or
 * LANES32 = LANES16 / 2 int32. Each level has them in its own lanes.h:
 *
 *   i16_load i16_store i16_set i16_add i16_sub    wrapping, as all int32 arithmetic here
 *   i16_adds                                      saturating
 *   i16_q15       (a b + 2^14) >> 15; never of -2^15 and -2^15
 *   i16_mul       the low half of a b
 *   u8_add u8_sub i16_and u16_shr i16_shl         of bytes; of bits; by a constant
 *   i16_zip       even[0], odd[0], even[1], ... in two vectors
 *   u15_mul       (a b) >> 15 of a, b >= 0
 *   i16_min i16_max u16_max u16_lt i16_gt i16_eq
 *   i16_select    a where the mask is set, else b
 *   m16_or m16_any m16_bits m32_bits              a mask as a number has lane 0 in bit 0
 *   u16_least     value << 16 | number of the smallest lane, the first of equals
 *   u16_from_bytes u16_from_nibbles               LANES16 codes of 8 or 4 bits (weights/dense_rows.h)
 *   i32_load ... i32_mul i32_xor i32_min i32_max u32_shr i32_gt
 *   u32_from16 u32_from_bytes                     LANES32 numbers, extended
 *   i16_join i16_join_high   the low, the high halves of the lanes of two int32 vectors
 *
 * A kind here gives the same bits as the plain one of its name. It includes the plain source under another
 * symbol and takes over its TRAITS and what needs no vectors. */
#ifndef SNN_SIMD_H
#define SNN_SIMD_H

#include "lanes.h"

/* The name of a kind at this level. */
#define SNN_PASTE(name, level) name##_##level
#define SNN_EXPAND(name, level) SNN_PASTE(name, level)
#define AT_LEVEL(name) SNN_EXPAND(name, SNN_LEVEL)

/* A function that is rarely called, and not inlined; a condition that is rarely true; a function that is
 * compiled for each set of constants that it is called with. */
#define SNN_COLD __attribute__((noinline))
#define SNN_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define SNN_ALWAYS_INLINE inline __attribute__((always_inline))

#ifndef SNN_MASKED_LANES
/* Load or store the first n < LANES lanes. The others are 0, and memory behind them is not accessed. */
static inline i16v i16_load_part(const void *p, unsigned n) {
    int16_t lanes[LANES16] = {0};
    const int16_t *from = p;
    for (unsigned k = 0; k < n; ++k) lanes[k] = from[k];
    return i16_load(lanes);
}
static inline void i16_store_part(void *p, i16v a, unsigned n) {
    int16_t lanes[LANES16], *to = p;
    i16_store(lanes, a);
    for (unsigned k = 0; k < n; ++k) to[k] = lanes[k];
}
static inline i16v i16_first(i16v a, unsigned n) {
    int16_t lanes[LANES16] = {0};
    i16_store_part(lanes, a, n);
    return i16_load(lanes);
}
static inline i32v i32_load_part(const void *p, unsigned n) {
    int32_t lanes[LANES32] = {0};
    const int32_t *from = p;
    for (unsigned k = 0; k < n; ++k) lanes[k] = from[k];
    return i32_load(lanes);
}
static inline void i32_store_part(void *p, i32v a, unsigned n) {
    int32_t lanes[LANES32], *to = p;
    i32_store(lanes, a);
    for (unsigned k = 0; k < n; ++k) to[k] = lanes[k];
}
#endif

/* Likewise for the first n <= LANES lanes. */
static inline i16v i16_get(const void *p, unsigned n) {
    return n == LANES16 ? i16_load(p) : i16_load_part(p, n);
}
static inline void i16_put(void *p, i16v a, unsigned n) {
    if (n == LANES16)
        i16_store(p, a);
    else
        i16_store_part(p, a, n);
}
static inline i32v i32_get(const void *p, unsigned n) {
    return n == LANES32 ? i32_load(p) : i32_load_part(p, n);
}
static inline void i32_put(void *p, i32v a, unsigned n) {
    if (n == LANES32)
        i32_store(p, a);
    else
        i32_store_part(p, a, n);
}

static inline uint32_t count_bits(uint32_t bits) { return (uint32_t)__builtin_popcount(bits); }
static inline uint32_t lowest_bit(uint32_t bits) { return (uint32_t)__builtin_ctz(bits); }

/* Return the bits of the first n lanes. */
static inline uint32_t mask_of(unsigned n) { return n < 32 ? (1u << n) - 1 : UINT32_MAX; }

/* Call BLOCK(first, n) for the numbers 0..size-1, LANES at a time; n is a constant but in the last one. */
#define FOR_BLOCKS(size, LANES, BLOCK)                                                                     \
    do {                                                                                                   \
        uint32_t block_first = 0, block_end = (uint32_t)(size);                                            \
        for (; block_first + LANES <= block_end; block_first += LANES) BLOCK(block_first, LANES);          \
        if (block_first < block_end) BLOCK(block_first, block_end - block_first);                          \
    } while (0)

/* Return v + current, saturated; count the saturations of n lanes. */
static inline i16v charged(i16v v, i16v current, unsigned n, uint32_t *saturations) {
    i16v exact = i16_adds(v, current), wrapped = i16_add(v, current);
    uint32_t cut = ~m16_bits(i16_eq(exact, wrapped)) & mask_of(n);
    if (SNN_UNLIKELY(cut)) *saturations += count_bits(cut);
    return exact;
}

/* Append first + k for each bit k that is set. Return the new count. */
static inline uint16_t append(uint16_t *spikes, uint16_t count, uint32_t first, uint32_t bits) {
    for (; bits; bits &= bits - 1) spikes[count++] = (uint16_t)(first + lowest_bit(bits));
    return count;
}

#endif
