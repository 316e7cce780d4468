/* SPDX-License-Identifier: Apache-2.0 */
/* shared: one patch of weights for every place of the source's map. docs/fixed-point.md, "shared".
 * Packed weights: rows.h; the sources of a row are the pixels of the patch, its targets the maps. */
#include "../kinds.h"
#include "../rows.h"

enum { OFFSET, ROWS, COLUMNS, LINE, LEAST }; /* scalars */

#define MAX_PIXELS 64 /* 8 x 8 */

/* The bits of sources first .. first + columns - 1. */
static uint32_t line_of(const uint8_t *map, uint16_t first, int32_t columns) {
    const uint8_t *byte = map + (first >> 3);
    uint32_t bits = (byte[0] | (uint32_t)byte[1] << 8) >> (first & 7);
    return bits & ((1u << columns) - 1u);
}

/* List the patch's pixels that are on the map; 0 when they are too few. */
static uint16_t list_pixels(const snn_projection *projection, const uint8_t *map, uint16_t place,
                            uint8_t *pixels) {
    const int32_t *s = projection->params.scalars;
    uint16_t count = 0;
    uint8_t first = 0;
    for (int32_t r = 0; r < s[ROWS]; ++r) {
        uint8_t pixel = first;
        for (uint32_t bits = line_of(map, place, s[COLUMNS]); bits; bits >>= 1, ++pixel)
            if (bits & 1) pixels[count++] = pixel;
        first = (uint8_t)(first + s[COLUMNS]);
        place = (uint16_t)(place + s[LINE]);
    }
    return count < s[LEAST] ? 0 : count;
}

#define DEFINE_PROPAGATE(NAME, SUFFIX, T)                                                                  \
    static uint16_t NAME(const snn_projection *projection, const snn_source *source, uint16_t place,       \
                         uint16_t targets, T *sum) {                                                       \
        uint8_t pixels[MAX_PIXELS];                                                                        \
        uint32_t row = snn_row_size(targets, projection->bits);                                            \
        uint16_t count = list_pixels(projection, source->map, place, pixels);                              \
        for (uint16_t k = 0; k < count; ++k)                                                               \
            snn_add_row_##SUFFIX(sum, projection->weights + pixels[k] * row, targets, projection->bits);   \
        snn_take_offset_##SUFFIX(sum, targets, projection->params.scalars[OFFSET], count);                 \
        return count;                                                                                      \
    }

DEFINE_PROPAGATE(propagate, narrow, int16_t)
DEFINE_PROPAGATE(propagate_wide, wide, int32_t)

const snn_synapse_kind snn_synapse_shared = {
    {"shared", "offset rows columns line least", ""}, propagate, propagate_wide, 1};
