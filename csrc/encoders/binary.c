/* SPDX-License-Identifier: Apache-2.0 */
/* binary: every bright input spikes once, when the sample begins. integer-contract.md, "binary". State: the
 * map. */
#include "../kind.h"
#include "../weights/dense_rows.h"

enum { THRESHOLD }; /* scalars: gray value */

static uint32_t state_size(const snn_encoder *encoder) { return snn_map_size(encoder->size); }

static uint16_t max_spikes(const snn_encoder *encoder) {
    (void)encoder;
    return 0;
}

/* Set bit 7 of each byte that is at least `threshold`. */
static inline uint32_t bright(uint32_t gray, uint32_t threshold) {
    uint32_t high = 0x80808080u, above = (gray | high) - (threshold & 127) * 0x01010101u;
    return (threshold & 128 ? gray & above : gray | above) & high;
}

/* Move bits 7, 15, 23, 31 to 0, 1, 2, 3. */
static inline uint32_t compress(uint32_t bits) { return (bits >> 7) * 0x10204080u >> 28; }

/* Write whole bytes of the map from an aligned sample; most words are black. Return the bright pixels. */
static uint16_t begin_words(uint8_t *map, const uint8_t *sample, uint32_t size, uint32_t threshold) {
    uint32_t count = 0;
    for (const uint8_t *end = sample + size / 8 * 8; sample != end; sample += 8, ++map) {
        uint32_t low = snn_word_of(snn_aligned(sample)), high = snn_word_of(snn_aligned(sample + 4));
        if (!(low | high)) continue;
        low = bright(low, threshold), high = bright(high, threshold);
        *map = (uint8_t)(compress(low) | compress(high) << 4);
        count += ((low >> 7) + (high >> 7)) * 0x01010101u >> 24;
    }
    return (uint16_t)count;
}

static uint16_t begin(const snn_encoder *encoder, void *state, const uint8_t *sample) {
    int32_t threshold = encoder->params.scalars[THRESHOLD];
    uint32_t first = (uintptr_t)sample % 4 || !threshold ? 0 : encoder->size / 8u * 8u;
    uint8_t *map = state;
    uint16_t count = first ? begin_words(map, sample, first, (uint32_t)threshold) : 0;
    for (uint32_t i = first; i < encoder->size; ++i) {
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

#define TRAITS                                                                                             \
    .info = {"binary", "threshold", ""}, .state_size = state_size, .max_spikes = max_spikes, .step = step, \
    .keeps_map = 1, .map_is_final = 1

const snn_encoder_kind snn_encoder_binary = {TRAITS, .begin = begin};
