/* SPDX-License-Identifier: Apache-2.0 */
/* dense, LANES16 targets at a time: sums stay in registers while the rows of all spikes are added. */
#include "../kind.h"
#include "../weights/dense_rows.h"
#include "simd.h"

enum { OFFSET }; /* scalars */

#define AT_ONCE 8      /* vectors of sums in registers */
#define MOST_ROWS 257u /* 257 x 255 fits 16 bits without a sign */

/* One vector of codes of a row, from target j on. */
static inline i16v codes(const uint8_t *row, uint32_t j, uint8_t bits) {
    return bits == 8 ? u16_from_bytes(row + j) : u16_from_nibbles(row + j / 2);
}

/* Sum the codes of `vectors` <= AT_ONCE vectors of targets from j on. */
static inline void gather(i16v *total, uint32_t vectors, const snn_projection *p, const uint16_t *spikes,
                          uint32_t count, uint32_t row, uint32_t j, uint8_t bits) {
    for (uint32_t a = 0; a < vectors; ++a) total[a] = i16_set(0);
    for (uint32_t k = 0; k < count; ++k) {
        const uint8_t *codes_of = p->weights + spikes[k] * row;
        for (uint32_t a = 0; a < vectors; ++a)
            total[a] = i16_add(total[a], codes(codes_of, j + a * LANES16, bits));
    }
}

/* The codes of one target. */
static uint32_t gather_one(const snn_projection *p, const uint16_t *spikes, uint32_t count, uint32_t row,
                           uint32_t j) {
    uint32_t total = 0;
    for (uint32_t k = 0; k < count; ++k) {
        const uint8_t *codes_of = p->weights + spikes[k] * row;
        total += p->bits == 8 ? codes_of[j] : (uint32_t)codes_of[j / 2] >> (j & 1) * 4 & 15u;
    }
    return total;
}

static inline void add_narrow(int16_t *sum, i16v total, int32_t off) {
    i16_store(sum, i16_add(i16_load(sum), i16_sub(total, i16_set((int16_t)off))));
}

static inline void add_wide(int32_t *sum, i16v total, int32_t off) {
    uint16_t lanes[LANES16];
    i16_store(lanes, total);
    for (uint32_t half = 0; half < LANES16; half += LANES32) {
        i32v more = i32_sub(u32_from16(lanes + half), i32_set(off));
        i32_store(sum + half, i32_add(i32_load(sum + half), more));
    }
}

#define DEFINE_PROPAGATE(SUFFIX, T, U)                                                                     \
    static inline void rows_##SUFFIX(const snn_projection *p, const uint16_t *spikes, uint32_t count,      \
                                     uint16_t targets, T *sum, uint8_t bits) {                             \
        uint32_t row = snn_stride(p, targets), j = 0;                                                      \
        int32_t off = (int32_t)((uint32_t)p->params.scalars[OFFSET] * count);                              \
        i16v total[AT_ONCE];                                                                               \
        for (; j + AT_ONCE * LANES16 <= targets; j += AT_ONCE * LANES16) {                                 \
            gather(total, AT_ONCE, p, spikes, count, row, j, bits);                                        \
            for (uint32_t a = 0; a < AT_ONCE; ++a) add_##SUFFIX(sum + j + a * LANES16, total[a], off);     \
        }                                                                                                  \
        for (; j + LANES16 <= targets; j += LANES16) {                                                     \
            gather(total, 1, p, spikes, count, row, j, bits);                                              \
            add_##SUFFIX(sum + j, total[0], off);                                                          \
        }                                                                                                  \
        for (; j < targets; ++j)                                                                           \
            sum[j] = (T)((U)sum[j] + (U)(gather_one(p, spikes, count, row, j) - (uint32_t)off));           \
    }                                                                                                      \
    static uint16_t propagate_##SUFFIX(const snn_projection *p, const snn_source *source, uint16_t place,  \
                                       uint16_t targets, T *sum) {                                         \
        if (p->bits == 1) return plain_##SUFFIX(p, source, place, targets, sum);                           \
        for (uint32_t k = 0; k < source->count; k += MOST_ROWS) {                                          \
            uint32_t count = source->count - k < MOST_ROWS ? source->count - k : MOST_ROWS;                \
            if (p->bits == 8)                                                                              \
                rows_##SUFFIX(p, source->spikes + k, count, targets, sum, 8);                              \
            else                                                                                           \
                rows_##SUFFIX(p, source->spikes + k, count, targets, sum, 4);                              \
        }                                                                                                  \
        return source->count;                                                                              \
    }

/* Weights of one bit: rare in dense projections, left to plain C. */
#define DEFINE_PLAIN(SUFFIX, T)                                                                            \
    static uint16_t plain_##SUFFIX(const snn_projection *p, const snn_source *source, uint16_t place,      \
                                   uint16_t targets, T *sum) {                                             \
        uint32_t row = snn_stride(p, targets);                                                             \
        (void)place;                                                                                       \
        for (uint16_t k = 0; k < source->count; ++k)                                                       \
            snn_add_row_##SUFFIX(sum, p->weights + source->spikes[k] * row, targets, p->bits);             \
        snn_take_offset_##SUFFIX(sum, targets, p->params.scalars[OFFSET], source->count);                  \
        return source->count;                                                                              \
    }

DEFINE_PLAIN(narrow, int16_t)
DEFINE_PLAIN(wide, int32_t)
DEFINE_PROPAGATE(narrow, int16_t, uint16_t)
DEFINE_PROPAGATE(wide, int32_t, uint32_t)

const snn_synapse_kind AT_LEVEL(snn_synapse_dense) = {
    {"dense", 0, 0}, propagate_narrow, propagate_wide, 0, 0, 0, 1, 0};
