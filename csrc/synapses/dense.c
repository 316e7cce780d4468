/* SPDX-License-Identifier: Apache-2.0 */
/* dense: every source reaches every target. docs/fixed-point.md, "dense". Packed weights: rows.h. */
#include "../kinds.h"
#include "../rows.h"

enum { OFFSET }; /* scalars */

#define DEFINE_PROPAGATE(NAME, SUFFIX, T)                                                                  \
    static uint16_t NAME(const snn_projection *projection, const snn_source *source, uint16_t place,       \
                         uint16_t targets, T *sum) {                                                       \
        uint32_t row = snn_stride(projection, targets);                                                    \
        (void)place;                                                                                       \
        for (uint16_t k = 0; k < source->count; ++k)                                                       \
            snn_add_row_##SUFFIX(sum, projection->weights + source->spikes[k] * row, targets,              \
                                 projection->bits);                                                        \
        snn_take_offset_##SUFFIX(sum, targets, projection->params.scalars[OFFSET], source->count);         \
        return source->count;                                                                              \
    }

DEFINE_PROPAGATE(propagate, narrow, int16_t)
DEFINE_PROPAGATE(propagate_wide, wide, int32_t)

const snn_synapse_kind snn_synapse_dense = {{"dense", "offset", ""}, propagate, propagate_wide, 0, 0, 0, 1};
