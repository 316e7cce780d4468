/* SPDX-License-Identifier: Apache-2.0 */
/* poisson, SOURCES_PER_WORD sources at a time, of the live ones: those that can spike at all. State: the
 * mixed seed, the steps done, the number of live sources, their indices, and their probabilities. */
#include "../kind.h"
#define snn_encoder_poisson AT_LEVEL(snn_encoder_plain_poisson)
#include "simd.h"

#include <string.h>

#include "../encoders/poisson.c" /* NOLINT(bugprone-suspicious-include): parameters, and the numbers drawn
                                  */
#undef snn_encoder_poisson

#define FIRST_PRIME ((int32_t)0x7FEB352D)
#define SECOND_PRIME ((int32_t)0x846CA68Bu)

#define SOURCES_PER_WORD 64u
#define BRANCHLESS_SPIKES 4u
#define STEPS_PER_DRAW 8u /* steps that are drawn from one load of the sources */

typedef struct {
    uint32_t key, done, live;
} memory;

/* As mix without its last operation, which does not change the upper half. */
static inline i32v mix_vector(i32v x) {
    x = i32_mul(i32_xor(x, u32_shr(x, 16)), i32_set(FIRST_PRIME));
    return i32_mul(i32_xor(x, u32_shr(x, 15)), i32_set(SECOND_PRIME));
}

/* Return the words of the live sources: lists are padded to whole words. */
static uint32_t words(const snn_encoder *encoder) {
    return (encoder->size + SOURCES_PER_WORD - 1) / SOURCES_PER_WORD;
}

static uint16_t *sources(memory *m) { return (uint16_t *)(m + 1); }

static uint32_t state_in_vectors(const snn_encoder *encoder) {
    return (uint32_t)sizeof(memory) + words(encoder) * (uint32_t)(SOURCES_PER_WORD * 2 * sizeof(uint16_t) +
                                                                  STEPS_PER_DRAW * sizeof(uint64_t));
}

/* Include what append_word writes beyond the last spike. */
static uint16_t most_spikes(const snn_encoder *encoder) {
    return (uint16_t)(encoder->size < UINT16_MAX - BRANCHLESS_SPIKES ? encoder->size + BRANCHLESS_SPIKES
                                                                     : UINT16_MAX);
}

/* Append the sources from `first` up to `end` that can spike. Return the new number of live sources. */
static inline uint32_t list_live(uint16_t *source, uint16_t *chance, uint32_t live, const uint8_t *sample,
                                 uint32_t first, uint32_t end, uint32_t gain) {
    for (uint32_t i = first; i < end; ++i) {
        uint32_t p = (sample[i] * gain + 0x80u) >> 8;
        source[live] = (uint16_t)i;
        chance[live] = (uint16_t)(p < UINT16_MAX ? p : UINT16_MAX);
        live += p != 0;
    }
    return live;
}

static uint16_t begin_in_vectors(const snn_encoder *encoder, void *state, const uint8_t *sample) {
    const uint32_t gain = (uint32_t)encoder->params.scalars[GAIN], size = encoder->size;
    uint32_t live = 0, i = 0;
    uint16_t *source = sources(state), *chance = source + words(encoder) * SOURCES_PER_WORD;
    for (; i + 8 <= size; i += 8) {
        uint64_t eight;
        memcpy(&eight, sample + i, sizeof eight);
        if (eight) live = list_live(source, chance, live, sample, i, i + 8, gain);
    }
    live = list_live(source, chance, live, sample, i, size, gain);
    ((memory *)state)->key = mix((uint32_t)encoder->params.scalars[SEED] ^ 0x9E3779B9u);
    ((memory *)state)->live = live;
    for (; live % SOURCES_PER_WORD; ++live) chance[live] = 0;
    return 0;
}

/* Append the sources of the bits that are set. Few are, and their number is hard to predict: the first
 * BRANCHLESS_SPIKES are written without a branch, even if they are none. */
static inline uint32_t append_word(uint16_t *spikes, uint32_t count, const uint16_t *source,
                                   uint64_t bits) {
    uint32_t end = count + (uint32_t)__builtin_popcountll(bits);
    uint16_t *next = spikes + count;
    for (uint32_t k = 0; k < BRANCHLESS_SPIKES; ++k, bits &= bits - 1)
        *next++ = source[__builtin_ctzll(bits | (uint64_t)1 << 63)];
    for (; bits; bits &= bits - 1) *next++ = source[__builtin_ctzll(bits)];
    return end;
}

/* Set bit k of spiked[t] if the k-th of LANES16 sources spikes in step t. */
static inline void draw(const i32v *key, const uint16_t *source, const uint16_t *chance, uint32_t *spiked) {
    i32v low = u32_from16(source), high = u32_from16(source + LANES32);
    i16v p = i16_load(chance);
    for (uint32_t t = 0; t < STEPS_PER_DRAW; ++t) {
        i32v a = mix_vector(i32_add(key[t], low)), b = mix_vector(i32_add(key[t], high));
        spiked[t] = m16_bits(u16_lt(i16_join_high(a, b), p));
    }
}

/* Draw all words of the next STEPS_PER_DRAW steps. */
static void draw_steps(const snn_encoder *encoder, memory *m, uint8_t *bits) {
    const uint16_t *source = sources(m), *chance = source + words(encoder) * SOURCES_PER_WORD;
    i32v key[STEPS_PER_DRAW];
    uint32_t spiked[STEPS_PER_DRAW];
    for (uint32_t t = 0; t < STEPS_PER_DRAW; ++t) key[t] = i32_set((int32_t)mix(m->key + m->done + t));
    for (uint32_t first = 0; first < m->live;
         first += SOURCES_PER_WORD, bits += STEPS_PER_DRAW * sizeof(uint64_t)) {
        uint64_t word[STEPS_PER_DRAW] = {0};
        for (uint32_t k = 0; k < SOURCES_PER_WORD && first + k < m->live; k += LANES16) {
            draw(key, source + first + k, chance + first + k, spiked);
            for (uint32_t t = 0; t < STEPS_PER_DRAW; ++t) word[t] |= (uint64_t)spiked[t] << k;
        }
        memcpy(bits, word, sizeof word);
    }
}

static uint16_t step_in_vectors(const snn_encoder *encoder, void *state, uint16_t *spikes) {
    memory *m = state;
    const uint16_t *source = sources(m);
    uint8_t *bits =
        (uint8_t *)state + sizeof(memory) + words(encoder) * SOURCES_PER_WORD * 2 * sizeof(uint16_t);
    uint32_t count = 0, turn = m->done % STEPS_PER_DRAW;
    uint64_t word;
    if (!turn) draw_steps(encoder, m, bits);
    ++m->done;
    for (uint32_t first = 0; first < m->live;
         first += SOURCES_PER_WORD, bits += STEPS_PER_DRAW * sizeof word) {
        memcpy(&word, bits + turn * sizeof word, sizeof word);
        count = append_word(spikes, count, source + first, word);
    }
    return (uint16_t)count;
}

const snn_encoder_kind AT_LEVEL(snn_encoder_poisson) = {TRAITS, .state_size = state_in_vectors,
                                                        .max_spikes = most_spikes,
                                                        .begin = begin_in_vectors, .step = step_in_vectors};
