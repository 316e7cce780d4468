/* SPDX-License-Identifier: Apache-2.0 */
/* propagate.h: add the entries of all spikes. A template: weights/sums_16.h or sums_32.h comes before it.
 */

/* Entries of two bytes. */
static void SNN_SIZED(add_pairs)(SNN_SUM *sum, const SNN_FLASH uint8_t *entry, const SNN_FLASH uint8_t *end,
                                 SNN_MODULAR zero_point) {
    for (; entry != end; entry += 2, ++sum) {
        sum += entry[1];
        sum[0] = (SNN_SUM)((SNN_MODULAR)sum[0] + entry[0] - zero_point);
    }
}

/* Entries of one byte. */
static void SNN_SIZED(add_bytes)(SNN_SUM *sum, const SNN_FLASH uint8_t *entry, const SNN_FLASH uint8_t *end,
                                 SNN_MODULAR zero_point, uint8_t bits) {
    uint8_t code = (uint8_t)((1u << bits) - 1u);
    for (; entry != end; ++entry, ++sum) {
        sum += *entry >> bits;
        sum[0] = (SNN_SUM)((SNN_MODULAR)sum[0] + (*entry & code) - zero_point);
    }
}

static void SNN_SIZED(propagate)(const snn_projection *projection, const snn_source *source,
                                 uint16_t targets, SNN_SUM *sum) {
    SNN_MODULAR zero_point = (SNN_MODULAR)projection->params.scalars[ZERO_POINT];
    (void)targets;
    for (uint16_t k = 0; k < source->count; ++k) {
        const SNN_FLASH uint8_t *row = row_of(projection->weights, source->spikes[k]);
        const SNN_FLASH uint8_t *end = row_of(projection->weights, source->spikes[k] + 1u);
        if (projection->bits == 8)
            SNN_SIZED(add_pairs)(sum, row, end, zero_point);
        else
            SNN_SIZED(add_bytes)(sum, row, end, zero_point, projection->bits);
    }
}
