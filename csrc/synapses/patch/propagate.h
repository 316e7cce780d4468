/* SPDX-License-Identifier: Apache-2.0 */
/* propagate.h: add the weights of the active pixels of a patch. A template: weights/sums_16.h or sums_32.h
 * comes before it. */

static uint16_t SNN_SIZED(propagate_at)(const snn_projection *projection, const uint8_t *map,
                                        uint16_t pixel, uint16_t targets, SNN_SUM *sum) {
    snn_patch_table z = snn_patch_table_of(projection);
    uint32_t rows[SNN_PATCH_SIDE];
    uint16_t count = active_pixels(projection, map, pixel, rows);
    const SNN_FLASH uint8_t *strip = projection->weights;
    SNN_MODULAR less = (SNN_MODULAR)((uint32_t)projection->params.scalars[SNN_PATCH_ZERO_POINT] * count);
    for (uint32_t k = 0, n; count && k < targets; k += n, sum += n) {
        n = targets - k < SNN_BLOCK ? targets - k : SNN_BLOCK;
        for (uint32_t y = 0; y < z.rows; ++y)
            for (uint32_t x = 0, on = rows[y]; x < z.columns; x += z.width, on >>= z.width) {
                const SNN_FLASH uint8_t *entry = strip + ((on & z.mask) - 1) * SNN_BLOCK;
                strip += z.mask * SNN_BLOCK;
                if (on & z.mask)
                    for (uint32_t j = 0; j < n; ++j) sum[j] = (SNN_SUM)((SNN_MODULAR)sum[j] + entry[j]);
            }
        for (uint32_t j = 0; less && j < n; ++j) sum[j] = (SNN_SUM)((SNN_MODULAR)sum[j] - less);
    }
    return count;
}
