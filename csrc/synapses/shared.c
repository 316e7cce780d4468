/* SPDX-License-Identifier: Apache-2.0 */
/* shared: one patch of weights for every place of the source's map. docs/fixed-point.md, "shared".
 * Packed weights: rows.h; the sources of a row are the pixels of the patch, its targets the maps. */
#include "../kinds.h"
#include "../rows.h"

enum { OFFSET, ROWS, COLUMNS, LINE, LEAST }; /* scalars */

#define MAX_PIXELS 64 /* 8 x 8 */

/* List the patch's pixels that are on the map; 0 when they are too few. */
static uint16_t list_pixels(const snn_projection *projection, const uint8_t *map, uint32_t place,
                            uint16_t *pixels) {
    const int32_t *s = projection->params.scalars;
    uint32_t columns = (uint32_t)s[COLUMNS], line = (uint32_t)s[LINE], mask = (1u << columns) - 1u;
    uint32_t size = (uint32_t)s[ROWS] * columns;
    uint16_t *next = pixels;
    for (uint32_t first = 0; first < size; first += columns, place += line) {
        const uint8_t *byte = map + (place >> 3); /* a row of the patch lies in two bytes */
        uint32_t on = (byte[0] | (uint32_t)byte[1] << 8) >> (place & 7) & mask;
        for (uint32_t pixel = first; on; on >>= 1, ++pixel)
            if (on & 1) *next++ = (uint16_t)pixel;
    }
    return next - pixels < s[LEAST] ? 0 : (uint16_t)(next - pixels);
}

#define DEFINE_PROPAGATE(NAME, SUFFIX, T)                                                                  \
    static uint16_t NAME(const snn_projection *projection, const snn_source *source, uint16_t place,       \
                         uint16_t targets, T *sum) {                                                       \
        uint16_t pixels[MAX_PIXELS];                                                                       \
        uint16_t count = list_pixels(projection, source->map, place, pixels);                              \
        if (count)                                                                                         \
            snn_add_rows_##SUFFIX(sum, projection, snn_row_size(targets, projection->bits), targets,       \
                                  pixels, count, projection->params.scalars[OFFSET]);                      \
        return count;                                                                                      \
    }

DEFINE_PROPAGATE(propagate, narrow, int16_t)
DEFINE_PROPAGATE(propagate_wide, wide, int32_t)

const snn_synapse_kind snn_synapse_shared = {
    {"shared", "offset rows columns line least", ""}, propagate, propagate_wide, 1, 0, 0, 0};
