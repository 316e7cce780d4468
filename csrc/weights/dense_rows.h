/* SPDX-License-Identifier: Apache-2.0 */
/* dense_rows.h: packed weights in rows. One row per source, one code per target, rows of snn_row_size
 * bytes. The first code of a byte lies in its lowest bits. w = code - zero point. Codes of 8 bits with the
 * zero point 0 are 0..127, so that kernels can add two of them in a byte. Internal. */
#ifndef SNN_DENSE_ROWS_H
#define SNN_DENSE_ROWS_H

#include "../kind.h"

/* Bytes of a row: a multiple of 4. */
static inline uint32_t snn_row_size(uint16_t targets, uint8_t bits) {
    return (((uint32_t)targets * bits + 31) / 32) * 4;
}

/* Bytes from one row to the next. */
static inline uint32_t snn_stride(const snn_projection *p, uint16_t targets) {
    return p->stride ? p->stride : snn_row_size(targets, p->bits);
}

/* Sums of the codes of 8 (4 bits, 1 bit) or 4 (8 bits) targets, side by side in words: targets 0, 2, .. in
 * `even`. */
typedef struct {
    uint32_t even, odd;
} snn_lanes;

#define SNN_ROWS_PER_PASS 16 /* 16 x 15 fits a lane of 8 bits, 16 x 255 one of 16 */

static inline uint32_t snn_word_of(const uint8_t *b) {
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* A Cortex-M0 loads a word at once only where the compiler knows that it is aligned. */
static inline const uint8_t *snn_aligned(const uint8_t *b) {
#ifdef __GNUC__
    return __builtin_assume_aligned(b, 4);
#else
    return b;
#endif
}

/* Return the word at `b` of a table, as snn_word_of. */
static inline uint32_t snn_codes_of(const SNN_FLASH uint8_t *b) {
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* Return `b` of a table, as snn_aligned. */
static inline const SNN_FLASH uint8_t *snn_aligned_codes(const SNN_FLASH uint8_t *b) {
#ifdef __FLASH
    return b;
#else
    return snn_aligned(b);
#endif
}

/* Sum codes of 4 or 8 bits, from one word of each row. */
static inline snn_lanes snn_gather_words(const SNN_FLASH uint8_t *column, uint32_t row,
                                         const uint16_t *source, const uint16_t *end, uint8_t bits) {
    uint32_t mask = bits == 4 ? 0x0F0F0F0Fu : 0x00FF00FFu;
    snn_lanes sum = {0, 0};
    for (; source != end; ++source) {
        uint32_t codes = snn_codes_of(column + *source * row);
        sum.even += codes & mask;
        sum.odd += codes >> bits & mask;
    }
    return sum;
}

/* Sum codes of 4 bits, from two aligned words of each row: 16 targets in one pass. */
static inline void snn_gather_pairs(const SNN_FLASH uint8_t *column, uint32_t row, const uint16_t *source,
                                    const uint16_t *end, snn_lanes *sum) {
    uint32_t mask = 0x0F0F0F0Fu;
    snn_lanes low = {0, 0}, high = {0, 0};
    for (; source != end; ++source) {
        const SNN_FLASH uint8_t *at = column + *source * row;
        uint32_t codes = snn_codes_of(snn_aligned_codes(at));
        low.even += codes & mask;
        low.odd += codes >> 4 & mask;
        codes = snn_codes_of(snn_aligned_codes(at + 4));
        high.even += codes & mask;
        high.odd += codes >> 4 & mask;
    }
    sum[0] = low;
    sum[1] = high;
}

/* Sum codes of 1 bit, from one byte of each row. The product moves bits 0, 2, 4, 6 to 0, 8, 16, 24 without
 * carries. */
static inline snn_lanes snn_gather_bits(const SNN_FLASH uint8_t *column, uint32_t row,
                                        const uint16_t *source, const uint16_t *end) {
    snn_lanes sum = {0, 0};
    for (; source != end; ++source) {
        uint32_t codes = column[*source * row];
        sum.even += (codes & 0x55u) * 0x00041041u & 0x01010101u;
        sum.odd += (codes >> 1 & 0x55u) * 0x00041041u & 0x01010101u;
    }
    return sum;
}

#include "sums_16.h"
#include "dense_rows/add.h"
#include "sums_32.h"
#include "dense_rows/add.h"

#endif
