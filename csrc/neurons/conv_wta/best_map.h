/* SPDX-License-Identifier: Apache-2.0 */
/* best_map.h: the winner of 16 maps at a place, for codes of 4 bits or 1 in patches up to 5 pixels wide:
 * what conv_wta does most of the time. Plain C over words of 32 bits; a file of the same path in mcu/ has
 * it in the instructions of a core, to the bit. Internal. */
#ifndef SNN_PATCH_H
#define SNN_PATCH_H

#include "../../weights/dense_rows.h"
#include "../../weights/patch_sums.h"

#define SNN_LANES_EVEN 0x00FF00FFu

static inline uint32_t snn_larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* The largest key of a block of 16 maps, over the patch that begins at bit `at` of these lines: 2 groups of
 * strips at most. The key of a map is its lane of `keys` and 32 times its sum: below 2^16. */
static SNN_APART uint32_t snn_best_key(const uint8_t *block, const snn_strips *z, const uint32_t *line,
                                       uint32_t at, const uint32_t *keys) {
    uint32_t mask = z->mask, best = 0, a[4], b[4], *sum = a; /* a byte per map */
    for (uint32_t w = 0; w < 4; ++w) a[w] = b[w] = 0;
    const uint32_t *end = line + z->rows, *next = line + z->group;
    for (block -= SNN_BLOCK; line != end; block += mask * SNN_BLOCK) { /* the empty set has no entry */
        uint32_t set = *line++ >> at & mask;
        const uint8_t *entry = snn_aligned(block + set * SNN_BLOCK);
        if (set)
            for (uint32_t w = 0; w < 4; ++w) sum[w] += snn_word_of(entry + 4 * w);
        if (line == next) sum = b;
    }
    for (uint32_t w = 0; w < 4; ++w) {
        uint32_t even = (a[w] & SNN_LANES_EVEN) + (b[w] & SNN_LANES_EVEN);
        uint32_t odd = (a[w] >> 8 & SNN_LANES_EVEN) + (b[w] >> 8 & SNN_LANES_EVEN);
        even = (even << 5) + keys[w];
        odd = (odd << 5) + keys[w + 4];
        best = snn_larger(best, even & 0xFFFFu);
        best = snn_larger(best, even >> 16);
        best = snn_larger(best, odd & 0xFFFFu);
        best = snn_larger(best, odd >> 16);
    }
    return best;
}

#endif
