/* SPDX-License-Identifier: Apache-2.0 */
/* workspace.c: lay out the workspace of a model. */
#include "workspace.h"

static uint32_t list_size(uint16_t capacity) {
    return (uint32_t)sizeof(snn_spike_list) + snn_pad4(capacity * (uint32_t)sizeof(uint16_t));
}

static uint16_t sum_count(const snn_population *p) { return p->kind->sums ? p->kind->sums(p) : p->size; }

static uint32_t sum_size(const snn_population *p) {
    return snn_pad4(sum_count(p) * (uint32_t)(p->wide ? sizeof(int32_t) : sizeof(int16_t)));
}

/* Return a block at `offset`; its lists have `list` bytes each, its sums `sum` bytes. */
static snn_block block_of(uint32_t offset, uint8_t history, uint32_t list, uint32_t sum,
                          uint8_t alignment) {
    snn_block b = {offset, list, 0, 0, (uint16_t)(history + 1u), 0, 0, 0};
    uint32_t to = alignment ? alignment : 4;
    b.sum = snn_padded(offset + b.list_count * list, to);
    b.state = snn_padded(b.sum + sum, to);
    return b;
}

/* Return the number of projections into a population, of which `first` is the first: they are sorted. */
static uint16_t projections_to(const snn_model *m, uint16_t population, uint16_t first) {
    uint16_t k = first;
    while (k < m->n_projections && m->projections[k].target == population) ++k;
    return (uint16_t)(k - first);
}

uint32_t snn_lay_out(const snn_model *m, snn_block *table) {
    const snn_encoder *e = &m->encoder;
    uint32_t list = list_size(e->kind->max_spikes(e));
    snn_block b = block_of(snn_table_size(m), e->history, list, 0, e->kind->alignment);
    uint32_t end = b.state + snn_pad4(e->kind->state_size(e));
    uint16_t projections = 0;
    if (table) table[0] = b;
    /* One block is far below 2^31 bytes, so that no sum wraps. */
    for (uint16_t k = 0; k < m->n_populations && end <= SNN_MAX_WORKSPACE; ++k) {
        const snn_population *p = &m->populations[k];
        list = list_size(p->kind->max_spikes(p));
        b = block_of(end, p->history, list, sum_size(p), p->kind->alignment);
        b.targets = sum_count(p);
        b.projections = projections_to(m, k, projections);
        projections = (uint16_t)(projections + b.projections);
        end = b.state + snn_pad4(p->kind->state_size(p));
        if (table) table[k + 1] = b;
    }
    if (end > SNN_MAX_WORKSPACE) return 0;
    if (table) *(uint32_t *)(table + m->n_populations + 1) = end;
    return end + snn_votes_size(m);
}

uint32_t snn_workspace_size(const snn_model *m) { return snn_lay_out(m, 0); }
