/* SPDX-License-Identifier: Apache-2.0 */
/* poisson, WORD sources at a time, of those that can spike at all: state is the mixed seed, the
 * steps done, how many these are, their numbers, and their chances. */
#include "../kind.h"
#define snn_encoder_poisson AT_LEVEL(snn_encoder_plain_poisson)
#include "simd.h"

#include <string.h>

#include "../encoders/poisson.c" /* NOLINT(bugprone-suspicious-include): parameters, and the numbers drawn */
#undef snn_encoder_poisson

#define FIRST_PRIME ((int32_t)0x7FEB352D)
#define SECOND_PRIME ((int32_t)0x846CA68Bu)

#define WORD 64u
#define FEW 4u
#define AHEAD 8u /* steps that are drawn at a time: sources are loaded once for all */

typedef struct {
    uint32_t key, done, live;
} memory;

/* mix(x), whose upper half is the same without the last step. */
static inline i32v mixed(i32v x) {
    x = i32_mul(i32_xor(x, u32_shr(x, 16)), i32_set(FIRST_PRIME));
    return i32_mul(i32_xor(x, u32_shr(x, 15)), i32_set(SECOND_PRIME));
}

/* The lists are as long as whole words. */
static uint32_t words(const snn_encoder *encoder) { return (encoder->size + WORD - 1) / WORD; }

static uint16_t *sources(memory *m) { return (uint16_t *)(m + 1); }

static uint32_t state_in_vectors(const snn_encoder *encoder) {
    return (uint32_t)sizeof(memory) +
           words(encoder) * (uint32_t)(WORD * 2 * sizeof(uint16_t) + AHEAD * sizeof(uint64_t));
}

/* Has room for what append_few writes beyond the last spike. */
static uint16_t most_spikes(const snn_encoder *encoder) {
    return (uint16_t)(encoder->size < UINT16_MAX - FEW ? encoder->size + FEW : UINT16_MAX);
}

/* List the sources from `first` up to `end` that can spike, behind `live` others. */
static inline uint32_t list(uint16_t *source, uint16_t *chance, uint32_t live, const uint8_t *sample,
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
    uint16_t *source = sources(state), *chance = source + words(encoder) * WORD;
    for (; i + 8 <= size; i += 8) {
        uint64_t eight;
        memcpy(&eight, sample + i, sizeof eight);
        if (eight) live = list(source, chance, live, sample, i, i + 8, gain);
    }
    live = list(source, chance, live, sample, i, size, gain);
    ((memory *)state)->key = mix((uint32_t)encoder->params.scalars[SEED] ^ 0x9E3779B9u);
    ((memory *)state)->live = live;
    for (; live % WORD; ++live) chance[live] = 0;
    return 0;
}

/* Append the sources of the bits that are set. Few are, of those that nobody can foretell: the first FEW
 * are written without a branch, whether they are there or not. */
static inline uint32_t append_few(uint16_t *spikes, uint32_t count, const uint16_t *source, uint64_t bits) {
    uint32_t end = count + (uint32_t)__builtin_popcountll(bits);
    uint16_t *next = spikes + count;
    for (uint32_t k = 0; k < FEW; ++k, bits &= bits - 1)
        *next++ = source[__builtin_ctzll(bits | (uint64_t)1 << 63)];
    for (; bits; bits &= bits - 1) *next++ = source[__builtin_ctzll(bits)];
    return end;
}

/* Bit k of spiked[t]: the k-th of LANES16 sources spikes in step t of AHEAD. */
static inline void draw(const i32v *key, const uint16_t *source, const uint16_t *chance, uint32_t *spiked) {
    i32v low = u32_from16(source), high = u32_from16(source + LANES32);
    i16v p = i16_load(chance);
    for (uint32_t t = 0; t < AHEAD; ++t) {
        i32v a = mixed(i32_add(key[t], low)), b = mixed(i32_add(key[t], high));
        spiked[t] = m16_bits(u16_lt(i16_join_high(a, b), p));
    }
}

/* All words of the next AHEAD steps, those of a step one after the other. */
static void draw_ahead(const snn_encoder *encoder, memory *m, uint8_t *bits) {
    const uint16_t *source = sources(m), *chance = source + words(encoder) * WORD;
    i32v key[AHEAD];
    uint32_t spiked[AHEAD];
    for (uint32_t t = 0; t < AHEAD; ++t) key[t] = i32_set((int32_t)mix(m->key + m->done + t));
    for (uint32_t first = 0; first < m->live; first += WORD, bits += AHEAD * sizeof(uint64_t)) {
        uint64_t word[AHEAD] = {0};
        for (uint32_t k = 0; k < WORD && first + k < m->live; k += LANES16) {
            draw(key, source + first + k, chance + first + k, spiked);
            for (uint32_t t = 0; t < AHEAD; ++t) word[t] |= (uint64_t)spiked[t] << k;
        }
        memcpy(bits, word, sizeof word);
    }
}

static uint16_t step_in_vectors(const snn_encoder *encoder, void *state, uint16_t *spikes) {
    memory *m = state;
    const uint16_t *source = sources(m);
    uint8_t *bits = (uint8_t *)state + sizeof(memory) + words(encoder) * WORD * 2 * sizeof(uint16_t);
    uint32_t count = 0, turn = m->done % AHEAD;
    uint64_t word;
    if (!turn) draw_ahead(encoder, m, bits);
    ++m->done;
    for (uint32_t first = 0; first < m->live; first += WORD, bits += AHEAD * sizeof word) {
        memcpy(&word, bits + turn * sizeof word, sizeof word);
        count = append_few(spikes, count, source + first, word);
    }
    return (uint16_t)count;
}

const snn_encoder_kind AT_LEVEL(snn_encoder_poisson) = {TRAITS, .state_size = state_in_vectors,
                                                        .max_spikes = most_spikes,
                                                        .begin = begin_in_vectors, .step = step_in_vectors};
