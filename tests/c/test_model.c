/* SPDX-License-Identifier: Apache-2.0 */
/* A tiny model by hand, the checks of a model, and the contract of the arithmetic. */
#include "support.h"

static void test_tiny_model_answers(void) {
    snn_model m = tiny_model();
    uint32_t workspace[64];
    snn_state s;
    snn_result r;
    uint16_t counts[3], first[3];
    const uint8_t bright[2][2] = {{255, 0}, {0, 255}};
    memset(&r, 0, sizeof r);
    r.spike_counts = counts;
    r.first_spikes = first;
    CHECK(snn_init(&s, &m, workspace, sizeof workspace) == SNN_OK);
    for (int k = 0; k < 2; ++k) {
        snn_run(&s, bright[k], &r);
        CHECK(r.label == k);
        CHECK(r.steps == 20);
        CHECK(r.input_spikes == 10); /* the limit is half a spike per step */
        CHECK(counts[k] == 5 && counts[1 - k] == 0 && counts[2] == 0);
        CHECK(first[1 - k] == 65535);
    }
    const uint8_t blank[2] = {0, 0};
    snn_run(&s, blank, &r);
    CHECK(r.label == SNN_UNDECIDED);
}

static void test_early_exit_stops_the_work(void) {
    snn_model m = tiny_model();
    uint32_t workspace[64];
    snn_state s;
    snn_result r = {0, 0, 0, 0, 0, 0};
    const uint8_t image[2] = {255, 0};
    m.readout.exit_margin = 1;
    CHECK(snn_init(&s, &m, workspace, sizeof workspace) == SNN_OK);
    snn_run(&s, image, &r);
    CHECK(r.steps == 4 && r.label == 0);
}

static void test_bad_calls_are_refused(void) {
    snn_model m = tiny_model();
    uint32_t workspace[64];
    snn_state s;
    CHECK(snn_init(&s, 0, workspace, sizeof workspace) == SNN_NULL_POINTER);
    CHECK(snn_init(0, &m, workspace, sizeof workspace) == SNN_NULL_POINTER);
    CHECK(snn_init(&s, &m, 0, 0) == SNN_NULL_POINTER);
    CHECK(snn_init(&s, &m, (uint8_t *)workspace + 1, 200) == SNN_MISALIGNED_WORKSPACE);
    CHECK(snn_init(&s, &m, workspace, snn_workspace_size(&m) - 1) == SNN_SMALL_WORKSPACE);
    CHECK(snn_init(&s, &m, workspace, snn_workspace_size(&m)) == SNN_OK);
    snn_result result = {0, 0, 5, 0, 0, 7};
    uint8_t sample[2] = {0, 0};
    uint16_t count = 3;
    snn_begin(0, sample);
    snn_begin(&s, 0);
    CHECK(snn_step(0) == 0);
    snn_run(0, sample, &result);
    snn_run(&s, 0, &result);
    snn_run(&s, sample, 0);
    CHECK(result.input_spikes == 5 && result.label == 7);
    CHECK(!snn_spikes(&s, 1, &count) && count == 0 && !snn_membrane(&s, 1));
}

static void test_bad_models_are_refused(void) {
    snn_model good = tiny_model(), m = good;
    m.steps = 0;
    CHECK(snn_check(&m) == SNN_BAD_MODEL);
    m = good;
    m.readout.population = 1;
    CHECK(snn_check(&m) == SNN_BAD_MODEL);
    m = good;
    m.readout.classes = 1; /* a label is 1 */
    CHECK(snn_check(&m) == SNN_BAD_MODEL);
    snn_projection astray = projection;
    astray.target = 1;
    m = good;
    m.projections = &astray;
    CHECK(snn_check(&m) == SNN_BAD_MODEL);
    astray = projection;
    astray.bits = 5;
    CHECK(snn_check(&m) == SNN_BAD_MODEL);
    astray = projection;
    astray.receptor = 1; /* if_wta has one */
    CHECK(snn_check(&m) == SNN_BAD_MODEL);
    astray = projection;
    astray.delay = 1;
    CHECK(snn_check(&m) == SNN_BAD_MODEL);
    m.encoder.history = 1; /* the spikes of one earlier step are kept */
    CHECK(snn_check(&m) == SNN_OK && snn_workspace_size(&m) > snn_workspace_size(&good));
    m = good;
    m.projections = &astray;
    astray = projection;
    astray.kind = &snn_synapse_one_to_one; /* from two inputs to three neurons */
    CHECK(snn_check(&m) == SNN_BAD_MODEL);
    astray.kind = &snn_synapse_patch; /* no map to read, and if_wta does not scan */
    CHECK(snn_check(&m) == SNN_BAD_MODEL);
    const snn_population featureless = {&snn_neuron_conv_wta, {0, arrays}, 3, 0};
    m = good;
    m.populations = &featureless; /* cannot vote */
    m.n_projections = 0;
    CHECK(snn_check(&m) == SNN_BAD_MODEL);
}

static void test_a_model_beyond_every_memory_is_refused(void) {
    enum { POPULATIONS = 4682 };
    static snn_population many[POPULATIONS];
    static int16_t labels_of[UINT16_MAX], thresholds[UINT16_MAX];
    static const int16_t *const of_cond[] = {thresholds};
    static const int32_t scalars[16] = {1, 1, 1, 1, 1};
    for (uint32_t k = 0; k < POPULATIONS; ++k)
        many[k] = (snn_population){&snn_neuron_lif_cond_exp, {scalars, of_cond}, UINT16_MAX, 0, 0};
    snn_model m = tiny_model();
    m.populations = many;
    m.n_populations = POPULATIONS; /* 4.3 GB: modulo 2^32 it would be 861,392 bytes */
    m.readout = (snn_readout){labels_of, 0, 2, 0, 1};
    m.n_projections = 0;
    CHECK(snn_check(&m) == SNN_BAD_MODEL && snn_workspace_size(&m) == 0);
    m.n_populations = 500;
    CHECK(snn_check(&m) == SNN_OK && snn_workspace_size(&m) > 400u * UINT16_MAX);
}

static void test_every_status_has_a_text(void) {
    for (int k = 0; k < SNN_STATUS_COUNT; ++k) CHECK(strlen(snn_status_text((snn_status)k)) > 1);
    CHECK(strcmp(snn_status_text((snn_status)99), "unknown status") == 0);
}

static void test_the_contract_of_the_arithmetic(void) {
    uint32_t saturations = 0;
    CHECK((-1 >> 1) == -1); /* an arithmetic right shift, which C99 leaves to the compiler */
    CHECK(snn_q15(3, 16384) == 2 && snn_q15(-3, 16384) == -1 && snn_q15(-32768, -32768) == 32768);
    CHECK(snn_sat16(32768, &saturations) == 32767 && snn_sat16(-32769, &saturations) == -32768);
    CHECK(saturations == 2 && snn_sat16(-32768, &saturations) == -32768 && saturations == 2);
}

int main(void) {
    test_tiny_model_answers();
    test_early_exit_stops_the_work();
    test_bad_calls_are_refused();
    test_bad_models_are_refused();
    test_a_model_beyond_every_memory_is_refused();
    test_every_status_has_a_text();
    test_the_contract_of_the_arithmetic();
    return failed();
}
