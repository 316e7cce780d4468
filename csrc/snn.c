/* SPDX-License-Identifier: Apache-2.0 */
/* snn.c: checking a model, laying out its workspace, and the order of a time step. What a neuron, a
 * connection or an encoder does stands in its own file. */
#include "kind.h"

/* Workspace: a table of blocks (of the encoder, the populations, the votes), then what lies in them.
 * Of the encoder:   spike lists, state.
 * Of a population:  spike lists, synaptic sums, state.
 * A source has one spike list, and one more for each step of its history: a ring, which may turn for ever.
 * Votes: uint16 per class. Everything is padded to 4 bytes or as its kind says; the layout is the same on
 * every target. */
typedef struct {
    uint32_t lists, list_size; /* the ring: bytes from the start of the workspace */
    uint32_t sum, state;
    uint16_t list_count, newest;
    uint16_t targets, projections; /* synaptic sums of a population, and what leads to it */
} block;

typedef struct {
    uint32_t count;
    uint16_t spikes[];
} spike_list;

static uint32_t padded(uint32_t bytes, uint32_t to) { return (bytes + to - 1) / to * to; }

static uint32_t pad4(uint32_t bytes) { return padded(bytes, 4); }

static uint32_t list_size(uint16_t capacity) {
    return (uint32_t)sizeof(spike_list) + pad4(capacity * (uint32_t)sizeof(uint16_t));
}

static uint32_t sum_size(const snn_population *p) {
    return pad4(p->kind->sums(p) * (uint32_t)(p->wide ? sizeof(int32_t) : sizeof(int16_t)));
}

static uint32_t votes_size(const snn_model *m) {
    return pad4(m->readout.classes * (uint32_t)sizeof(uint16_t));
}

/* Where the votes are stands behind the blocks of the encoder and the populations. */
static uint32_t table_size(const snn_model *m) {
    return (m->n_populations + 1u) * (uint32_t)sizeof(block) + (uint32_t)sizeof(uint32_t);
}

static block block_of(uint32_t offset, uint8_t history, uint32_t list, uint32_t sum, uint32_t alignment) {
    block b = {offset, list, 0, 0, (uint16_t)(history + 1u), 0, 0, 0};
    b.sum = padded(offset + b.list_count * list, alignment);
    b.state = padded(b.sum + sum, alignment);
    return b;
}

static uint16_t projections_to(const snn_model *m, uint16_t population) {
    uint32_t count = 0;
    for (uint16_t k = 0; k < m->n_projections; ++k) count += m->projections[k].target == population;
    return (uint16_t)count;
}

/* Write the table, unless it is NULL; returns the size of the workspace. */
static uint32_t lay_out(const snn_model *m, block *table) {
    const snn_encoder *e = &m->encoder;
    block b = block_of(table_size(m), e->history, list_size(e->kind->max_spikes(e)), 0, e->kind->alignment);
    uint32_t end = b.state + pad4(e->kind->state_size(e));
    if (table) table[0] = b;
    for (uint16_t k = 0; k < m->n_populations; ++k) {
        const snn_population *p = &m->populations[k];
        b = block_of(end, p->history, list_size(p->kind->max_spikes(p)), sum_size(p), p->kind->alignment);
        b.targets = p->kind->sums(p);
        b.projections = projections_to(m, k);
        end = b.state + pad4(p->kind->state_size(p));
        if (table) table[k + 1] = b;
    }
    if (table) *(uint32_t *)(table + m->n_populations + 1) = end;
    return end + votes_size(m);
}

/* Sources: 0 is the encoder, k + 1 is population k. */
static block *block_at(const snn_state *s, uint32_t source) {
    return (block *)(void *)s->workspace + source;
}

static uint16_t *votes(const snn_state *s) {
    const uint32_t *place = (const uint32_t *)(const void *)block_at(s, s->model->n_populations + 1u);
    return (uint16_t *)(void *)(s->workspace + *place);
}

/* The list `lag` before the newest one of a source; `lag` is at most their number. Before the first step
 * nothing spiked: those lists are still empty. */
static spike_list *sent(const snn_state *s, uint32_t source, uint32_t lag) {
    const block *b = block_at(s, source);
    uint32_t at = b->newest + (lag > b->newest ? b->list_count : 0u) - lag;
    return (spike_list *)(void *)(s->workspace + b->lists + at * b->list_size);
}

/* A step begins for a source: its oldest list becomes the newest. It may be read until it is written. */
static spike_list *turn(const snn_state *s, block *b) {
    b->newest = b->newest + 1u < b->list_count ? (uint16_t)(b->newest + 1u) : 0;
    return (spike_list *)(void *)(s->workspace + b->lists + b->newest * b->list_size);
}

static void *encoder_state(const snn_state *s) { return s->workspace + block_at(s, 0)->state; }

static void *population_state(const snn_state *s, uint16_t k) {
    return s->workspace + block_at(s, k + 1u)->state;
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

uint32_t snn_workspace_size(const snn_model *m) { return lay_out(m, 0); }

snn_status snn_init(snn_state *s, const snn_model *m, void *workspace, size_t size) {
    if (!s || !workspace) return SNN_NULL_POINTER;
    snn_status status = snn_check(m);
    if (status != SNN_OK) return status;
    if ((uintptr_t)workspace % 4) return SNN_MISALIGNED_WORKSPACE;
    if (size < snn_workspace_size(m)) return SNN_SMALL_WORKSPACE;
    s->model = m;
    s->workspace = workspace;
    s->size = lay_out(m, workspace);
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
    for (uint32_t k = 0; k <= m->n_populations; ++k) block_at(s, k)->newest = 0;
    clear(s->workspace + table_size(m), s->size - table_size(m));
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
    block *b = block_at(s, 0);
    spike_list *list = turn(s, b);
    list->count = e->kind->step(e, s->workspace + b->state, list->spikes);
    s->input_spikes += list->count;
}

/* The spikes that arrive now. Those of a source that is evaluated before the target were sent `delay` steps
 * ago, those of any other one step earlier: its ring has not turned yet, unless it is the target itself. */
static const spike_list *arriving(const snn_state *s, const snn_projection *p) {
    uint32_t index = p->source == SNN_INPUT ? 0 : p->source + 1u;
    return sent(s, index, p->delay + (uint32_t)(index == p->target + 1u));
}

static snn_source source_of(const snn_model *m, const snn_projection *p, const spike_list *list) {
    snn_source source = {list->spikes, 0, (uint16_t)list->count, source_size(m, p)};
    return source;
}

/* Count the spikes that arrive at each receptor. */
static void count_arriving(snn_inputs *in) {
    for (int k = 0; k < 2; ++k) {
        in->arrivals[k].only = 0;
        in->arrivals[k].spikes = 0;
        in->arrivals[k].most = 0;
    }
    for (const snn_projection *p = in->first; p != in->end; ++p) {
        const spike_list *list = arriving(in->state, p);
        snn_arrivals *found = &in->arrivals[p->receptor];
        if (!list->count) continue;
        found->only = found->spikes ? 0 : p;
        found->source = source_of(in->state->model, p, list);
        found->spikes += list->count;
        if (!in->population->wide) continue;
        uint32_t largest = p->kind->one_weight ? snn_largest_weight(p) : snn_largest_code(p);
        found->most += found->most <= INT16_MAX ? list->count * largest : 0; /* a product is below 2^31 */
    }
}

static void propagate(snn_inputs *in, const snn_projection *p, const snn_source *source, uint16_t place) {
    uint16_t count = in->wide ? p->kind->propagate_wide(p, source, place, in->targets, in->sum)
                              : p->kind->propagate(p, source, place, in->targets, in->sum);
    in->delivered += count;
}

static void clear_sum(const snn_inputs *in) {
    clear(in->sum, pad4(in->targets * (uint32_t)(in->wide ? sizeof(int32_t) : sizeof(int16_t))));
}

const void *snn_sum(snn_inputs *in, uint8_t receptor) {
    in->wide = in->arrivals[receptor].most > INT16_MAX;
    in->delivered = 0;
    clear_sum(in);
    for (const snn_projection *p = in->first; p != in->end; ++p) {
        const spike_list *list = arriving(in->state, p);
        if (p->receptor != receptor || !list->count) continue;
        const snn_source source = source_of(in->state->model, p, list);
        propagate(in, p, &source, 0);
    }
    return in->sum;
}

const void *snn_sum_at(snn_inputs *in, uint16_t place) {
    const snn_source source = {0, in->input_map, 0, 0};
    in->wide = in->population->wide;
    if (in->delivered) clear_sum(in); /* at many places nothing is, and the sums stay 0 */
    in->delivered = 0;
    for (const snn_projection *p = in->first; p != in->end; ++p) propagate(in, p, &source, place);
    return in->sum;
}

/* Projections are sorted by target; `next` walks through them once per step. */
static const snn_projection *step_population(snn_state *s, uint16_t k, const snn_projection *next) {
    const snn_population *p = &s->model->populations[k];
    block *b = block_at(s, k + 1u);
    snn_inputs inputs; /* field by field: to clear it all would take longer than many a step */
    inputs.state = s;
    inputs.population = p;
    inputs.first = next;
    inputs.end = next + b->projections;
    inputs.input_map = 0;
    inputs.delivered = 1; /* the sums are not 0 */
    inputs.sum = s->workspace + b->sum;
    inputs.targets = b->targets;
    spike_list *list = turn(s, b);
    if (p->kind->places)
        inputs.input_map = snn_input_map(s);
    else
        count_arriving(&inputs);
    list->count = p->kind->step(p, s->workspace + b->state, &inputs, list->spikes, &s->saturations);
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
    if (!list->count) return; /* votes are as before */
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
    if (!result->spike_counts && !result->first_spikes) return;
    const spike_list *list = sent(s, s->model->readout.population + 1u, 0);
    for (uint32_t n = 0; n < list->count; ++n) {
        uint16_t j = list->spikes[n];
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
    spike_list *list = turn(s, block_at(s, 0));
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
    *count = (uint16_t)list->count;
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
