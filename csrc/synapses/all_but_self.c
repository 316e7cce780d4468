/* SPDX-License-Identifier: Apache-2.0 */
/* all_but_self: source i reaches every target but i, all with one weight. docs/fixed-point.md,
 * "all_but_self". Everybody gets what all send; then each takes back its own. Sums are modular
 * (dense_rows.h). */
#include "../kind.h"

enum { WEIGHT }; /* scalars */

#define DEFINE_PROPAGATE(NAME, T, U)                                                                       \
    static uint16_t NAME(const snn_projection *projection, const snn_source *source, uint16_t place,       \
                         uint16_t targets, T *sum) {                                                       \
        uint32_t weight = (uint32_t)projection->params.scalars[WEIGHT];                                    \
        U all = (U)(weight * source->count);                                                               \
        (void)place;                                                                                       \
        if (!source->count) return 0;                                                                      \
        for (uint16_t j = 0; j < targets; ++j) sum[j] = (T)((U)sum[j] + all);                              \
        for (uint16_t k = 0; k < source->count; ++k) {                                                     \
            uint16_t i = source->spikes[k];                                                                \
            sum[i] = (T)((U)sum[i] - (U)weight);                                                           \
        }                                                                                                  \
        return source->count;                                                                              \
    }

DEFINE_PROPAGATE(propagate, int16_t, uint16_t)
DEFINE_PROPAGATE(propagate_wide, int32_t, uint32_t)

const snn_synapse_kind snn_synapse_all_but_self = {
    {"all_but_self", "weight", ""}, propagate, propagate_wide, 0, 1, 1, 0, 0};
