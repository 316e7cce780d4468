/* SPDX-License-Identifier: Apache-2.0 */
/* The core by itself, without Python: a tiny model by hand, the checks, and random models under the
 * sanitizers. Built and run by tests/test_c.py (and by ctest with -DSNN_TESTS=ON). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry.h"

static int failures;

#define CHECK(condition)                                                                                   \
    do {                                                                                                   \
        if (!(condition)) {                                                                                \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #condition);                                         \
            ++failures;                                                                                    \
        }                                                                                                  \
    } while (0)

extern const snn_encoder_kind snn_encoder_error_diffusion;
extern const snn_neuron_kind snn_neuron_if_wta;
extern const snn_neuron_kind snn_neuron_lif;
extern const snn_synapse_kind snn_synapse_dense;

/* Two inputs, three neurons; neuron 0 follows input 0, neuron 1 input 1, neuron 2 has no label. */
static const int32_t encoder_scalars[] = {65536, 32768, 0};
static const int16_t threshold[] = {5, 5, 5};
static const int16_t *const arrays[] = {threshold};
static const int32_t offset[] = {0};
static const uint8_t weights[] = {3, 0, 1, 0, 0, 3, 1, 0};
static const int16_t labels[] = {0, 1, SNN_UNASSIGNED};
static const snn_population population = {&snn_neuron_if_wta, {0, arrays}, 3, 0};
static const snn_projection projection = {&snn_synapse_dense, {offset, 0}, weights, SNN_INPUT, 0, 8};

static snn_model tiny_model(void) {
    snn_model m = {1,
                   {&snn_encoder_error_diffusion, {encoder_scalars, 0}, 2},
                   &population,
                   &projection,
                   {labels, 0, 2, 0, 1},
                   1,
                   1,
                   20};
    return m;
}

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
    snn_model good = tiny_model(), m = good;
    uint32_t workspace[64];
    snn_state s;
    CHECK(snn_init(&s, 0, workspace, sizeof workspace) == SNN_NULL_POINTER);
    CHECK(snn_init(0, &m, workspace, sizeof workspace) == SNN_NULL_POINTER);
    CHECK(snn_init(&s, &m, 0, 0) == SNN_NULL_POINTER);
    CHECK(snn_init(&s, &m, (uint8_t *)workspace + 1, 200) == SNN_MISALIGNED_WORKSPACE);
    CHECK(snn_init(&s, &m, workspace, snn_workspace_size(&m) - 1) == SNN_SMALL_WORKSPACE);
    CHECK(snn_init(&s, &m, workspace, snn_workspace_size(&m)) == SNN_OK);
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

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t n) { /* xorshift32 */
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % n;
}

/* Tables and workspace on the heap, to the byte: any access beyond them is the sanitizer's. */
static void run_random_model(void) {
    uint16_t inputs = (uint16_t)(1 + random_below(70)), neurons = (uint16_t)(1 + random_below(70));
    uint8_t bits = random_below(2) ? 8 : 4;
    uint32_t row = (((uint32_t)neurons * bits + 31) / 32) * 4;
    uint8_t *w = malloc(row * inputs), *sample = malloc(inputs);
    int16_t *t = malloc(neurons * sizeof *t), *l = malloc(neurons * sizeof *l);
    for (uint32_t k = 0; k < row * inputs; ++k) w[k] = (uint8_t)random_below(256);
    for (uint16_t i = 0; i < inputs; ++i) sample[i] = (uint8_t)random_below(256);
    for (uint16_t j = 0; j < neurons; ++j) {
        t[j] = (int16_t)(random_below(65536) - 32768);
        l[j] = (int16_t)(random_below(4) - 1);
    }
    const int32_t lif[] = {(int32_t)random_below(32768), (int32_t)random_below(5),
                           (int32_t)random_below(2)};
    const int32_t code[] = {(int32_t)random_below(129)},
                  drive[] = {(int32_t)random_below(1u << 24), 65535, 7};
    const int16_t *const tables[] = {t};
    const snn_neuron_kind *kind = random_below(2) ? &snn_neuron_lif : &snn_neuron_if_wta;
    const snn_population p = {kind, {lif, tables}, neurons, 1};
    const snn_projection s = {&snn_synapse_dense, {code, 0}, w, SNN_INPUT, 0, bits};
    const snn_model m = {1,
                         {&snn_encoder_error_diffusion, {drive, 0}, inputs},
                         &p,
                         &s,
                         {l, 0, 3, (uint16_t)random_below(3), 1},
                         1,
                         1,
                         30};
    uint32_t size = snn_workspace_size(&m);
    void *workspace = malloc(size);
    uint16_t *counts = malloc(neurons * sizeof *counts), *first = malloc(neurons * sizeof *first);
    snn_result r = {counts, first, 0, 0, 0, 0};
    snn_state state;
    CHECK(snn_init(&state, &m, workspace, size) == SNN_OK);
    for (int k = 0; k < 3; ++k) snn_run(&state, sample, &r);
    CHECK(r.label >= SNN_UNDECIDED && r.label < 3 && r.steps >= 1 && r.steps <= 30);
    free(w), free(sample), free(t), free(l), free(workspace), free(counts), free(first);
}

int main(void) {
    test_tiny_model_answers();
    test_early_exit_stops_the_work();
    test_bad_calls_are_refused();
    test_every_status_has_a_text();
    test_the_contract_of_the_arithmetic();
    for (int k = 0; k < 500; ++k) run_random_model();
    if (failures) printf("%d failures\n", failures);
    return failures != 0;
}
