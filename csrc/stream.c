/* SPDX-License-Identifier: Apache-2.0 */
/* stream.c: steps whose input spikes the caller gives. */
#include "step.h"

snn_status snn_begin_stream(snn_state *s) {
    if (!snn_ready(s)) return SNN_NULL_POINTER;
    if (s->model->encoder.kind->keeps_map) return SNN_NO_STREAM;
    snn_reset(s);
    return SNN_OK;
}

/* Return 1 if `spikes` are ascending inputs. */
static int sound_spikes(const snn_encoder *e, const uint16_t *spikes, uint16_t count) {
    if (count > e->kind->max_spikes(e)) return 0;
    for (uint16_t n = 0; n < count; ++n)
        if (spikes[n] >= e->size || (n && spikes[n] <= spikes[n - 1])) return 0;
    return 1;
}

snn_status snn_step_spikes(snn_state *s, const uint16_t *spikes, uint16_t count) {
    if (!snn_ready(s) || (count && !spikes)) return SNN_NULL_POINTER;
    if (!sound_spikes(&s->model->encoder, spikes, count)) return SNN_BAD_SPIKES;
    snn_spike_list *list = snn_turn(s, snn_block_at(s, 0));
    for (uint16_t n = 0; n < count; ++n) list->spikes[n] = spikes[n];
    list->count = count;
    s->input_spikes = s->input_spikes > UINT32_MAX - count ? UINT32_MAX : s->input_spikes + count;
    snn_advance(s);
    return SNN_OK;
}

uint16_t snn_sort_spikes(uint16_t *spikes, uint16_t count) {
    uint16_t kept = 0;
    if (!spikes) return 0;
    for (uint16_t n = 0; n < count; ++n) {
        uint16_t spike = spikes[n], at = kept;
        while (at && spikes[at - 1] >= spike) --at;
        if (at < kept && spikes[at] == spike) continue;
        for (uint16_t k = kept++; k > at; --k) spikes[k] = spikes[k - 1];
        spikes[at] = spike;
    }
    return kept;
}
