/* SPDX-License-Identifier: Apache-2.0 */
/* shared: one patch of weights for every place of the source's map. docs/fixed-point.md, "shared".
 * Packed weights: patch_sums.h. */
#include "../kind.h"
#include "../weights/patch_sums.h"

/* The pixels of the patch that are on the map, by row; returns their number, or 0 when they are too few. */
static uint16_t look(const snn_projection *projection, const uint8_t *map, uint32_t place, uint32_t *on) {
    const int32_t *s = projection->params.scalars;
    uint32_t mask = (1u << s[SNN_PATCH_WIDTH]) - 1u;
    int32_t count = 0;
    for (int32_t y = 0; y < s[SNN_PATCH_HEIGHT]; ++y, place += (uint32_t)s[SNN_PATCH_LINE]) {
        on[y] = snn_pixels_at(map, place) & mask;
        count += (int32_t)snn_count_bits(on[y]);
    }
    return count < s[SNN_PATCH_LEAST] ? 0 : (uint16_t)count;
}

/* Sums are taken modulo 2^16 (2^32), as in dense_rows.h. */
#define DEFINE_PROPAGATE(NAME, T, U)                                                                       \
    static uint16_t NAME(const snn_projection *projection, const snn_source *source, uint16_t place,       \
                         uint16_t targets, T *sum) {                                                       \
        snn_strips z = snn_strips_of(projection);                                                          \
        uint32_t rows[SNN_PATCH_ROWS];                                                                     \
        uint16_t count = look(projection, source->map, place, rows);                                       \
        const uint8_t *strip = projection->weights;                                                        \
        U less = (U)((uint32_t)projection->params.scalars[SNN_PATCH_OFFSET] * count);                      \
        for (uint32_t k = 0, n; count && k < targets; k += n, sum += n) {                                  \
            n = targets - k < SNN_BLOCK ? targets - k : SNN_BLOCK;                                         \
            for (uint32_t y = 0; y < z.rows; ++y)                                                          \
                for (uint32_t x = 0, on = rows[y]; x < z.columns; x += z.width, on >>= z.width) {          \
                    const uint8_t *entry = strip + ((on & z.mask) - 1) * SNN_BLOCK;                        \
                    strip += z.mask * SNN_BLOCK;                                                           \
                    if (on & z.mask)                                                                       \
                        for (uint32_t j = 0; j < n; ++j) sum[j] = (T)((U)sum[j] + entry[j]);               \
                }                                                                                          \
            for (uint32_t j = 0; less && j < n; ++j) sum[j] = (T)((U)sum[j] - less);                       \
        }                                                                                                  \
        return count;                                                                                      \
    }

DEFINE_PROPAGATE(propagate, int16_t, uint16_t)
DEFINE_PROPAGATE(propagate_wide, int32_t, uint32_t)

const snn_synapse_kind snn_synapse_shared = {
    {"shared", "offset rows columns line least", ""}, propagate, propagate_wide, 1, 0, 0, 0, 1};
