/* SPDX-License-Identifier: Apache-2.0 */
/* snn.c: bind a model to memory, run a sample, and return what a state holds. */
#include "step.h"

/* The alignment of a word: 4 bytes on most machines, 2 or 1 on some with 16 or 8 bits. */
typedef struct {
    char before;
    uint32_t word;
} aligned_word;

snn_status snn_init(snn_state *s, const snn_model *m, void *workspace, size_t size) {
    if (!s) return SNN_NULL_POINTER;
    s->model = 0; /* until all is well */
    if (!workspace) return SNN_NULL_POINTER;
    snn_status status = snn_check(m);
    if (status != SNN_OK) return status;
    if ((uintptr_t)workspace % offsetof(aligned_word, word)) return SNN_MISALIGNED_WORKSPACE;
    if (size < snn_workspace_size(m)) return SNN_SMALL_WORKSPACE;
    s->model = m;
    s->workspace = workspace;
    s->size = snn_lay_out(m, workspace);
    return SNN_OK;
}

void snn_begin(snn_state *s, const uint8_t *sample) {
    if (!snn_ready(s) || !sample) return;
    const snn_encoder *e = &s->model->encoder;
    snn_reset(s);
    s->input_spikes = e->kind->begin(e, snn_encoder_state(s), sample);
}

static void encode(snn_state *s) {
    const snn_encoder *e = &s->model->encoder;
    snn_block *b = snn_block_at(s, 0);
    snn_spike_list *list = snn_turn(s, b);
    list->count = e->kind->step(e, s->workspace + b->state, list->spikes);
    s->input_spikes += list->count;
}

int snn_step(snn_state *s) {
    if (!snn_ready(s)) return 0;
    encode(s);
    snn_advance(s);
    ++s->step;
    return !s->decided && s->step < s->model->steps;
}

/* Return the label of the assigned neuron that is nearest to its threshold: the largest v - threshold. */
static int16_t nearest(const snn_state *s) {
    const snn_readout *r = &s->model->readout;
    const snn_population *p = &s->model->populations[r->population];
    const int16_t *v = snn_population_state(s, r->population);
    const SNN_FLASH int16_t *threshold = p->params.arrays[p->kind->threshold];
    int16_t label = SNN_UNDECIDED;
    int32_t largest = INT32_MIN;
    for (uint16_t j = 0; j < p->size; ++j) {
        if (r->labels[j] == SNN_UNASSIGNED) continue;
        int32_t distance = (int32_t)v[j] - threshold[j];
        if (distance > largest) {
            largest = distance;
            label = r->labels[j];
        }
    }
    return label;
}

int16_t snn_label(const snn_state *s) {
    if (!snn_ready(s)) return SNN_UNDECIDED;
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
    const snn_spike_list *list = snn_sent(s, s->model->readout.population + 1u, 0);
    for (uint32_t n = 0; n < list->count; ++n) {
        uint16_t j = list->spikes[n];
        if (result->spike_counts) ++result->spike_counts[j];
        if (result->first_spikes && result->first_spikes[j] == UINT16_MAX)
            result->first_spikes[j] = (uint16_t)(s->step - 1u);
    }
}

void snn_run(snn_state *s, const uint8_t *sample, snn_result *result) {
    int more = 1;
    if (!snn_ready(s) || !sample || !result) return;
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

int snn_decided(const snn_state *s) { return snn_ready(s) && s->decided; }

const uint16_t *snn_spikes(const snn_state *s, uint16_t index, uint16_t *count) {
    if (count) *count = 0;
    if (!count || !snn_ready(s) || (index != SNN_INPUT && index >= s->model->n_populations)) return 0;
    const snn_spike_list *list = snn_sent(s, index == SNN_INPUT ? 0 : index + 1u, 0);
    *count = (uint16_t)list->count;
    return list->spikes;
}

const uint8_t *snn_input_map(const snn_state *s) {
    return snn_ready(s) && s->model->encoder.kind->keeps_map ? snn_encoder_state(s) : 0;
}

const int16_t *snn_membrane(const snn_state *s, uint16_t index) {
    if (!snn_ready(s) || index >= s->model->n_populations) return 0;
    return s->model->populations[index].kind->scans ? 0 : snn_population_state(s, index);
}

const char *snn_status_text(snn_status status) {
#define SNN_STATUS_TEXT(code, text) text,
    static const char *const texts[] = {SNN_STATUS_LIST(SNN_STATUS_TEXT)};
#undef SNN_STATUS_TEXT
    return (unsigned)status < SNN_STATUS_COUNT ? texts[status] : "unknown status";
}
