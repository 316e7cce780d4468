/* SPDX-License-Identifier: Apache-2.0 */
/* step.c: one time step: the synaptic sums, the populations in order, and the votes. */
#include "step.h"

static void undecide(snn_state *s) {
    s->input_spikes = 0;
    s->best = SNN_UNDECIDED;
    s->best_votes = 0;
    s->decided = 0;
}

void snn_reset(snn_state *s) {
    const snn_model *m = s->model;
    for (uint32_t k = 0; k <= m->n_populations; ++k) snn_block_at(s, k)->newest = 0;
    snn_clear(s->workspace + snn_table_size(m), s->size - snn_table_size(m));
    s->saturations = 0;
    s->step = 0;
    undecide(s);
}

void snn_clear_votes(snn_state *s) {
    if (!snn_ready(s)) return;
    snn_clear(snn_votes(s), snn_votes_size(s->model));
    undecide(s);
}

/* Return the spikes that arrive now. Those of a source that is evaluated before the target were sent
 * `delay` steps ago. Those of any other source were sent one step earlier: its ring has not turned yet,
 * unless it is the target itself. */
static const snn_spike_list *arriving(const snn_state *s, const snn_projection *p) {
    uint32_t index = p->source == SNN_INPUT ? 0 : p->source + 1u;
    return snn_sent(s, index, p->delay + (uint32_t)(index == p->target + 1u));
}

static snn_source source_of(const snn_model *m, const snn_projection *p, const snn_spike_list *list) {
    snn_source source = {list->spikes, (uint16_t)list->count, snn_source_size(m, p)};
    return source;
}

/* Count the spikes that arrive at each receptor. */
static void count_arriving(snn_inputs *in) {
    for (int k = 0; k < 2; ++k) {
        in->arrivals[k].only = 0;
        in->arrivals[k].spikes = 0;
        in->arrivals[k].bound = 0;
    }
    for (const snn_projection *p = in->first; p != in->end; ++p) {
        const snn_spike_list *list = arriving(in->state, p);
        snn_arrivals *found = &in->arrivals[p->receptor];
        if (!list->count) continue;
        found->only = found->spikes ? 0 : p;
        found->source = source_of(in->state->model, p, list);
        found->spikes += list->count;
        if (!in->population->wide) continue;
        uint32_t largest = p->kind->one_weight ? snn_largest_weight(p) : snn_largest_code(p);
        found->bound += found->bound <= INT16_MAX ? list->count * largest : 0; /* a product is below 2^31 */
    }
}

static void clear_sum(const snn_inputs *in) {
    snn_clear(in->sum, snn_pad4(in->targets * (uint32_t)(in->wide ? sizeof(int32_t) : sizeof(int16_t))));
}

const void *snn_sum(snn_inputs *in, uint8_t receptor) {
    in->wide = in->arrivals[receptor].bound > INT16_MAX;
    clear_sum(in);
    for (const snn_projection *p = in->first; p != in->end; ++p) {
        const snn_spike_list *list = arriving(in->state, p);
        if (p->receptor != receptor || !list->count) continue;
        const snn_source source = source_of(in->state->model, p, list);
        if (in->wide)
            p->kind->propagate_32(p, &source, in->targets, in->sum);
        else
            p->kind->propagate_16(p, &source, in->targets, in->sum);
    }
    return in->sum;
}

const void *snn_sum_at(snn_inputs *in, uint16_t pixel) {
    const uint8_t *map = in->input_map;
    in->wide = in->population->wide;
    if (in->active_pixels) clear_sum(in); /* else the sums are still 0 */
    in->active_pixels = 0;
    for (const snn_projection *p = in->first; p != in->end; ++p)
        in->active_pixels += in->wide ? p->kind->propagate_at_32(p, map, pixel, in->targets, in->sum)
                                      : p->kind->propagate_at_16(p, map, pixel, in->targets, in->sum);
    return in->sum;
}

/* Step population k. `next` is the first projection into it; projections are sorted by target. Return the
 * first projection into the next population. */
static const snn_projection *step_population(snn_state *s, uint16_t k, const snn_projection *next) {
    const snn_population *p = &s->model->populations[k];
    snn_block *b = snn_block_at(s, k + 1u);
    snn_inputs inputs; /* set field by field: to clear all of it takes longer than many a step */
    inputs.state = s;
    inputs.population = p;
    inputs.first = next;
    inputs.end = next + b->projections;
    inputs.input_map = 0;
    inputs.active_pixels = 1; /* the sums may not be 0 */
    inputs.sum = s->workspace + b->sum;
    inputs.targets = b->targets;
    snn_spike_list *list = snn_turn(s, b);
    if (p->kind->scans) {
        inputs.input_map = snn_encoder_state(s);
        inputs.map_is_final = s->model->encoder.kind->map_is_final;
    } else {
        count_arriving(&inputs);
    }
    list->count = p->kind->step(p, s->workspace + b->state, &inputs, list->spikes, &s->saturations);
    return inputs.end;
}

/* Return the votes by which the leading class is ahead. */
static uint16_t lead(const snn_state *s) {
    const uint16_t *v = snn_votes(s);
    uint16_t second = 0;
    for (uint16_t c = 0; c < s->model->readout.classes; ++c)
        if ((int32_t)c != s->best && v[c] > second) second = v[c];
    return (uint16_t)(s->best_votes - second);
}

/* Count the votes of the readout's spikes. */
static void vote(snn_state *s) {
    const snn_readout *r = &s->model->readout;
    uint16_t *v = snn_votes(s);
    const snn_spike_list *list = snn_sent(s, r->population + 1u, 0);
    if (!list->count) return;
    for (uint32_t n = 0; n < list->count; ++n) {
        int16_t label = r->labels[list->spikes[n]];
        if (label == SNN_UNASSIGNED || v[label] == UINT16_MAX) continue;
        if (++v[label] > s->best_votes) {
            s->best_votes = v[label];
            s->best = label;
        }
    }
    s->decided = r->exit_margin && s->best_votes >= r->exit_margin && lead(s) >= r->exit_margin;
}

void snn_advance(snn_state *s) {
    const snn_projection *next = s->model->projections;
    for (uint16_t k = 0; k < s->model->n_populations; ++k) next = step_population(s, k, next);
    vote(s);
}
