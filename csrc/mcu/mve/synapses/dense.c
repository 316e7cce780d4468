/* SPDX-License-Identifier: Apache-2.0 */
/* dense in the vectors of a Cortex-M55: 32 codes of 4 bits at a time, for int16 sums; the rest as plain C.
 */
#include <arm_mve.h>

#include "../kind.h"
#include "../weights/dense_rows.h"

enum { ZERO_POINT }; /* scalars */

/* Add codes less `less` to every second sum of up to 8, from the first on. */
static inline void add_every_second(int16_t *sum, uint32_t sums, const uint8_t *codes, uint16_t less) {
    mve_pred16_t there = vctp16q((sums + 1) / 2);
    uint16x8_t lanes = vidupq_n_u16(0, 2), add = vsubq_n_u16(vldrbq_u16(codes), less);
    uint16x8_t now = vldrhq_gather_shifted_offset_z_u16((uint16_t *)sum, lanes, there);
    vstrhq_scatter_shifted_offset_p_u16((uint16_t *)sum, lanes, vaddq_u16(now, add), there);
}

/* Add the codes of at most SNN_ROWS_PER_PASS rows, of up to 32 targets. */
static void add_column(int16_t *sum, uint32_t targets, const uint8_t *column, uint32_t row,
                       const uint16_t *source, const uint16_t *end, uint16_t less) {
    mve_pred16_t there = vctp8q((targets + 1) / 2);
    uint8x16_t even = vdupq_n_u8(0), odd = even;
    uint8_t lanes[2][16];
    for (; source != end; ++source) {
        uint8x16_t codes = vldrbq_z_u8(column + *source * row, there);
        even = vaddq_u8(even, vandq_u8(codes, vdupq_n_u8(15)));
        odd = vaddq_u8(odd, vshrq_n_u8(codes, 4));
    }
    vst1q_u8(lanes[0], even);
    vst1q_u8(lanes[1], odd);
    for (uint32_t k = 0; k < targets; k += 16) {
        uint32_t n = targets - k < 16 ? targets - k : 16;
        add_every_second(sum + k, n, lanes[0] + k / 2, less);
        add_every_second(sum + k + 1, n - 1, lanes[1] + k / 2, less);
    }
}

static void propagate_16(const snn_projection *p, const snn_source *source, uint16_t targets,
                         int16_t *sum) {
    int32_t zero_point = p->params.scalars[ZERO_POINT];
    uint32_t row = snn_stride(p, targets);
    if (p->bits != 4) {
        snn_add_rows_16(sum, p, row, targets, source->spikes, source->count, zero_point);
        return;
    }
    for (uint32_t k = 0, n; k < source->count; k += n) {
        n = source->count - k < SNN_ROWS_PER_PASS ? source->count - k : SNN_ROWS_PER_PASS;
        const uint16_t *first = source->spikes + k;
        for (uint32_t j = 0; j < targets; j += 32)
            add_column(sum + j, targets - j < 32 ? targets - j : 32, p->weights + j / 2, row, first,
                       first + n, (uint16_t)((uint32_t)zero_point * n));
    }
}

static void propagate_32(const snn_projection *p, const snn_source *source, uint16_t targets,
                         int32_t *sum) {
    snn_add_rows_32(sum, p, snn_stride(p, targets), targets, source->spikes, source->count,
                    p->params.scalars[ZERO_POINT]);
}

const snn_synapse_kind snn_synapse_dense = {.info = {"dense", "zero_point", ""},
                                            .propagate_16 = propagate_16,
                                            .propagate_32 = propagate_32,
                                            .rows = 1};
