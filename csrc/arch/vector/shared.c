/* SPDX-License-Identifier: Apache-2.0 */
/* shared, LANES16 maps at a time; the pixels of a patch are bits of one number. */
#include "kinds.h"
#include "rows.h"
#include "vector.h"

#include <string.h>

enum { OFFSET, ROWS, COLUMNS, LINE, LEAST }; /* scalars */

extern const snn_synapse_kind snn_synapse_shared; /* plain C */

/* Bit y columns + x: pixel (y, x) of the patch is on the map. */
static inline uint64_t pixels_on(const int32_t *s, const uint8_t *map, uint32_t place) {
    uint32_t columns = (uint32_t)s[COLUMNS], mask = (1u << columns) - 1u, end = (uint32_t)s[ROWS] * columns;
    uint64_t on = 0;
    for (uint32_t first = 0; first < end; first += columns, place += (uint32_t)s[LINE]) {
        const uint8_t *byte = map + (place >> 3); /* a row of the patch lies in two bytes */
        on |= (uint64_t)((byte[0] | (uint32_t)byte[1] << 8) >> (place & 7) & mask) << first;
    }
    return on;
}

/* Sums of LANES16 codes, of which a row has only `bytes` bytes left. */
static inline i16v gather(const uint8_t *column, uint32_t row, uint32_t bytes, uint64_t on, uint8_t bits) {
    uint8_t part[LANES16] = {0};
    i16v total = i16_set(0);
    for (; on; on &= on - 1) {
        const uint8_t *codes = column + (uint32_t)__builtin_ctzll(on) * row;
        if (bytes < LANES16 * bits / 8u) codes = memcpy(part, codes, bytes);
        total = i16_add(total, bits == 8 ? u16_from_bytes(codes) : u16_from_nibbles(codes));
    }
    return total;
}

static inline void add_maps(const snn_projection *projection, uint64_t on, uint16_t targets, int16_t *sum,
                            i16v offset, uint8_t bits) {
    uint32_t row = snn_row_size(targets, bits);
    for (uint32_t j = 0; j < targets; j += LANES16) {
        uint32_t at = j * bits / 8u, n = targets - j < LANES16 ? targets - j : LANES16;
        i16v total = i16_sub(gather(projection->weights + at, row, row - at, on, bits), offset);
        i16_put(sum + j, i16_add(i16_get(sum + j, n), total), n);
    }
}

static uint16_t propagate(const snn_projection *projection, const snn_source *source, uint16_t place,
                          uint16_t targets, int16_t *sum) {
    const int32_t *s = projection->params.scalars;
    if (projection->bits == 1) return snn_synapse_shared.propagate(projection, source, place, targets, sum);
    uint64_t on = pixels_on(s, source->map, place);
    int32_t count = __builtin_popcountll(on);
    if (count < s[LEAST]) return 0;
    i16v offset = i16_set((int16_t)(s[OFFSET] * count));
    if (projection->bits == 8)
        add_maps(projection, on, targets, sum, offset, 8);
    else
        add_maps(projection, on, targets, sum, offset, 4);
    return (uint16_t)count;
}

/* A patch of 64 pixels needs int32 with large weights only: plain C is fast enough. */
static uint16_t propagate_wide(const snn_projection *projection, const snn_source *source, uint16_t place,
                               uint16_t targets, int32_t *sum) {
    return snn_synapse_shared.propagate_wide(projection, source, place, targets, sum);
}

const snn_synapse_kind AT_LEVEL(snn_synapse_shared) = {{"shared", 0, 0}, propagate, propagate_wide, 1, 0};
