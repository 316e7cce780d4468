/* SPDX-License-Identifier: Apache-2.0 */
/* shared: one patch of weights for every place of the source's map. docs/fixed-point.md, "shared".
 * Packed weights: rows.h; the sources of a row are the pixels of the patch, its targets the maps. */
#include "../kinds.h"
#include "../rows.h"

enum { OFFSET, ROWS, COLUMNS, LINE, LEAST }; /* scalars */

#define MAX_PIXELS 64 /* 8 x 8 */

/* List the patch's pixels that are on the map; 0 when they are too few. */
static uint16_t list_pixels(const snn_projection *projection, const uint8_t *map, uint32_t place,
                            uint8_t *pixels) {
    const int32_t *s = projection->params.scalars;
    uint32_t columns = (uint32_t)s[COLUMNS], line = (uint32_t)s[LINE], mask = (1u << columns) - 1u;
    uint32_t size = (uint32_t)s[ROWS] * columns;
    uint8_t *next = pixels;
    for (uint32_t first = 0; first < size; first += columns, place += line) {
        const uint8_t *byte = map + (place >> 3); /* a row of the patch lies in two bytes */
        uint32_t on = (byte[0] | (uint32_t)byte[1] << 8) >> (place & 7) & mask;
        for (uint32_t pixel = first; on; on >>= 1, ++pixel)
            if (on & 1) *next++ = (uint8_t)pixel;
    }
    return next - pixels < s[LEAST] ? 0 : (uint16_t)(next - pixels);
}

/* Sums of the codes of 8 (4 bits, 1 bit) or 4 (8 bits) maps, side by side in words: maps 0, 2, .. in
 * `even`. */
typedef struct {
    uint32_t even, odd;
} lanes;

#define MAX_AT_ONCE 16 /* pixels: 16 x 15 fits a lane of 8 bits, 16 x 255 one of 16 */

/* Of 4 or 8 bits, from one word of each pixel's row. */
static lanes gather_words(const uint8_t *column, uint32_t row, const uint8_t *pixel, const uint8_t *end,
                          uint8_t bits) {
    uint32_t mask = bits == 4 ? 0x0F0F0F0Fu : 0x00FF00FFu;
    lanes sum = {0, 0};
    for (; pixel != end; ++pixel) {
        const uint8_t *b = column + *pixel * row;
        uint32_t codes = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
        sum.even += codes & mask;
        sum.odd += codes >> bits & mask;
    }
    return sum;
}

/* Of 1 bit, from one byte of each row: the product puts bits 0, 2, 4, 6 at 0, 8, 16, 24, free of carries.
 */
static lanes gather_bits(const uint8_t *column, uint32_t row, const uint8_t *pixel, const uint8_t *end) {
    lanes sum = {0, 0};
    for (; pixel != end; ++pixel) {
        uint32_t codes = column[*pixel * row];
        sum.even += (codes & 0x55u) * 0x00041041u & 0x01010101u;
        sum.odd += (codes >> 1 & 0x55u) * 0x00041041u & 0x01010101u;
    }
    return sum;
}

/* For int16 and for int32 sums. */
#define DEFINE_PROPAGATE(NAME, SUFFIX, T, U)                                                               \
    static void NAME##_lanes(T *sum, uint16_t targets, lanes add, uint8_t width) {                         \
        uint32_t lane = (1u << width) - 1u;                                                                \
        for (uint16_t j = 0, at = 0; at < 32 && j < targets; at = (uint16_t)(at + width), ++j) {           \
            sum[j] = (T)((U)sum[j] + (add.even >> at & lane));                                             \
            if (++j < targets) sum[j] = (T)((U)sum[j] + (add.odd >> at & lane));                           \
        }                                                                                                  \
    }                                                                                                      \
    static uint16_t NAME(const snn_projection *projection, const snn_source *source, uint16_t place,       \
                         uint16_t targets, T *sum) {                                                       \
        uint8_t pixels[MAX_PIXELS], bits = projection->bits;                                               \
        uint8_t width = bits == 8 ? 16 : 8, codes = bits == 8 ? 4 : 8;                                     \
        uint32_t row = snn_row_size(targets, bits);                                                        \
        uint16_t count = list_pixels(projection, source->map, place, pixels);                              \
        if (!count) return 0;                                                                              \
        for (uint16_t k = 0; k < count; k = (uint16_t)(k + MAX_AT_ONCE)) {                                 \
            const uint8_t *column = projection->weights;                                                   \
            const uint8_t *end = pixels + (count - k < MAX_AT_ONCE ? count : k + MAX_AT_ONCE);             \
            for (uint32_t j = 0; j < targets; j += codes, column += bits == 1 ? 1 : 4)                     \
                NAME##_lanes(sum + j, (uint16_t)(targets - j),                                             \
                             bits == 1 ? gather_bits(column, row, pixels + k, end)                         \
                                       : gather_words(column, row, pixels + k, end, bits),                 \
                             width);                                                                       \
        }                                                                                                  \
        snn_take_offset_##SUFFIX(sum, targets, projection->params.scalars[OFFSET], count);                 \
        return count;                                                                                      \
    }

DEFINE_PROPAGATE(propagate, narrow, int16_t, uint16_t)
DEFINE_PROPAGATE(propagate_wide, wide, int32_t, uint32_t)

const snn_synapse_kind snn_synapse_shared = {
    {"shared", "offset rows columns line least", ""}, propagate, propagate_wide, 1, 0, 0, 0};
