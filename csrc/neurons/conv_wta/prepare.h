/* SPDX-License-Identifier: Apache-2.0 */
/* prepare.h: what is prepared of a sample, and of thresholds, for a patch that is looked at by best_map.h:
 * keys, the lines of the image, and where there is something. For conv_wta. Internal. */
#ifndef SNN_PLACES_H
#define SNN_PLACES_H

#include "../../weights/dense_rows.h"
#include "../../weights/patch_sums.h"

/* The keys of all maps, 0 before: more for lower thresholds, then for earlier maps. Returns 0 if they do
 * not fit. */
static inline int snn_make_keys(uint32_t *keys, const int16_t *threshold, uint32_t maps,
                                const snn_projection *p, const snn_strips *z) {
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

/* What is on in `count` lines, from the pixel `place` on. A word may reach behind the map: in the
 * workspace, blocks of populations follow it. */
static inline void snn_read_lines(uint32_t *line, uint32_t count, const snn_projection *p,
                                  const uint8_t *map, uint32_t place) {
    uint32_t apart = (uint32_t)p->params.scalars[SNN_PATCH_LINE];
    for (uint32_t *end = line + count; line != end; ++line, place += apart) {
        const uint8_t *byte = map + (place >> 3);
        *line = snn_word_of(byte) >> (place & 7) | (uint32_t)byte[4] << 1 << (31 - (place & 7));
    }
}

/* Bit x: at least `least` pixels of the patch at x are on, if that is 1 or 2; else at least 2. */
static inline uint32_t snn_find(const uint32_t *line, const snn_strips *z, int32_t least) {
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

/* Are `least` pixels of the patch on? */
static SNN_APART int snn_enough(const uint32_t *line, const snn_strips *z, uint32_t at, int32_t least) {
    int32_t count = 0;
    for (uint32_t y = 0; y < z->rows; ++y) count += (int32_t)snn_count_bits(line[y] >> at & z->mask);
    return count >= least;
}

#endif
