/* SPDX-License-Identifier: Apache-2.0 */
/* patch.h: the winner of 16 maps at a place, for codes of 4 bits or 1 in patches up to 5 pixels wide: what
 * conv_wta does most of the time. Plain C over words of 32 bits; arch/<core>/patch.h has it in the
 * instructions of a core, to the bit. Internal. */
#ifndef SNN_PATCH_H
#define SNN_PATCH_H

#include "rows.h"
#include "strips.h"

/* Functions that need all registers of a small core are not made part of their callers. */
#ifdef __GNUC__
#define SNN_APART __attribute__((noinline))
#else
#define SNN_APART
#endif

/* Words of two lanes of 16 bits. In word w of a block: lanes 4w and 4w + 2; in word 4 + w: 4w + 1 and 4w
 * + 3.
 */
#define SNN_LANE_WORDS 8
#define SNN_GROUPS 3 /* of strips that a patch has, at most */
#define SNN_LANES_EVEN 0x00FF00FFu

static inline uint32_t snn_lane_word(uint32_t lane) { return (lane & 1) * 4 + lane / 4 % 4; }

static inline uint32_t snn_lane_shift(uint32_t lane) { return lane / 2 % 2 * 16; }

static inline uint32_t snn_larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* The largest key of a block of 16 maps, whose entries in strip 0 begin at `strip`, over the patch that
 * begins at bit `at` of these lines. The key of a map is its lane of `keys` and 32 times its sum: below
 * 2^16.
 */
static SNN_APART uint32_t snn_best_key(const uint8_t *strip, const snn_strips *z, const uint32_t *line,
                                       uint32_t at, const uint32_t *keys) {
    uint32_t bytes[4 * SNN_GROUPS], *sums = bytes, best = 0; /* of each group */
    uint32_t mask = z->mask, entry = z->entry, left = z->rows, group = z->group;
    strip -= entry; /* the empty set has no entry */
    do {
        uint32_t n = group < left ? group : left, a = 0, b = 0, c = 0, d = 0;
        left -= n;
        do {
            uint32_t set = *line++ >> at & mask;
            if (set) {
                const uint8_t *word = snn_aligned(strip + set * entry);
                a += snn_word_of(word), b += snn_word_of(word + 4);
                c += snn_word_of(word + 8), d += snn_word_of(word + 12);
            }
            strip += mask * entry;
        } while (--n);
        sums[0] = a, sums[1] = b, sums[2] = c, sums[3] = d;
        sums += 4;
    } while (left);
    for (uint32_t w = 0; w < 4; ++w) {
        uint32_t even = 0, odd = 0;
        for (const uint32_t *sum = bytes + w; sum < sums; sum += 4) {
            even += *sum & SNN_LANES_EVEN;
            odd += *sum >> 8 & SNN_LANES_EVEN;
        }
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
