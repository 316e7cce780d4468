/* SPDX-License-Identifier: Apache-2.0 */
/* patch: one patch of weights for all positions on the source's map. integer-contract.md, "patch".
 * Packed weights: weights/patch_sums.h. */
#include "../kind.h"
#include "../weights/patch_sums.h"

/* Write the active pixels of the patch, one word per row. Return their number, or 0 if they are too few. */
static uint16_t active_pixels(const snn_projection *projection, const uint8_t *map, uint32_t pixel,
                              uint32_t *rows) {
    const int32_t *s = projection->params.scalars;
    uint32_t mask = (1u << s[SNN_PATCH_WIDTH]) - 1u;
    int32_t count = 0;
    for (int32_t y = 0; y < s[SNN_PATCH_HEIGHT]; ++y, pixel += (uint32_t)s[SNN_PATCH_IMAGE_WIDTH]) {
        rows[y] = snn_pixels_at(map, pixel) & mask;
        count += (int32_t)snn_count_bits(rows[y]);
    }
    return count < s[SNN_PATCH_MIN_ACTIVE] ? 0 : (uint16_t)count;
}

#include "../weights/sums_16.h"
#include "patch/propagate.h"
#include "../weights/sums_32.h"
#include "patch/propagate.h"

const snn_synapse_kind snn_synapse_patch = {
    .info = {"patch", "zero_point rows columns image_width min_active", ""},
    .propagate_at_16 = propagate_at_16,
    .propagate_at_32 = propagate_at_32,
    .patch_sums = 1};
