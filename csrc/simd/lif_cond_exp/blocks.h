/* SPDX-License-Identifier: Apache-2.0 */
/* blocks.h: the state of lif_cond_exp at a SIMD level, and the walk over its blocks of LANES16 neurons.
 * The membranes come first, then all else of a block side by side. Lanes behind the last neuron hold any
 * value and never fire. Needs the plain kind's source before it. */
#ifndef SNN_BLOCKS_H
#define SNN_BLOCKS_H

#include "../synaptic_input.h"

typedef struct {
    int16_t g_e[LANES16], g_i[LANES16]; /* conductances */
    int16_t refractory_left[LANES16];
    int16_t threshold[LANES16]; /* a copy */
} block;

/* Flags of a block: some g_e is not 0; the g_i differ, else all are `common_g_i`; some neuron is
 * refractory; without input and any of these, nothing changes in a step. */
enum { EXCITED = 1, INHIBITED = 2, IN_REFRACTORY = 4, INACTIVE = 8 };

typedef struct {
    int16_t common_g_i;
    uint16_t flags;
} block_state;

/* Of all blocks: thresholds have been copied; some block is not inactive. */
typedef struct {
    uint16_t begun, active;
} summary;

/* A population in one step. */
typedef struct {
    const int32_t *scalars;
    int16_t *v;
    block *blocks;
    block_state *states;
    summary *all;
    uint8_t *zero_row;
    uint16_t *spikes, count;
    uint32_t size;
    uint32_t *saturations;
} context;

static uint32_t lanes(uint32_t size) { return (size + PAIR - 1) / PAIR * PAIR; }

static uint32_t state_in_blocks(const snn_population *population) {
    uint32_t n = lanes(population->size);
    return n * (uint32_t)(sizeof(int16_t) + 1) +
           n / LANES16 * (uint32_t)(sizeof(block) + sizeof(block_state)) + (uint32_t)sizeof(summary);
}

static context context_of(const snn_population *population, void *state, uint16_t *spikes,
                          uint32_t *saturations) {
    uint32_t n = lanes(population->size);
    context c = {population->params.scalars, state, 0, 0, 0, 0, spikes, 0, population->size, saturations};
    c.blocks = (block *)(void *)(c.v + n);
    c.states = (block_state *)(void *)(c.blocks + n / LANES16);
    c.all = (summary *)(void *)(c.states + n / LANES16);
    c.zero_row = (uint8_t *)(c.all + 1);
    return c;
}

/* A block, whose first neuron is j. */
typedef struct {
    uint32_t j;
    int16_t *v;
    block *block;
    block_state *state;
} cursor;

static SNN_ALWAYS_INLINE cursor after(cursor at, uint32_t blocks) {
    cursor next = {at.j + blocks * LANES16, at.v + blocks * LANES16, at.block + blocks, at.state + blocks};
    return next;
}

static SNN_ALWAYS_INLINE cursor first_of(const context *c) {
    cursor first = {0, c->v, c->blocks, c->states};
    return first;
}

/* Return the number of neurons among the lanes of the block from j on. */
static inline uint32_t neurons(const context *c, uint32_t j) {
    return j + LANES16 <= c->size ? LANES16 : j < c->size ? c->size - j : 0;
}

static void copy_thresholds(const context *c, const int16_t *threshold) {
    for (cursor at = first_of(c); at.j < lanes(c->size); at = after(at, 1)) {
        uint32_t n = neurons(c, at.j);
        for (uint32_t k = n; k < LANES16; ++k) at.block->threshold[k] = INT16_MAX;
        memcpy(at.block->threshold, threshold + at.j, n * sizeof *threshold);
        if (!n) at.state->flags = INACTIVE;
    }
    c->all->begun = 1;
}

#endif
