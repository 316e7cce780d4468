/* SPDX-License-Identifier: Apache-2.0 */
/* patch.h in the instructions of Cortex-M4, M7 and M33 on two lanes of 16 bits: UXTB16 and UXTAB16 spread
 * bytes, USUB16 and SEL take the larger lanes. */
#ifndef SNN_PATCH_H
#define SNN_PATCH_H

#include "rows.h"
#include "strips.h"

/* The even bytes of a and of b, added; the odd ones. */
static inline uint32_t snn_even(uint32_t a, uint32_t b) {
    uint32_t sum;
    __asm__("uxtb16 %0, %1\n\tuxtab16 %0, %0, %2" : "=&r"(sum) : "r"(a), "r"(b));
    return sum;
}
static inline uint32_t snn_odd(uint32_t a, uint32_t b) {
    uint32_t sum;
    __asm__("uxtb16 %0, %1, ror #8\n\tuxtab16 %0, %0, %2, ror #8" : "=&r"(sum) : "r"(a), "r"(b));
    return sum;
}

/* The larger of each lane. */
static inline uint32_t snn_larger2(uint32_t a, uint32_t b) {
    uint32_t larger;
    __asm__("usub16 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(larger) : "r"(a), "r"(b) : "cc");
    return larger;
}

/* Add up the strips from `line` to before `stop`. */
#define SNN_ADD_STRIPS(a, stop)                                                                            \
    do {                                                                                                   \
        uint32_t set = *line++ >> at & mask;                                                               \
        const uint8_t *entry = snn_aligned(strip + set * SNN_BLOCK);                                       \
        if (set) {                                                                                         \
            a##0 += snn_word_of(entry), a##1 += snn_word_of(entry + 4);                                    \
            a##2 += snn_word_of(entry + 8), a##3 += snn_word_of(entry + 12);                               \
        }                                                                                                  \
        strip += mask * SNN_BLOCK;                                                                         \
    } while (line != (stop))

/* Four maps more. */
#define SNN_COMPARE(best, w)                                                                               \
    best = snn_larger2(best, (snn_even(a##w, b##w) << 5) + keys[w]);                                       \
    best = snn_larger2(best, (snn_odd(a##w, b##w) << 5) + keys[w + 4])

static SNN_APART uint32_t snn_best_key(const uint8_t *block, const snn_strips *z, const uint32_t *line,
                                       uint32_t at, const uint32_t *keys) {
    uint32_t mask = z->mask, a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0, best = 0;
    const uint32_t *end = line + z->rows, *next = line + (z->group < z->rows ? z->group : z->rows);
    const uint8_t *strip = block - SNN_BLOCK; /* the empty set has no entry */
    SNN_ADD_STRIPS(a, next);
    if (line != end) SNN_ADD_STRIPS(b, end);
    SNN_COMPARE(best, 0);
    SNN_COMPARE(best, 1);
    SNN_COMPARE(best, 2);
    SNN_COMPARE(best, 3);
    uint32_t low = best & 0xFFFFu, high = best >> 16;
    return low > high ? low : high;
}

#endif
