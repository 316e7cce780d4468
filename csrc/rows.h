/* SPDX-License-Identifier: Apache-2.0 */
/* rows.h: packed weights, for the connection types. One row per source, one code per target, rows of
 * snn_row_size bytes. The first code of a byte lies in its lowest bits. w = code - offset. Internal. */
#ifndef SNN_ROWS_H
#define SNN_ROWS_H

#include "snn.h"

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

#endif
