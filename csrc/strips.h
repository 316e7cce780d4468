/* SPDX-License-Identifier: Apache-2.0 */
/* strips.h: the weights of `shared`, as tables of sums. A strip is up to 5 neighbours of a row of the
 * patch: all of a row of up to 5 pixels, halves of a longer one, one pixel where codes have 8 bits. Its
 * table has an entry for each set of its pixels but the empty one: the sums of their codes, a byte per map,
 * maps up to a multiple of 16. Bit x of a set is pixel x of the strip. Strips lie in raster order.
 * Internal. */
#ifndef SNN_STRIPS_H
#define SNN_STRIPS_H

#include "kinds.h"

#define SNN_STRIP 5u      /* pixels at most */
#define SNN_PATCH_ROWS 8u /* of a patch, at most; columns, too */
#define SNN_BLOCK 16u     /* maps that kernels look at together */

enum { SNN_PATCH_OFFSET, SNN_PATCH_HEIGHT, SNN_PATCH_WIDTH, SNN_PATCH_LINE, SNN_PATCH_LEAST }; /* scalars */

typedef struct {
    uint32_t rows, columns; /* of the patch */
    uint32_t width, mask;   /* of a strip: its pixels, as a number of them and as a set; entries: mask */
    uint32_t entry;         /* bytes */
    uint32_t group;         /* strips whose sums add up in a byte, at least 1 */
} snn_strips;

static inline snn_strips snn_strips_of(const snn_projection *p, uint32_t maps) {
    uint32_t columns = (uint32_t)p->params.scalars[SNN_PATCH_WIDTH];
    uint32_t width = p->bits == 8 ? 1 : columns > SNN_STRIP ? 4 : columns;
    snn_strips z = {(uint32_t)p->params.scalars[SNN_PATCH_HEIGHT],
                    columns,
                    width,
                    (1u << width) - 1u,
                    (maps + SNN_BLOCK - 1) / SNN_BLOCK * SNN_BLOCK,
                    p->bits == 4   ? 3
                    : p->bits == 1 ? SNN_PATCH_ROWS
                                   : 1};
    return z;
}

/* The pixels of a map from `place` on: 8 of them, and zeros or what follows. A byte follows the map. */
static inline uint32_t snn_pixels_at(const uint8_t *map, uint32_t place) {
    const uint8_t *byte = map + (place >> 3);
    return (byte[0] | (uint32_t)byte[1] << 8) >> (place & 7);
}

static inline uint32_t snn_count_bits(uint32_t bits) {
    uint32_t count = 0;
    for (; bits; bits &= bits - 1) ++count;
    return count;
}

#endif
