/* SPDX-License-Identifier: Apache-2.0 */
/* one_to_one: source i reaches target i, all with one weight. docs/fixed-point.md, "one_to_one". */
#include "../kind.h"

enum { WEIGHT }; /* scalars */

#define DEFINE_PROPAGATE(NAME, T, U)                                                                       \
    static uint16_t NAME(const snn_projection *projection, const snn_source *source, uint16_t place,       \
                         uint16_t targets, T *sum) {                                                       \
        U weight = (U)projection->params.scalars[WEIGHT];                                                  \
        (void)place, (void)targets;                                                                        \
        for (uint16_t k = 0; k < source->count; ++k) {                                                     \
            uint16_t i = source->spikes[k];                                                                \
            sum[i] = (T)((U)sum[i] + weight);                                                              \
        }                                                                                                  \
        return source->count;                                                                              \
    }

DEFINE_PROPAGATE(propagate, int16_t, uint16_t)
DEFINE_PROPAGATE(propagate_wide, int32_t, uint32_t)

const snn_synapse_kind snn_synapse_one_to_one = {
    {"one_to_one", "weight", ""}, propagate, propagate_wide, 0, 1, 1, 0, 0};
