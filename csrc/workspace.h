/* SPDX-License-Identifier: Apache-2.0 */
/* workspace.h: the memory of one running model. Internal.
 *
 * A table of blocks (encoder, populations, offset of the votes) is followed by what they describe.
 * Encoder:    spike lists, state.
 * Population: spike lists, synaptic sums, state.
 * Votes:      uint16 per class.
 * A source has one spike list, and one more for each step of its history: a ring. Everything is padded to 4
 * bytes, or as its kind states. The layout is the same on every target. */
#ifndef SNN_WORKSPACE_H
#define SNN_WORKSPACE_H

#include "kind.h"

typedef struct {
    uint32_t lists, list_size; /* the ring: bytes from the start of the workspace */
    uint32_t sum, state;
    uint16_t list_count, newest;
    uint16_t targets, projections; /* of a population: its synaptic sums, and the projections into it */
} snn_block;

typedef struct {
    uint32_t count;
    uint16_t spikes[];
} snn_spike_list;

#define SNN_MAX_WORKSPACE 0x40000000u /* bytes: larger models are refused */

/* Write the blocks and the offset of the votes to `table`, unless it is NULL. Return the bytes of the
 * workspace, or 0 if they are more than SNN_MAX_WORKSPACE. */
uint32_t snn_lay_out(const snn_model *model, snn_block *table);

static inline uint32_t snn_padded(uint32_t bytes, uint32_t to) { return (bytes + to - 1) / to * to; }

static inline uint32_t snn_pad4(uint32_t bytes) { return snn_padded(bytes, 4); }

static inline uint32_t snn_votes_size(const snn_model *m) {
    return snn_pad4(m->readout.classes * (uint32_t)sizeof(uint16_t));
}

/* Return the bytes of the table: the blocks, and the offset of the votes. */
static inline uint32_t snn_table_size(const snn_model *m) {
    return ((uint32_t)m->n_populations + 1u) * (uint32_t)sizeof(snn_block) + (uint32_t)sizeof(uint32_t);
}

/* Return 1 if snn_init has bound `s` to a model. */
static inline int snn_ready(const snn_state *s) { return s && s->model; }

/* Return the block of source 0, the encoder, or k + 1, population k. */
static inline snn_block *snn_block_at(const snn_state *s, uint32_t source) {
    return (snn_block *)(void *)s->workspace + source;
}

static inline uint16_t *snn_votes(const snn_state *s) {
    const uint32_t *offset =
        (const uint32_t *)(const void *)snn_block_at(s, (uint32_t)s->model->n_populations + 1u);
    return (uint16_t *)(void *)(s->workspace + *offset);
}

/* Return the list `lag` before the newest one of a source; `lag` is at most their number. Lists from before
 * the first step are empty. */
static inline snn_spike_list *snn_sent(const snn_state *s, uint32_t source, uint32_t lag) {
    const snn_block *b = snn_block_at(s, source);
    uint32_t at = b->newest + (lag > b->newest ? b->list_count : 0u) - lag;
    return (snn_spike_list *)(void *)(s->workspace + b->lists + at * b->list_size);
}

/* Begin a step of a source: its oldest list becomes the newest. The list may be read until it is written.
 */
static inline snn_spike_list *snn_turn(const snn_state *s, snn_block *b) {
    b->newest = b->newest + 1u < b->list_count ? (uint16_t)(b->newest + 1u) : 0;
    return (snn_spike_list *)(void *)(s->workspace + b->lists + b->newest * b->list_size);
}

static inline void *snn_encoder_state(const snn_state *s) {
    return s->workspace + snn_block_at(s, 0)->state;
}

static inline void *snn_population_state(const snn_state *s, uint16_t k) {
    return s->workspace + snn_block_at(s, k + 1u)->state;
}

static inline void snn_clear(void *memory, uint32_t bytes) {
    uint32_t *word = memory;
    for (uint32_t i = 0; i < bytes / 4; ++i) word[i] = 0;
}

static inline uint16_t snn_source_size(const snn_model *m, const snn_projection *p) {
    return p->source == SNN_INPUT ? m->encoder.size : m->populations[p->source].size;
}

#endif
