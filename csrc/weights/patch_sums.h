/* SPDX-License-Identifier: Apache-2.0 */
/* patch_sums.h: the weights of `shared`, as tables of sums. A strip is up to 5 neighbours of a row of the
 * patch: all of a row of up to 5 pixels, halves of a longer one, one pixel where codes have 8 bits. Its
 * table has an entry for each set of its pixels but the empty one: the sums of their codes, a byte for each
 * of 16 maps. Bit x of a set is pixel x of the strip. The strips of a block of 16 maps lie in raster order,
 * then those of the next block. Internal. */
#ifndef SNN_STRIPS_H
#define SNN_STRIPS_H

#include "../kind.h"

#define SNN_STRIP 5u      /* pixels at most */
#define SNN_PATCH_ROWS 8u /* of a patch, at most; columns, too */
#define SNN_BLOCK 16u     /* maps, bytes of an entry */

enum { SNN_PATCH_OFFSET, SNN_PATCH_HEIGHT, SNN_PATCH_WIDTH, SNN_PATCH_LINE, SNN_PATCH_LEAST }; /* scalars */

typedef struct {
    uint32_t rows, columns; /* of the patch */
    uint32_t width, mask;   /* of a strip: its pixels, as a number of them and as a set; entries: mask */
    uint32_t block;         /* bytes */
    uint32_t group;         /* strips whose sums add up in a byte, at least */
} snn_strips;

static inline snn_strips snn_strips_of(const snn_projection *p) {
    uint32_t rows = (uint32_t)p->params.scalars[SNN_PATCH_HEIGHT];
    uint32_t columns = (uint32_t)p->params.scalars[SNN_PATCH_WIDTH];
    uint32_t width = p->bits == 8 ? 1 : columns > SNN_STRIP ? 4 : columns;
    uint32_t across = width == columns ? 1 : p->bits == 8 ? columns : 2, mask = (1u << width) - 1u;
    snn_strips z = {rows, columns, width, mask, rows * across * mask * SNN_BLOCK, p->bits == 4 ? 3 : 1};
    if (p->bits == 1) z.group = SNN_PATCH_ROWS;
    return z;
}

/* Keys of a block: words of two lanes of 16 bits, of maps 4w and 4w + 2 in word w, of 4w + 1 and 4w + 3 in
 * word 4 + w. A map's key is its lane and 32 times its sum. */
#define SNN_KEY_WORDS 8

static inline uint32_t snn_key_word(uint32_t map) { return (map & 1) * 4 + map / 4 % 4; }

static inline uint32_t snn_key_shift(uint32_t map) { return map / 2 % 2 * 16; }

/* Functions that need all registers of a small core are not made part of their callers. */
#ifdef __GNUC__
#define SNN_APART __attribute__((noinline))
#else
#define SNN_APART
#endif

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
