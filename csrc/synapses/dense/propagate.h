/* SPDX-License-Identifier: Apache-2.0 */
/* propagate.h: add the rows of all spikes. A template: weights/sums_16.h or sums_32.h comes before it. */

static void SNN_SIZED(propagate)(const snn_projection *projection, const snn_source *source,
                                 uint16_t targets, SNN_SUM *sum) {
    SNN_SIZED(snn_add_rows)(sum, projection, snn_stride(projection, targets), targets, source->spikes,
                            source->count, projection->params.scalars[ZERO_POINT]);
}
