/* SPDX-License-Identifier: Apache-2.0 */
/* best_map.h: the best of 16 maps at a position, for codes of 4 bits or 1 in patches up to 5 pixels wide,
 * where conv_wta spends most of its time. This is plain C over words of 32 bits. MCU kernels of the same
 * path in mcu/ give the same bits in the instructions of one core. Internal. */
#ifndef SNN_BEST_MAP_H
#define SNN_BEST_MAP_H

#include "../../weights/dense_rows.h"
#include "../../weights/patch_sums.h"

#define SNN_EVEN_BYTES 0x00FF00FFu

static inline uint32_t snn_larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* Return the largest key of a block of 16 maps, over the patch that begins at bit `at` of these lines: two
 * groups of strips at most. The key of a map is its lane of `keys` plus 32 times its sum, below 2^16. */
static SNN_NOINLINE uint32_t snn_best_key(const SNN_FLASH uint8_t *block, const snn_patch_table *z,
                                          const uint32_t *line, uint32_t at, const uint32_t *keys) {
    uint32_t mask = z->mask, best = 0, a[4], b[4], *sum = a; /* a byte per map */
    for (uint32_t w = 0; w < 4; ++w) a[w] = b[w] = 0;
    const uint32_t *end = line + z->rows, *next = line + z->group;
    for (block -= SNN_BLOCK; line != end; block += mask * SNN_BLOCK) { /* the empty set has no entry */
        uint32_t set = *line++ >> at & mask;
        const SNN_FLASH uint8_t *entry = snn_aligned_codes(block + set * SNN_BLOCK);
        if (set)
            for (uint32_t w = 0; w < 4; ++w) sum[w] += snn_codes_of(entry + 4 * w);
        if (line == next) sum = b;
    }
    for (uint32_t w = 0; w < 4; ++w) {
        uint32_t even = (a[w] & SNN_EVEN_BYTES) + (b[w] & SNN_EVEN_BYTES);
        uint32_t odd = (a[w] >> 8 & SNN_EVEN_BYTES) + (b[w] >> 8 & SNN_EVEN_BYTES);
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
