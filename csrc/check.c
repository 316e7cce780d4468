/* SPDX-License-Identifier: Apache-2.0 */
/* check.c: check the tables of a model. */
#include "workspace.h"

/* Return 1 unless a parameter that the kind names has no value or no array. */
static int sound_params(const snn_kind_info *info, const snn_params *params) {
    const char *at = info->arrays;
    if ((*info->scalars && !params->scalars) || (*at && !params->arrays)) return 0;
    for (uint16_t k = 0; *at; ++k) {
        if (!params->arrays[k]) return 0;
        while (*at && *at != ' ') ++at;
        if (*at) ++at;
    }
    return 1;
}

static int sound_population(const snn_population *p) {
    return p->kind && p->size && p->wide <= 1 && sound_params(&p->kind->info, &p->params);
}

/* Return 1 if the kind reads what the source provides: a map at a position, or the spikes of the step. */
static int sound_source(const snn_model *m, const snn_projection *p) {
    uint8_t map = p->source == SNN_INPUT && m->encoder.kind->keeps_map;
    uint8_t history = p->source == SNN_INPUT ? m->encoder.history : m->populations[p->source].history;
    return (p->kind->propagate_at_16 != 0) == map && p->delay <= (map ? 0 : history);
}

static int sound_projection(const snn_model *m, const snn_projection *p) {
    if (!p->kind || !p->weights || p->target >= m->n_populations) return 0;
    if (p->source != SNN_INPUT && p->source >= m->n_populations) return 0;
    const snn_neuron_kind *target = m->populations[p->target].kind;
    if (p->kind->same_size && snn_source_size(m, p) != m->populations[p->target].size) return 0;
    return sound_params(&p->kind->info, &p->params) && sound_source(m, p) &&
           (p->kind->propagate_at_16 != 0) == target->scans && p->receptor < target->receptors &&
           (p->bits == 1 || p->bits == 4 || p->bits == 8);
}

static int sound_readout(const snn_model *m) {
    const snn_readout *r = &m->readout;
    if (!r->labels || r->population >= m->n_populations || !r->classes || r->classes > INT16_MAX) return 0;
    if (m->populations[r->population].kind->scans) return 0;
    for (uint16_t j = 0; j < m->populations[r->population].size; ++j)
        if (r->labels[j] < SNN_UNASSIGNED || r->labels[j] >= (int32_t)r->classes) return 0;
    return 1;
}

snn_status snn_check(const snn_model *m) {
    if (!m || !m->populations || !m->projections) return SNN_NULL_POINTER;
    if (!m->encoder.kind || !m->encoder.size || !m->steps || !m->n_populations) return SNN_BAD_MODEL;
    if (!sound_params(&m->encoder.kind->info, &m->encoder.params)) return SNN_BAD_MODEL;
    for (uint16_t k = 0; k < m->n_populations; ++k)
        if (!sound_population(&m->populations[k])) return SNN_BAD_MODEL;
    for (uint16_t k = 0; k < m->n_projections; ++k) {
        if (!sound_projection(m, &m->projections[k])) return SNN_BAD_MODEL;
        if (k && m->projections[k].target < m->projections[k - 1].target) return SNN_BAD_MODEL;
    }
    if (!sound_readout(m)) return SNN_BAD_MODEL;
    return snn_workspace_size(m) ? SNN_OK : SNN_BAD_MODEL;
}
