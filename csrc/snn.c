/* SPDX-License-Identifier: Apache-2.0 */
/* snn.c: checking a model, laying out its workspace, and the order of a time step. What a neuron, a
 * connection or an encoder does stands in its own file. */
#include "kinds.h"

/* Workspace: a table of block offsets (uint32: encoder, populations, votes), then the blocks.
 * Block of the encoder:    spike lists, state.
 * Block of a population:   spike lists, synaptic sums, state.
 * A source has one spike list, and one more for each step of its history: a ring, which may turn for ever.
 * Votes: uint16 per class. Everything is padded to 4 bytes; the layout is the same on every target. */
typedef struct {
    uint16_t count;
    uint16_t newest; /* in the first list of a ring: which of its lists is the newest */
    uint16_t spikes[];
} spike_list;

static uint32_t pad4(uint32_t bytes) { return (bytes + 3u) & ~3u; }

static uint32_t list_size(uint16_t capacity) {
    return (uint32_t)sizeof(spike_list) + pad4(capacity * (uint32_t)sizeof(uint16_t));
}

static uint32_t input_list_size(const snn_encoder *e) { return list_size(e->kind->max_spikes(e)); }

static uint32_t population_list_size(const snn_population *p) { return list_size(p->kind->max_spikes(p)); }

static uint32_t sum_size(const snn_population *p) {
    return pad4(p->kind->sums(p) * (uint32_t)(p->wide ? sizeof(int32_t) : sizeof(int16_t)));
}

static uint32_t encoder_block(const snn_model *m) {
    const snn_encoder *e = &m->encoder;
    return (e->history + 1u) * input_list_size(e) + pad4(e->kind->state_size(e));
}

static uint32_t population_block(const snn_population *p) {
    return (p->history + 1u) * population_list_size(p) + sum_size(p) + pad4(p->kind->state_size(p));
}

static uint32_t table_size(const snn_model *m) {
    return (m->n_populations + 2u) * (uint32_t)sizeof(uint32_t);
}

static uint32_t votes_size(const snn_model *m) {
    return pad4(m->readout.classes * (uint32_t)sizeof(uint16_t));
}

static void lay_out(const snn_model *m, uint32_t *table) {
    uint32_t offset = table_size(m);
    table[0] = offset;
    offset += encoder_block(m);
    for (uint16_t k = 0; k < m->n_populations; ++k) {
        table[k + 1] = offset;
        offset += population_block(&m->populations[k]);
    }
    table[m->n_populations + 1] = offset;
}

static uint8_t *block(const snn_state *s, uint32_t index) {
    return s->workspace + ((const uint32_t *)(const void *)s->workspace)[index];
}

static uint16_t *votes(const snn_state *s) {
    return (uint16_t *)(void *)block(s, s->model->n_populations + 1u);
}

/* Sources: 0 is the encoder, k + 1 is population k. */
static uint32_t lists_of(const snn_model *m, uint32_t source) {
    return (source ? m->populations[source - 1].history : m->encoder.history) + 1u;
}

/* The list `lag` before the newest one of a source; `lag` is at most their number. Before the first step
 * nothing spiked: those lists are still empty. */
static spike_list *sent(const snn_state *s, uint32_t source, uint32_t lag) {
    const snn_model *m = s->model;
    uint8_t *ring = block(s, source);
    uint32_t lists = lists_of(m, source), at = ((spike_list *)(void *)ring)->newest;
    if (lists > 1)
        ring += (at + (lag > at ? lists : 0) - lag) *
                (source ? population_list_size(&m->populations[source - 1]) : input_list_size(&m->encoder));
    return (spike_list *)(void *)ring;
}

/* A step begins for a source: its oldest list becomes the newest. It may be read until it is written. */
static spike_list *turn(const snn_state *s, uint32_t source) {
    spike_list *first = (spike_list *)(void *)block(s, source);
    first->newest = (uint16_t)(first->newest + 1u < lists_of(s->model, source) ? first->newest + 1u : 0);
    return sent(s, source, 0);
}

static void *population_sum(const snn_state *s, uint16_t k) {
    const snn_population *p = &s->model->populations[k];
    return block(s, k + 1u) + (p->history + 1u) * population_list_size(p);
}

static void *population_state(const snn_state *s, uint16_t k) {
    return (uint8_t *)population_sum(s, k) + sum_size(&s->model->populations[k]);
}

static void *encoder_state(const snn_state *s) {
    const snn_encoder *e = &s->model->encoder;
    return block(s, 0) + (e->history + 1u) * input_list_size(e);
}

static void clear(void *memory, uint32_t bytes) {
    uint32_t *word = memory;
    for (uint32_t i = 0; i < bytes / 4; ++i) word[i] = 0;
}

/* --- checks ------------------------------------------------------------------------------------- */

static int sound_population(const snn_population *p) { return p->kind && p->size && p->wide <= 1; }

static uint16_t source_size(const snn_model *m, const snn_projection *p) {
    return p->source == SNN_INPUT ? m->encoder.size : m->populations[p->source].size;
}

static int sound_projection(const snn_model *m, const snn_projection *p) {
    if (!p->kind || !p->weights || p->target >= m->n_populations) return 0;
    if (p->source != SNN_INPUT && p->source >= m->n_populations) return 0;
    const snn_neuron_kind *target = m->populations[p->target].kind;
    if (p->kind->same_size && source_size(m, p) != m->populations[p->target].size) return 0;
    uint8_t map = p->source == SNN_INPUT && m->encoder.kind->keeps_map;
    uint8_t history = p->source == SNN_INPUT ? m->encoder.history : m->populations[p->source].history;
    return p->kind->places == map && p->kind->places == target->places && p->receptor < target->receptors &&
           p->delay <= (map ? 0 : history) && (p->bits == 1 || p->bits == 4 || p->bits == 8);
}

static int sound_readout(const snn_model *m) {
    const snn_readout *r = &m->readout;
    if (!r->labels || r->population >= m->n_populations || !r->classes || r->classes > INT16_MAX) return 0;
    if (m->populations[r->population].kind->places) return 0;
    for (uint16_t j = 0; j < m->populations[r->population].size; ++j)
        if (r->labels[j] < SNN_UNASSIGNED || r->labels[j] >= (int32_t)r->classes) return 0;
    return 1;
}

snn_status snn_check(const snn_model *m) {
    if (!m || !m->populations || !m->projections) return SNN_NULL_POINTER;
    if (!m->encoder.kind || !m->encoder.size || !m->steps || !m->n_populations) return SNN_BAD_MODEL;
    for (uint16_t k = 0; k < m->n_populations; ++k)
        if (!sound_population(&m->populations[k])) return SNN_BAD_MODEL;
    for (uint16_t k = 0; k < m->n_projections; ++k) {
        if (!sound_projection(m, &m->projections[k])) return SNN_BAD_MODEL;
        if (k && m->projections[k].target < m->projections[k - 1].target) return SNN_BAD_MODEL;
    }
    return sound_readout(m) ? SNN_OK : SNN_BAD_MODEL;
}

uint32_t snn_workspace_size(const snn_model *m) {
    uint32_t size = table_size(m) + encoder_block(m) + votes_size(m);
    for (uint16_t k = 0; k < m->n_populations; ++k) size += population_block(&m->populations[k]);
    return size;
}

snn_status snn_init(snn_state *s, const snn_model *m, void *workspace, size_t size) {
    if (!s || !workspace) return SNN_NULL_POINTER;
    snn_status status = snn_check(m);
    if (status != SNN_OK) return status;
    if ((uintptr_t)workspace % 4) return SNN_MISALIGNED_WORKSPACE;
    if (size < snn_workspace_size(m)) return SNN_SMALL_WORKSPACE;
    s->model = m;
    s->workspace = workspace;
    lay_out(m, workspace);
    return SNN_OK;
}

/* --- one sample --------------------------------------------------------------------------------- */

static void undecided(snn_state *s) {
    s->input_spikes = 0;
    s->best = SNN_UNDECIDED;
    s->best_votes = 0;
    s->decided = 0;
}

static void reset(snn_state *s) {
    const snn_model *m = s->model;
    clear(s->workspace + table_size(m), snn_workspace_size(m) - table_size(m));
    s->saturations = 0;
    s->step = 0;
    undecided(s);
}

void snn_begin(snn_state *s, const uint8_t *sample) {
    const snn_encoder *e = &s->model->encoder;
    reset(s);
    s->input_spikes = e->kind->begin(e, encoder_state(s), sample);
}

static void encode(snn_state *s) {
    const snn_encoder *e = &s->model->encoder;
    spike_list *list = turn(s, 0);
    list->count = e->kind->step(e, encoder_state(s), list->spikes);
    s->input_spikes += list->count;
}

/* The spikes that arrive now. Those of a source that is evaluated before the target were sent `delay` steps
 * ago, those of any other one step earlier: its ring has not turned yet, unless it is the target itself. */
static void arriving(const snn_state *s, const snn_projection *p, snn_source *source) {
    uint32_t index = p->source == SNN_INPUT ? 0 : p->source + 1u;
    const spike_list *list = sent(s, index, p->delay + (uint32_t)(index == p->target + 1u));
    source->spikes = list->spikes;
    source->count = list->count;
}

static uint16_t propagate(const snn_inputs *in, const snn_projection *p, uint16_t place) {
    snn_source source = {0, in->input_map, 0};
    if (!p->kind->places) arriving(in->state, p, &source);
    if (in->population->wide) return p->kind->propagate_wide(p, &source, place, in->targets, in->sum);
    return p->kind->propagate(p, &source, place, in->targets, in->sum);
}

static const void *sum_of(snn_inputs *in, uint8_t receptor, uint16_t place) {
    clear(in->sum, in->sum_size);
    in->delivered = 0;
    for (const snn_projection *p = in->first; p != in->end; ++p)
        if (p->receptor == receptor) in->delivered = (uint16_t)(in->delivered + propagate(in, p, place));
    return in->sum;
}

const void *snn_sum(snn_inputs *in, uint8_t receptor) { return sum_of(in, receptor, 0); }

const void *snn_sum_at(snn_inputs *in, uint16_t place) { return sum_of(in, SNN_EXCITATORY, place); }

/* Projections are sorted by target; `next` walks through them once per step. */
static const snn_projection *step_population(snn_state *s, uint16_t k, const snn_projection *next) {
    const snn_model *m = s->model;
    const snn_population *p = &m->populations[k];
    const snn_projection *end = m->projections + m->n_projections;
    snn_inputs inputs = {
        s, p, next, next, snn_input_map(s), population_sum(s, k), sum_size(p), p->kind->sums(p), 0};
    while (inputs.end != end && inputs.end->target == k) ++inputs.end;
    spike_list *list = turn(s, k + 1u);
    list->count = p->kind->step(p, population_state(s, k), &inputs, list->spikes, &s->saturations);
    return inputs.end;
}

static uint16_t lead(const snn_state *s) {
    const uint16_t *v = votes(s);
    uint16_t second = 0;
    for (uint16_t c = 0; c < s->model->readout.classes; ++c)
        if (c != s->best && v[c] > second) second = v[c];
    return (uint16_t)(s->best_votes - second);
}

static void vote(snn_state *s) {
    const snn_readout *r = &s->model->readout;
    uint16_t *v = votes(s);
    const spike_list *list = sent(s, r->population + 1u, 0);
    for (uint16_t n = 0; n < list->count; ++n) {
        int16_t label = r->labels[list->spikes[n]];
        if (label == SNN_UNASSIGNED || v[label] == UINT16_MAX) continue;
        if (++v[label] > s->best_votes) {
            s->best_votes = v[label];
            s->best = label;
        }
    }
    s->decided = r->exit_margin && s->best_votes >= r->exit_margin && lead(s) >= r->exit_margin;
}

/* What follows the input spikes. */
static void advance(snn_state *s) {
    const snn_projection *next = s->model->projections;
    for (uint16_t k = 0; k < s->model->n_populations; ++k) next = step_population(s, k, next);
    vote(s);
}

int snn_step(snn_state *s) {
    encode(s);
    advance(s);
    ++s->step;
    return !s->decided && s->step < s->model->steps;
}

/* The label of the assigned neuron nearest to its threshold. */
static int16_t nearest(const snn_state *s) {
    const snn_readout *r = &s->model->readout;
    const snn_population *p = &s->model->populations[r->population];
    const void *state = population_state(s, r->population);
    int16_t label = SNN_UNDECIDED;
    int32_t largest = INT32_MIN;
    for (uint16_t j = 0; j < p->size; ++j) {
        if (r->labels[j] == SNN_UNASSIGNED) continue;
        int32_t headroom = p->kind->headroom(p, state, j);
        if (headroom > largest) {
            largest = headroom;
            label = r->labels[j];
        }
    }
    return label;
}

int16_t snn_label(const snn_state *s) {
    if (s->best != SNN_UNDECIDED) return s->best;
    return s->model->readout.nearest && s->input_spikes ? nearest(s) : (int16_t)SNN_UNDECIDED;
}

static void clear_records(const snn_state *s, snn_result *result) {
    uint16_t neurons = s->model->populations[s->model->readout.population].size;
    for (uint16_t j = 0; j < neurons; ++j) {
        if (result->spike_counts) result->spike_counts[j] = 0;
        if (result->first_spikes) result->first_spikes[j] = UINT16_MAX;
    }
}

static void record(const snn_state *s, snn_result *result) {
    uint16_t count;
    const uint16_t *spikes = snn_spikes(s, s->model->readout.population, &count);
    for (uint16_t n = 0; n < count; ++n) {
        uint16_t j = spikes[n];
        if (result->spike_counts) ++result->spike_counts[j];
        if (result->first_spikes && result->first_spikes[j] == UINT16_MAX)
            result->first_spikes[j] = (uint16_t)(s->step - 1u);
    }
}

void snn_run(snn_state *s, const uint8_t *sample, snn_result *result) {
    int more = 1;
    snn_begin(s, sample);
    clear_records(s, result);
    while (more) {
        more = snn_step(s);
        record(s, result);
    }
    result->label = snn_label(s);
    result->steps = s->step;
    result->input_spikes = s->input_spikes;
    result->saturations = s->saturations;
}

/* --- a stream ----------------------------------------------------------------------------------- */

snn_status snn_begin_stream(snn_state *s) {
    if (s->model->encoder.kind->keeps_map) return SNN_NO_STREAM;
    reset(s);
    return SNN_OK;
}

static int sound_spikes(const snn_encoder *e, const uint16_t *spikes, uint16_t count) {
    if (count > e->kind->max_spikes(e)) return 0;
    for (uint16_t n = 0; n < count; ++n)
        if (spikes[n] >= e->size || (n && spikes[n] <= spikes[n - 1])) return 0;
    return 1;
}

snn_status snn_step_spikes(snn_state *s, const uint16_t *spikes, uint16_t count) {
    if (count && !spikes) return SNN_NULL_POINTER;
    if (!sound_spikes(&s->model->encoder, spikes, count)) return SNN_BAD_SPIKES;
    spike_list *list = turn(s, 0);
    for (uint16_t n = 0; n < count; ++n) list->spikes[n] = spikes[n];
    list->count = count;
    s->input_spikes = s->input_spikes > UINT32_MAX - count ? UINT32_MAX : s->input_spikes + count;
    advance(s);
    return SNN_OK;
}

uint16_t snn_sort_spikes(uint16_t *spikes, uint16_t count) {
    uint16_t kept = 0;
    for (uint16_t n = 0; n < count; ++n) {
        uint16_t spike = spikes[n], place = kept;
        while (place && spikes[place - 1] >= spike) --place;
        if (place < kept && spikes[place] == spike) continue;
        for (uint16_t k = kept++; k > place; --k) spikes[k] = spikes[k - 1];
        spikes[place] = spike;
    }
    return kept;
}

void snn_clear_votes(snn_state *s) {
    clear(votes(s), votes_size(s->model));
    undecided(s);
}

int snn_decided(const snn_state *s) { return s->decided; }

/* --- what can be seen --------------------------------------------------------------------------- */

const uint16_t *snn_spikes(const snn_state *s, uint16_t index, uint16_t *count) {
    const spike_list *list = sent(s, index == SNN_INPUT ? 0 : index + 1u, 0);
    *count = list->count;
    return list->spikes;
}

const uint8_t *snn_input_map(const snn_state *s) {
    return s->model->encoder.kind->keeps_map ? encoder_state(s) : 0;
}

const int16_t *snn_membrane(const snn_state *s, uint16_t index) {
    return s->model->populations[index].kind->places ? 0 : population_state(s, index);
}

const char *snn_status_text(snn_status status) {
#define SNN_STATUS_TEXT(code, text) text,
    static const char *const texts[] = {SNN_STATUS_LIST(SNN_STATUS_TEXT)};
#undef SNN_STATUS_TEXT
    return (unsigned)status < SNN_STATUS_COUNT ? texts[status] : "unknown status";
}
