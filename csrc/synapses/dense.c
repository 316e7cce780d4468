/* SPDX-License-Identifier: Apache-2.0 */
/* dense: every source reaches every target. docs/fixed-point.md, "dense". Packed weights: dense_rows.h. */
#include "../kind.h"
#include "../weights/dense_rows.h"

enum { OFFSET }; /* scalars */

#define DEFINE_PROPAGATE(NAME, SUFFIX, T)                                                                  \
    static uint16_t NAME(const snn_projection *projection, const snn_source *source, uint16_t place,       \
                         uint16_t targets, T *sum) {                                                       \
        (void)place;                                                                                       \
        snn_add_rows_##SUFFIX(sum, projection, snn_stride(projection, targets), targets, source->spikes,   \
                              source->count, projection->params.scalars[OFFSET]);                          \
        return source->count;                                                                              \
    }

DEFINE_PROPAGATE(propagate, narrow, int16_t)
DEFINE_PROPAGATE(propagate_wide, wide, int32_t)

const snn_synapse_kind snn_synapse_dense = {
    {"dense", "offset", ""}, propagate, propagate_wide, 0, 0, 0, 1, 0};
