/* SPDX-License-Identifier: Apache-2.0 */
/* propagate.h: add the weight to the target of each spike. A template: weights/sums_16.h or sums_32.h comes
 * before it. */

static void SNN_SIZED(propagate)(const snn_projection *projection, const snn_source *source,
                                 uint16_t targets, SNN_SUM *sum) {
    SNN_MODULAR weight = (SNN_MODULAR)projection->params.scalars[WEIGHT];
    (void)targets;
    for (uint16_t k = 0; k < source->count; ++k) {
        uint16_t i = source->spikes[k];
        sum[i] = (SNN_SUM)((SNN_MODULAR)sum[i] + weight);
    }
}
