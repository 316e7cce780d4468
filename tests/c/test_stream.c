/* SPDX-License-Identifier: Apache-2.0 */
/* Streams: steps whose input spikes the caller gives. */
#include "support.h"

static void test_bad_spikes_are_refused_and_no_step_is_done(void) {
    static const uint16_t both[] = {0, 1}, twice[] = {1, 1}, falling[] = {1, 0}, outside[] = {0, 2};
    static const uint16_t three[] = {0, 1, 1}, last[] = {65535};
    snn_model m = tiny_model();
    uint32_t size = snn_workspace_size(&m);
    uint32_t *workspace = malloc(size), *before = malloc(size);
    snn_state s;
    CHECK(snn_init(&s, &m, workspace, size) == SNN_OK && snn_begin_stream(&s) == SNN_OK);
    CHECK(snn_step_spikes(&s, both, 2) == SNN_OK && snn_membrane(&s, 0)[2] == 2);
    memcpy(before, workspace, size);
    CHECK(snn_step_spikes(&s, twice, 2) == SNN_BAD_SPIKES);
    CHECK(snn_step_spikes(&s, falling, 2) == SNN_BAD_SPIKES);
    CHECK(snn_step_spikes(&s, outside, 2) == SNN_BAD_SPIKES);
    CHECK(snn_step_spikes(&s, three, 3) == SNN_BAD_SPIKES);
    CHECK(snn_step_spikes(&s, last, 1) == SNN_BAD_SPIKES);
    CHECK(snn_step_spikes(&s, both, 65535) == SNN_BAD_SPIKES); /* more than inputs: not read */
    CHECK(snn_step_spikes(&s, 0, 1) == SNN_NULL_POINTER);
    CHECK(!memcmp(before, workspace, size) && s.input_spikes == 2);
    CHECK(snn_step_spikes(&s, 0, 0) == SNN_OK && snn_step_spikes(&s, both + 1, 1) == SNN_OK);
    CHECK(snn_membrane(&s, 0)[1] == 0 && snn_label(&s) == 1); /* 6 > 5: has fired */
    s.input_spikes = UINT32_MAX - 1;
    CHECK(snn_step_spikes(&s, both, 2) == SNN_OK && s.input_spikes == UINT32_MAX);
    CHECK(snn_step_spikes(&s, both, 2) == SNN_OK && s.input_spikes == UINT32_MAX);
    free(workspace), free(before);
}

static void test_events_are_sorted(void) {
    uint16_t none[1] = {7}, events[] = {5, 3, 5, 65535, 0, 3, 3, 9, 0};
    static const uint16_t sorted[] = {0, 3, 5, 9, 65535};
    CHECK(snn_sort_spikes(none, 0) == 0 && none[0] == 7 && snn_sort_spikes(none, 1) == 1);
    CHECK(snn_sort_spikes(events, 9) == 5 && !memcmp(events, sorted, sizeof sorted));
    CHECK(snn_sort_spikes(events, 5) == 5 && !memcmp(events, sorted, sizeof sorted));
}

/* Steps and votes past the end of 16 bits: a ring of 7 lists still delivers after 6 steps, and votes stay.
 * Neuron 0 receives input 0 six steps later; it fires, v > 5, at every second spike. */
static void test_a_stream_goes_on_for_ever(void) {
    static const uint16_t zero[] = {0}, one[] = {1};
    snn_projection late = projection;
    snn_model m = tiny_model();
    uint32_t workspace[64];
    uint16_t count, received = 0;
    snn_state s;
    late.delay = 6;
    m.encoder.history = 6, m.projections = &late, m.readout.exit_margin = 2;
    CHECK(snn_init(&s, &m, workspace, sizeof workspace) == SNN_OK && snn_begin_stream(&s) == SNN_OK);
    for (uint32_t t = 0; t < 140006; ++t) {
        CHECK(snn_step_spikes(&s, zero, 1) == SNN_OK);
        snn_spikes(&s, 0, &count);
        received = (uint16_t)((received + (t >= 6)) % 2);
        CHECK(count == (t >= 6 && !received));
    }
    CHECK(snn_label(&s) == 0 && snn_decided(&s) && s.best_votes == UINT16_MAX);
    snn_clear_votes(&s);
    CHECK(snn_label(&s) == SNN_UNDECIDED && !snn_decided(&s));
    for (uint32_t t = 0; t < 14; ++t) CHECK(snn_step_spikes(&s, one, 1) == SNN_OK);
    CHECK(snn_label(&s) == 1 && !snn_decided(&s)); /* four votes; three of spikes that were on their way */
    CHECK(snn_begin_stream(&s) == SNN_OK && snn_label(&s) == SNN_UNDECIDED);
    snn_spikes(&s, SNN_INPUT, &count);
    CHECK(count == 0);
}

int main(void) {
    test_bad_spikes_are_refused_and_no_step_is_done();
    test_events_are_sorted();
    test_a_stream_goes_on_for_ever();
    return failed();
}
