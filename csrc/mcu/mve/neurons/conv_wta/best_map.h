/* SPDX-License-Identifier: Apache-2.0 */
/* best_map.h in the vectors of a Cortex-M55 (MVE, "Helium"): the 16 maps of a block are the lanes of one.
 */
#ifndef SNN_BEST_MAP_H
#define SNN_BEST_MAP_H

#include <arm_mve.h>

#include "../../weights/dense_rows.h"
#include "../../weights/patch_sums.h"

static inline uint32_t snn_best_key(const uint8_t *block, const snn_patch_table *z, const uint32_t *line,
                                    uint32_t at, const uint32_t *keys) {
    uint32_t mask = z->mask;
    const uint32_t *end = line + z->rows, *next = line + z->group;
    uint8x16_t a = vdupq_n_u8(0), b = a;
    block -= SNN_BLOCK; /* the empty set has no entry */
    if (next > end) next = end;
    do {
        uint32_t set = *line++ >> at & mask;
        if (set) a = vaddq_u8(a, vld1q_u8(block + set * SNN_BLOCK));
        block += mask * SNN_BLOCK;
    } while (line != next);
    for (; line != end; block += mask * SNN_BLOCK) {
        uint32_t set = *line++ >> at & mask;
        if (set) b = vaddq_u8(b, vld1q_u8(block + set * SNN_BLOCK));
    }
    uint16x8_t even = vaddq_u16(vmovlbq_u8(a), vmovlbq_u8(b)),
               odd = vaddq_u16(vmovltq_u8(a), vmovltq_u8(b));
    even = vaddq_u16(vshlq_n_u16(even, 5), vld1q_u16((const uint16_t *)keys));
    odd = vaddq_u16(vshlq_n_u16(odd, 5), vld1q_u16((const uint16_t *)(keys + 4)));
    return vmaxvq_u16(0, vmaxq_u16(even, odd));
}

#endif
