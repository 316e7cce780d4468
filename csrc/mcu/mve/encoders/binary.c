/* SPDX-License-Identifier: Apache-2.0 */
/* binary in the vectors of a Cortex-M55: 16 pixels compared at once are two bytes of the map. */
#include <arm_mve.h>

#include "../kind.h"

enum { THRESHOLD }; /* scalars: gray value */

static uint32_t state_size(const snn_encoder *encoder) { return snn_map_size(encoder->size); }

static uint16_t max_spikes(const snn_encoder *encoder) {
    (void)encoder;
    return 0;
}

static uint16_t begin(const snn_encoder *encoder, void *state, const uint8_t *sample) {
    uint8_t threshold = (uint8_t)encoder->params.scalars[THRESHOLD], *map = state;
    uint32_t count = 0;
    for (uint32_t left = encoder->size; left; left -= left < 16 ? left : 16, sample += 16, map += 2) {
        mve_pred16_t there = vctp8q(left);
        mve_pred16_t on = vcmpcsq_m_n_u8(vldrbq_z_u8(sample, there), threshold, there);
        map[0] = (uint8_t)on;
        map[1] = (uint8_t)(on >> 8); /* behind the map, of zeros, at most */
        count = vaddvaq_p_u8(count, vdupq_n_u8(1), on);
    }
    return (uint16_t)count;
}

static uint16_t step(const snn_encoder *encoder, void *state, uint16_t *spikes) {
    (void)encoder, (void)state, (void)spikes;
    return 0;
}

const snn_encoder_kind snn_encoder_binary = {.info = {"binary", "threshold", ""},
                                             .state_size = state_size,
                                             .max_spikes = max_spikes,
                                             .begin = begin,
                                             .step = step,
                                             .keeps_map = 1,
                                             .map_is_final = 1};
