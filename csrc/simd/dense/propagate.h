/* SPDX-License-Identifier: Apache-2.0 */
/* propagate.h: add the rows of all spikes in vectors. A template: weights/sums_16.h or sums_32.h comes
 * before it. */

/* Add at most ROWS_PER_SUM rows; `bits` is a constant where this is inlined. */
static inline void SNN_SIZED(add_rows)(const snn_projection *p, const uint16_t *spikes, uint32_t count,
                                       uint16_t targets, SNN_SUM *sum, uint8_t bits) {
    uint32_t row = snn_stride(p, targets), j = 0;
    int32_t less = (int32_t)((uint32_t)p->params.scalars[ZERO_POINT] * count);
    i16v total[VECTORS_PER_PASS];
    for (; j + VECTORS_PER_PASS * LANES16 <= targets; j += VECTORS_PER_PASS * LANES16) {
        gather(total, VECTORS_PER_PASS, p, spikes, count, row, j, bits);
        for (uint32_t a = 0; a < VECTORS_PER_PASS; ++a)
            SNN_SIZED(add_vector)(sum + j + a * LANES16, total[a], less);
    }
    for (; j + LANES16 <= targets; j += LANES16) {
        gather(total, 1, p, spikes, count, row, j, bits);
        SNN_SIZED(add_vector)(sum + j, total[0], less);
    }
    for (; j < targets; ++j) {
        uint32_t one = gather_one(p, spikes, count, row, j) - (uint32_t)less;
        sum[j] = (SNN_SUM)((SNN_MODULAR)sum[j] + (SNN_MODULAR)one);
    }
}

static void SNN_SIZED(propagate_in_vectors)(const snn_projection *p, const snn_source *source,
                                            uint16_t targets, SNN_SUM *sum) {
    if (p->bits == 1) {
        SNN_SIZED(propagate)(p, source, targets, sum);
        return;
    }
    for (uint32_t k = 0; k < source->count; k += ROWS_PER_SUM) {
        uint32_t count = source->count - k < ROWS_PER_SUM ? source->count - k : ROWS_PER_SUM;
        if (p->bits == 8)
            SNN_SIZED(add_rows)(p, source->spikes + k, count, targets, sum, 8);
        else
            SNN_SIZED(add_rows)(p, source->spikes + k, count, targets, sum, 4);
    }
}
