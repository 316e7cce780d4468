/* SPDX-License-Identifier: Apache-2.0 */
/* dense, LANES16 targets at a time: sums stay in registers while the rows of all spikes are added. Weights
 * of one bit, rare in dense projections, are left to the plain kind. */
#include "../kind.h"
#define snn_synapse_dense AT_LEVEL(snn_synapse_plain_dense)
#include "simd.h"

#include "../synapses/dense.c" /* NOLINT(bugprone-suspicious-include): the plain kind, at this level */
#undef snn_synapse_dense

#define VECTORS_PER_PASS 8 /* of sums in registers */
#define ROWS_PER_SUM 257u  /* 257 x 255 fits 16 bits without a sign */

/* Return one vector of codes of a row, from target j on. */
static inline i16v codes(const uint8_t *row, uint32_t j, uint8_t bits) {
    return bits == 8 ? u16_from_bytes(row + j) : u16_from_nibbles(row + j / 2);
}

/* Sum the codes of `vectors` <= VECTORS_PER_PASS vectors of targets from j on. */
static inline void gather(i16v *total, uint32_t vectors, const snn_projection *p, const uint16_t *spikes,
                          uint32_t count, uint32_t row, uint32_t j, uint8_t bits) {
    for (uint32_t a = 0; a < vectors; ++a) total[a] = i16_set(0);
    for (uint32_t k = 0; k < count; ++k) {
        const uint8_t *codes_of = p->weights + spikes[k] * row;
        for (uint32_t a = 0; a < vectors; ++a)
            total[a] = i16_add(total[a], codes(codes_of, j + a * LANES16, bits));
    }
}

/* Sum the codes of one target. */
static uint32_t gather_one(const snn_projection *p, const uint16_t *spikes, uint32_t count, uint32_t row,
                           uint32_t j) {
    uint32_t total = 0;
    for (uint32_t k = 0; k < count; ++k) {
        const uint8_t *codes_of = p->weights + spikes[k] * row;
        total += p->bits == 8 ? codes_of[j] : (uint32_t)codes_of[j / 2] >> (j & 1) * 4 & 15u;
    }
    return total;
}

static inline void add_vector_16(int16_t *sum, i16v total, int32_t less) {
    i16_store(sum, i16_add(i16_load(sum), i16_sub(total, i16_set((int16_t)less))));
}

static inline void add_vector_32(int32_t *sum, i16v total, int32_t less) {
    uint16_t lanes[LANES16];
    i16_store(lanes, total);
    for (uint32_t half = 0; half < LANES16; half += LANES32) {
        i32v more = i32_sub(u32_from16(lanes + half), i32_set(less));
        i32_store(sum + half, i32_add(i32_load(sum + half), more));
    }
}

#include "../weights/sums_16.h"
#include "dense/propagate.h"
#include "../weights/sums_32.h"
#include "dense/propagate.h"

const snn_synapse_kind AT_LEVEL(snn_synapse_dense) = {TRAITS, .propagate_16 = propagate_in_vectors_16,
                                                      .propagate_32 = propagate_in_vectors_32};
