/* SPDX-License-Identifier: Apache-2.0 */
/* patch_sums.h: the weights of a patch that all positions share, as tables of sums. A strip is up to 5
 * neighbours of a row of the patch: a whole row of up to 5 pixels, half of a longer one, or one pixel where
 * codes have 8 bits. Its table has an entry for each set of its pixels but the empty one: the sums of their
 * codes, one byte for each of 16 maps. Bit x of a set is pixel x of the strip. The strips of a block of 16
 * maps lie in raster order, then those of the next block. Internal. */
#ifndef SNN_PATCH_SUMS_H
#define SNN_PATCH_SUMS_H

#include "../kind.h"

#define SNN_STRIP_PIXELS 5u /* at most */
#define SNN_PATCH_SIDE 8u   /* rows or columns of a patch, at most */
#define SNN_BLOCK 16u       /* maps of a block, bytes of an entry */

/* Scalars. A patch with fewer than the minimum of active pixels delivers nothing. */
enum {
    SNN_PATCH_ZERO_POINT,
    SNN_PATCH_HEIGHT,
    SNN_PATCH_WIDTH,
    SNN_PATCH_IMAGE_WIDTH,
    SNN_PATCH_MIN_ACTIVE
};

/* The layout of a table. Kernels in assembler know the offsets of these fields. */
typedef struct {
    uint32_t rows, columns; /* of the patch */
    uint32_t width, mask;   /* of a strip: its pixels, as a number and as a set; it has `mask` entries */
    uint32_t block;         /* bytes of a block of maps */
    uint32_t group;         /* strips whose sums are proved to fit a byte */
} snn_patch_table;

static inline snn_patch_table snn_patch_table_of(const snn_projection *p) {
    uint32_t rows = (uint32_t)p->params.scalars[SNN_PATCH_HEIGHT];
    uint32_t columns = (uint32_t)p->params.scalars[SNN_PATCH_WIDTH];
    uint32_t width = p->bits == 8 ? 1 : columns > SNN_STRIP_PIXELS ? 4 : columns;
    uint32_t across = width == columns ? 1 : p->bits == 8 ? columns : 2, mask = (1u << width) - 1u;
    snn_patch_table z = {
        rows, columns, width, mask, rows * across * mask * SNN_BLOCK, p->bits == 4 ? 3 : 1};
    if (p->bits == 1) z.group = SNN_PATCH_SIDE;
    return z;
}

/* Keys of a block: words of two lanes of 16 bits, of maps 4w and 4w + 2 in word w, of 4w + 1 and 4w + 3 in
 * word 4 + w. A map's key is its lane plus 32 times its sum. */
#define SNN_KEY_WORDS 8

static inline uint32_t snn_key_word(uint32_t map) { return (map & 1) * 4 + map / 4 % 4; }

static inline uint32_t snn_key_shift(uint32_t map) { return map / 2 % 2 * 16; }

/* Return at least 8 pixels of a map from `pixel` on. May read one byte of the padding. */
static inline uint32_t snn_pixels_at(const uint8_t *map, uint32_t pixel) {
    const uint8_t *byte = map + (pixel >> 3);
    return (byte[0] | (uint32_t)byte[1] << 8) >> (pixel & 7);
}

static inline uint32_t snn_count_bits(uint32_t bits) {
    uint32_t count = 0;
    for (; bits; bits &= bits - 1) ++count;
    return count;
}

#endif
