/* SPDX-License-Identifier: Apache-2.0 */
/* prepare.h: what conv_wta prepares for best_map.h: keys from the thresholds, the lines of the image, and
 * the positions with enough active pixels. Internal. */
#ifndef SNN_PREPARE_H
#define SNN_PREPARE_H

#include "../../weights/dense_rows.h"
#include "../../weights/patch_sums.h"

/* Write the keys of all maps over zeros: larger for lower thresholds, then for earlier maps. Return 0 if a
 * key plus 32 times a sum may not fit 16 bits. */
static inline int snn_make_keys(uint32_t *keys, const SNN_FLASH int16_t *threshold, uint32_t maps,
                                const snn_projection *p, const snn_patch_table *z) {
    int32_t most = threshold[0], lowest = threshold[0];
    for (uint32_t k = 1; k < maps; ++k) {
        most = threshold[k] > most ? threshold[k] : most;
        lowest = threshold[k] < lowest ? threshold[k] : lowest;
    }
    for (uint32_t k = 0; k < maps; ++k)
        keys[k / SNN_BLOCK * SNN_KEY_WORDS + snn_key_word(k)] |=
            ((uint32_t)(most - threshold[k]) << 4 | (15 - k % SNN_BLOCK)) << snn_key_shift(k);
    return 2 * z->rows * z->columns * snn_largest_code(p) + (uint32_t)(most - lowest) < 1u << 12;
}

/* Read `count` lines of 32 pixels, from `pixel` on. Each reads five bytes, of which four may belong to the
 * padding of the map. Pixels beyond the map are undefined. */
static inline void snn_read_lines(uint32_t *line, uint32_t count, const snn_projection *p,
                                  const uint8_t *map, uint32_t pixel) {
    uint32_t apart = (uint32_t)p->params.scalars[SNN_PATCH_IMAGE_WIDTH];
    for (uint32_t *end = line + count; line != end; ++line, pixel += apart) {
        const uint8_t *byte = map + (pixel >> 3);
        *line = snn_word_of(byte) >> (pixel & 7) | (uint32_t)byte[4] << 1 << (31 - (pixel & 7));
    }
}

/* Return the positions of a row whose patch has at least min(`least`, 2) active pixels: bit x for the patch
 * that begins at pixel x. */
static inline uint32_t snn_find(const uint32_t *line, const snn_patch_table *z, int32_t least) {
    uint32_t one = 0, two = 0, any = 0, more = 0;
    for (uint32_t y = 0; y < z->rows; ++y) {
        two |= one & line[y];
        one |= line[y];
    }
    if (least < 2) two = one;
    for (uint32_t x = 0; one && x < z->columns; ++x, one >>= 1, two >>= 1) {
        more |= two | (any & one);
        any |= one;
    }
    return more;
}

/* Return 1 if at least `least` pixels of the patch are active. */
static SNN_NOINLINE int snn_enough(const uint32_t *line, const snn_patch_table *z, uint32_t at,
                                   int32_t least) {
    int32_t count = 0;
    for (uint32_t y = 0; y < z->rows; ++y) count += (int32_t)snn_count_bits(line[y] >> at & z->mask);
    return count >= least;
}

#endif
