/* SPDX-License-Identifier: Apache-2.0 */
/* propagate.h: add the weight to the sums of all targets but each source's own. A template:
 * weights/sums_16.h or sums_32.h comes before it. */

static void SNN_SIZED(propagate)(const snn_projection *projection, const snn_source *source,
                                 uint16_t targets, SNN_SUM *sum) {
    uint32_t weight = (uint32_t)projection->params.scalars[WEIGHT];
    SNN_MODULAR all = (SNN_MODULAR)(weight * source->count);
    if (!source->count) return;
    for (uint16_t j = 0; j < targets; ++j) sum[j] = (SNN_SUM)((SNN_MODULAR)sum[j] + all);
    for (uint16_t k = 0; k < source->count; ++k) {
        uint16_t i = source->spikes[k];
        sum[i] = (SNN_SUM)((SNN_MODULAR)sum[i] - (SNN_MODULAR)weight);
    }
}
