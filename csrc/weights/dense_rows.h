/* SPDX-License-Identifier: Apache-2.0 */
/* dense_rows.h: packed weights, for the connection types. One row per source, one code per target, rows of
 * snn_row_size bytes. The first code of a byte lies in its lowest bits. w = code - offset. Codes of 8
 * bits without an offset are 0..127: kernels add two of them in a byte. Internal. */
#ifndef SNN_ROWS_H
#define SNN_ROWS_H

#include "../snn.h"

/* Bytes of a row: a multiple of 4. */
static inline uint32_t snn_row_size(uint16_t targets, uint8_t bits) {
    return (((uint32_t)targets * bits + 31) / 32) * 4;
}

/* Bytes from one row to the next. */
static inline uint32_t snn_stride(const snn_projection *p, uint16_t targets) {
    return p->stride ? p->stride : snn_row_size(targets, p->bits);
}

/* The same loops for int16 and for int32 sums. Sums are taken modulo 2^16 (2^32): the proved range holds
 * for the total, and modular arithmetic does not mind the way there. */
#define SNN_DEFINE_ROWS(SUFFIX, T, U)                                                                      \
    static inline void snn_add_bytes_##SUFFIX(T *sum, const uint8_t *row, uint16_t targets) {              \
        for (uint16_t j = 0; j < targets; ++j) sum[j] = (T)((U)sum[j] + row[j]);                           \
    }                                                                                                      \
    static inline void snn_add_nibbles_##SUFFIX(T *sum, const uint8_t *row, uint16_t targets) {            \
        uint16_t pairs = targets / 2;                                                                      \
        for (uint16_t p = 0; p < pairs; ++p) {                                                             \
            sum[2 * p] = (T)((U)sum[2 * p] + (row[p] & 15u));                                              \
            sum[2 * p + 1] = (T)((U)sum[2 * p + 1] + (row[p] >> 4));                                       \
        }                                                                                                  \
        if (targets & 1) sum[targets - 1] = (T)((U)sum[targets - 1] + (row[pairs] & 15u));                 \
    }                                                                                                      \
    static inline void snn_add_bits_##SUFFIX(T *sum, const uint8_t *row, uint16_t targets) {               \
        for (uint16_t j = 0; j < targets; ++j)                                                             \
            sum[j] = (T)((U)sum[j] + ((uint32_t)row[j >> 3] >> (j & 7) & 1u));                             \
    }                                                                                                      \
    static inline void snn_add_row_##SUFFIX(T *sum, const uint8_t *row, uint16_t targets, uint8_t bits) {  \
        if (bits == 4)                                                                                     \
            snn_add_nibbles_##SUFFIX(sum, row, targets);                                                   \
        else if (bits == 8)                                                                                \
            snn_add_bytes_##SUFFIX(sum, row, targets);                                                     \
        else                                                                                               \
            snn_add_bits_##SUFFIX(sum, row, targets);                                                      \
    }                                                                                                      \
    /* Take off the offset of `count` rows at once: sum (code - offset) = sum code - count x offset. */    \
    static inline void snn_take_offset_##SUFFIX(T *sum, uint16_t targets, int32_t offset,                  \
                                                uint16_t count) {                                          \
        U all = (U)((uint32_t)offset * count);                                                             \
        if (all)                                                                                           \
            for (uint16_t j = 0; j < targets; ++j) sum[j] = (T)((U)sum[j] - all);                          \
    }

SNN_DEFINE_ROWS(narrow, int16_t, uint16_t)
SNN_DEFINE_ROWS(wide, int32_t, uint32_t)

/* --- many rows at once ---
 * Sums of the codes of 8 (4 bits, 1 bit) or 4 (8 bits) targets, side by side in words: targets 0, 2, .. in
 * `even`. */
typedef struct {
    uint32_t even, odd;
} snn_lanes;

#define SNN_ROWS_AT_ONCE 16 /* rows: 16 x 15 fits a lane of 8 bits, 16 x 255 one of 16 */

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

/* Of 4 or 8 bits, from one word of each row. */
static inline snn_lanes snn_gather_words(const uint8_t *column, uint32_t row, const uint16_t *source,
                                         const uint16_t *end, uint8_t bits) {
    uint32_t mask = bits == 4 ? 0x0F0F0F0Fu : 0x00FF00FFu;
    snn_lanes sum = {0, 0};
    for (; source != end; ++source) {
        uint32_t codes = snn_word_of(column + *source * row);
        sum.even += codes & mask;
        sum.odd += codes >> bits & mask;
    }
    return sum;
}

/* Of 4 bits, from two words of each row, which are aligned: 16 targets in one pass. */
static inline void snn_gather_pairs(const uint8_t *column, uint32_t row, const uint16_t *source,
                                    const uint16_t *end, snn_lanes *sum) {
    uint32_t mask = 0x0F0F0F0Fu;
    snn_lanes low = {0, 0}, high = {0, 0};
    for (; source != end; ++source) {
        const uint8_t *at = column + *source * row;
        uint32_t codes = snn_word_of(snn_aligned(at));
        low.even += codes & mask;
        low.odd += codes >> 4 & mask;
        codes = snn_word_of(snn_aligned(at + 4));
        high.even += codes & mask;
        high.odd += codes >> 4 & mask;
    }
    sum[0] = low;
    sum[1] = high;
}

/* Of 1 bit, from one byte of each row: the product puts bits 0, 2, 4, 6 at 0, 8, 16, 24, free of carries.
 */
static inline snn_lanes snn_gather_bits(const uint8_t *column, uint32_t row, const uint16_t *source,
                                        const uint16_t *end) {
    snn_lanes sum = {0, 0};
    for (; source != end; ++source) {
        uint32_t codes = column[*source * row];
        sum.even += (codes & 0x55u) * 0x00041041u & 0x01010101u;
        sum.odd += (codes >> 1 & 0x55u) * 0x00041041u & 0x01010101u;
    }
    return sum;
}

/* For int16 and for int32 sums: add the rows of `count` sources, codes less `offset`. */
#define SNN_DEFINE_ADD_ROWS(SUFFIX, T, U)                                                                  \
    static inline void snn_add_lanes_##SUFFIX(T *sum, uint32_t targets, snn_lanes add, uint32_t width,     \
                                              U less) {                                                    \
        uint32_t lane = (1u << width) - 1u;                                                                \
        for (T *end = sum + (targets & ~1u); sum != end; sum += 2) {                                       \
            sum[0] = (T)((U)sum[0] + (add.even & lane) - less);                                            \
            sum[1] = (T)((U)sum[1] + (add.odd & lane) - less);                                             \
            add.even >>= width;                                                                            \
            add.odd >>= width;                                                                             \
        }                                                                                                  \
        if (targets & 1) sum[0] = (T)((U)sum[0] + (add.even & lane) - less);                               \
    }                                                                                                      \
    /* At most SNN_ROWS_AT_ONCE; `less`: their offsets. */                                                 \
    static inline void snn_add_some_##SUFFIX(T *sum, const snn_projection *p, uint32_t row,                \
                                             uint32_t targets, const uint16_t *source,                     \
                                             const uint16_t *end, U less) {                                \
        const uint8_t *column = p->weights;                                                                \
        uint8_t bits = p->bits;                                                                            \
        uint32_t width = bits == 8 ? 16 : 8, codes = bits == 8 ? 4 : 8;                                    \
        if (bits == 4 && ((uintptr_t)column | row) % 4 == 0)                                               \
            for (; targets > 8; column += 8, sum += 16) {                                                  \
                snn_lanes add[2];                                                                          \
                uint32_t second = targets < 16 ? targets - 8 : 8;                                          \
                snn_gather_pairs(column, row, source, end, add);                                           \
                snn_add_lanes_##SUFFIX(sum, 8, add[0], 8, less);                                           \
                snn_add_lanes_##SUFFIX(sum + 8, second, add[1], 8, less);                                  \
                targets -= 8 + second;                                                                     \
            }                                                                                              \
        for (; targets; column += bits == 1 ? 1 : 4, sum += codes) {                                       \
            uint32_t n = targets < codes ? targets : codes;                                                \
            snn_add_lanes_##SUFFIX(sum, n,                                                                 \
                                   bits == 1 ? snn_gather_bits(column, row, source, end)                   \
                                             : snn_gather_words(column, row, source, end, bits),           \
                                   width, less);                                                           \
            targets -= n;                                                                                  \
        }                                                                                                  \
    }                                                                                                      \
    static inline void snn_add_rows_##SUFFIX(T *sum, const snn_projection *p, uint32_t row,                \
                                             uint16_t targets, const uint16_t *sources, uint16_t count,    \
                                             int32_t offset) {                                             \
        for (uint32_t n; count; count = (uint16_t)(count - n), sources += n) {                             \
            n = count < SNN_ROWS_AT_ONCE ? count : SNN_ROWS_AT_ONCE;                                       \
            snn_add_some_##SUFFIX(sum, p, row, targets, sources, sources + n, (U)((uint32_t)offset * n));  \
        }                                                                                                  \
    }

SNN_DEFINE_ADD_ROWS(narrow, int16_t, uint16_t)
SNN_DEFINE_ADD_ROWS(wide, int32_t, uint32_t)

#endif
