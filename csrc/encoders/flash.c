/* SPDX-License-Identifier: Apache-2.0 */
/* flash: every bright input spikes once, at once. docs/fixed-point.md, "flash". State: the map. */
#include "../kinds.h"

enum { THRESHOLD }; /* scalars: gray value */

static uint32_t state_size(const snn_encoder *encoder) { return (encoder->size + 7u) / 8u + 1u; }

static uint16_t max_spikes(const snn_encoder *encoder) {
    (void)encoder;
    return 0;
}

static uint16_t begin(const snn_encoder *encoder, void *state, const uint8_t *sample) {
    int32_t threshold = encoder->params.scalars[THRESHOLD];
    uint8_t *map = state;
    uint16_t count = 0;
    for (uint16_t i = 0; i < encoder->size; ++i) {
        if (sample[i] < threshold) continue;
        map[i >> 3] = (uint8_t)(map[i >> 3] | 1u << (i & 7));
        ++count;
    }
    return count;
}

static uint16_t step(const snn_encoder *encoder, void *state, uint16_t *spikes) {
    (void)encoder, (void)state, (void)spikes;
    return 0;
}

const snn_encoder_kind snn_encoder_flash = {
    {"flash", "threshold", ""}, state_size, max_spikes, begin, step, 1, 4};
