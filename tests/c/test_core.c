/* SPDX-License-Identifier: Apache-2.0 */
/* The core by itself, without Python: a tiny model by hand, the checks, and random models under the
 * sanitizers. Built and run by tests/test_c.py (and by ctest with -DSNN_TESTS=ON). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kind_list.h"
#include "weights/patch_sums.h"

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
extern const snn_neuron_kind snn_neuron_lif_cond_exp;
extern const snn_synapse_kind snn_synapse_dense;
extern const snn_encoder_kind snn_encoder_flash;
extern const snn_encoder_kind snn_encoder_poisson;
extern const snn_neuron_kind snn_neuron_conv_wta;
extern const snn_neuron_kind snn_neuron_if_race;
extern const snn_synapse_kind snn_synapse_shared;
extern const snn_synapse_kind snn_synapse_sparse;
extern const snn_synapse_kind snn_synapse_one_to_one;
extern const snn_synapse_kind snn_synapse_all_but_self;

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
    astray.kind = &snn_synapse_shared; /* no map to read, and if_wta has no places */
    CHECK(snn_check(&m) == SNN_BAD_MODEL);
    const snn_population featureless = {&snn_neuron_conv_wta, {0, arrays}, 3, 0};
    m = good;
    m.populations = &featureless; /* cannot vote */
    m.n_projections = 0;
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

/* The numbers of seed 7 for three inputs are 53030, 15061, 934 in step 0 and 3176, 24603, 28600 in step 1.
 */
static void test_poisson_spikes_below_its_probability(void) {
    const uint8_t sample[] = {0, 64, 4};
    const int32_t exact[] = {59776, 7}, above[] = {59840, 7}; /* 4 x 59776 / 256 = 934; then 935 */
    const snn_encoder e[] = {{&snn_encoder_poisson, {exact, 0}, 3}, {&snn_encoder_poisson, {above, 0}, 3}};
    for (int k = 0; k < 2; ++k) {
        uint32_t state[3] = {0, 0, 0};
        uint16_t spikes[3] = {0, 0, 0};
        CHECK(e[k].kind->state_size(&e[k]) == 10 && e[k].kind->max_spikes(&e[k]) == 3);
        e[k].kind->begin(&e[k], state, sample);
        CHECK(e[k].kind->step(&e[k], state, spikes) == k && (!k || spikes[0] == 2)); /* 934 < 935 */
        CHECK(e[k].kind->step(&e[k], state, spikes) == 0); /* 24603 is above 64 x 59840 / 256 = 14960 */
    }
}

/* An input that spikes in every step but the first, through a weight of -128: no conductance, v stays. */
static void test_a_negative_conductance_is_none(void) {
    const int32_t drive[] = {1 << 23, 65535, 0}, code[] = {128};
    const int32_t scalars[] = {1, 0, 0, 32767, 32767, 0, 0, 0, 1000, -1000, 0};
    const int16_t high[] = {32767}, *const tables[] = {high};
    const uint8_t w[] = {0, 0, 0, 0}, sample[] = {255};
    const snn_population p = {&snn_neuron_lif_cond_exp, {scalars, tables}, 1, 0, 0};
    const snn_projection s = {&snn_synapse_dense, {code, 0}, w, SNN_INPUT, 0, 8, SNN_EXCITATORY, 0};
    const snn_model m = {
        1, {&snn_encoder_error_diffusion, {drive, 0}, 1, 0}, &p, &s, {labels, 0, 1, 0, 1}, 1, 1, 9};
    uint32_t workspace[64];
    snn_state state;
    snn_result r = {0, 0, 0, 0, 0, 0};
    CHECK(snn_init(&state, &m, workspace, sizeof workspace) == SNN_OK);
    snn_run(&state, sample, &r);
    CHECK(r.input_spikes == 8 && r.saturations == 0 && snn_membrane(&state, 0)[0] == 0);
}

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
    CHECK(snn_step_spikes(&s, both, 65535) == SNN_BAD_SPIKES); /* more than inputs: not even looked at */
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
 * Neuron 0 hears input 0 six steps later; it fires, v > 5, at every second spike. */
static void test_a_stream_goes_on_for_ever(void) {
    static const uint16_t zero[] = {0}, one[] = {1};
    snn_projection late = projection;
    snn_model m = tiny_model();
    uint32_t workspace[64];
    uint16_t count, heard = 0;
    snn_state s;
    late.delay = 6;
    m.encoder.history = 6, m.projections = &late, m.readout.exit_margin = 2;
    CHECK(snn_init(&s, &m, workspace, sizeof workspace) == SNN_OK && snn_begin_stream(&s) == SNN_OK);
    for (uint32_t t = 0; t < 140006; ++t) {
        CHECK(snn_step_spikes(&s, zero, 1) == SNN_OK);
        snn_spikes(&s, 0, &count);
        heard = (uint16_t)((heard + (t >= 6)) % 2);
        CHECK(count == (t >= 6 && !heard));
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

/* The model with its kinds at a level; `populations` and `projections` are written. */
#define AT_LEVEL(list, kind) find((const void *const *)(list), kind)

static const void *find(const void *const *kinds, const void *plain) {
    const char *name = ((const snn_kind_info *)plain)->name; /* a kind begins with its info */
    for (; *kinds; ++kinds)
        if (!strcmp(((const snn_kind_info *)*kinds)->name, name)) return *kinds;
    return plain; /* one of these tests */
}

static snn_model at_level(const snn_model *plain, const snn_level *level, snn_population *populations,
                          snn_projection *projections) {
    snn_model m = *plain;
    m.encoder.kind = AT_LEVEL(level->encoders, plain->encoder.kind);
    m.populations = populations, m.projections = projections;
    for (uint16_t k = 0; k < m.n_populations; ++k) {
        populations[k] = plain->populations[k];
        populations[k].kind = AT_LEVEL(level->neurons, populations[k].kind);
    }
    for (uint16_t k = 0; k < m.n_projections; ++k) {
        projections[k] = plain->projections[k];
        projections[k].kind = AT_LEVEL(level->synapses, projections[k].kind);
    }
    return m;
}

/* Every spike and membrane of `two` must be those of `one`. */
static void check_step(const snn_state *one, const snn_state *two) {
    for (uint16_t k = 0; k < one->model->n_populations; ++k) {
        uint16_t a, b, size = one->model->populations[k].size;
        const uint16_t *x = snn_spikes(one, k, &a), *y = snn_spikes(two, k, &b);
        CHECK(a == b && !memcmp(x, y, a * sizeof *x));
        const int16_t *v = snn_membrane(one, k);
        CHECK(!v || !memcmp(v, snn_membrane(two, k), size * sizeof *v));
    }
    CHECK(one->saturations == two->saturations && one->input_spikes == two->input_spikes);
}

/* A stream that is given what the encoder makes of the sample does what the sample does. */
static void check_stream(const snn_model *m, const uint8_t *sample) {
    uint32_t size = snn_workspace_size(m);
    void *workspace = malloc(size), *other = malloc(size);
    snn_state one, two;
    CHECK(snn_init(&one, m, workspace, size) == SNN_OK && snn_init(&two, m, other, size) == SNN_OK);
    snn_status status = snn_begin_stream(&two);
    CHECK(status == (m->encoder.kind->keeps_map ? SNN_NO_STREAM : SNN_OK));
    snn_begin(&one, sample);
    for (int going = status == SNN_OK; going;) {
        uint16_t count;
        going = snn_step(&one);
        const uint16_t *spikes = snn_spikes(&one, SNN_INPUT, &count);
        CHECK(snn_step_spikes(&two, spikes, count) == SNN_OK);
        check_step(&one, &two);
        CHECK(snn_label(&one) == snn_label(&two) && snn_decided(&one) == snn_decided(&two));
    }
    free(workspace), free(other);
}

/* All levels that this processor has give the bits of plain C. The workspace is on the heap, to the byte.
 */
static void check_levels(const snn_model *plain, const uint8_t *sample) {
    for (const snn_level *level = snn_levels; level->name; ++level) {
        if (!level->runs()) continue;
        snn_population populations[2];
        snn_projection projections[3];
        snn_model m = at_level(plain, level, populations, projections);
        uint32_t size = snn_workspace_size(plain), more = snn_workspace_size(&m);
        void *workspace = malloc(size), *other = malloc(more);
        snn_state one, two;
        CHECK(snn_init(&one, plain, workspace, size) == SNN_OK);
        CHECK(snn_init(&two, &m, other, more) == SNN_OK);
        snn_begin(&one, sample), snn_begin(&two, sample);
        for (int going = 1; going;) {
            going = snn_step(&one);
            CHECK(snn_step(&two) == going);
            check_step(&one, &two);
        }
        CHECK(snn_label(&one) == snn_label(&two));
        free(workspace), free(other);
        check_stream(&m, sample);
    }
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
                  drive[] = {(int32_t)random_below(1u << 24), 65535, 7},
                  gain[] = {(int32_t)random_below(65794), (int32_t)random_below(1u << 31)};
    uint8_t poisson = (uint8_t)random_below(2);
    const int16_t *const tables[] = {t};
    const snn_neuron_kind *kind = random_below(2) ? &snn_neuron_lif : &snn_neuron_if_wta;
    const snn_population p = {kind, {lif, tables}, neurons, 1};
    uint8_t history = (uint8_t)random_below(5), delay = (uint8_t)random_below(history + 1u);
    const snn_projection s = {&snn_synapse_dense, {code, 0}, w, SNN_INPUT, 0, bits, 0, delay};
    const snn_model m = {1,
                         {poisson ? &snn_encoder_poisson : &snn_encoder_error_diffusion,
                          {poisson ? gain : drive, 0},
                          inputs,
                          history},
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
    check_levels(&m, sample);
    free(w), free(sample), free(t), free(l), free(workspace), free(counts), free(first);
}

static void *random_bytes(uint32_t size) {
    uint8_t *bytes = malloc(size);
    for (uint32_t k = 0; k < size; ++k) bytes[k] = (uint8_t)random_below(256);
    return bytes;
}

/* A table of `sparse` for `inputs` sources: see csrc/synapses/sparse.c. */
static uint8_t *random_synapses(uint16_t inputs, uint16_t neurons, uint8_t bits) {
    uint32_t size = 4u * (inputs + 1u), most = 4u * (inputs + 1u) + 2u * inputs * neurons;
    uint8_t *table = malloc(most), reach = (uint8_t)(bits == 8 ? 255 : (1u << (8 - bits)) - 1);
    for (uint16_t i = 0; i <= inputs; ++i) {
        for (uint32_t k = 0; k < 4; ++k) table[4u * i + k] = (uint8_t)(size >> 8 * k);
        uint32_t gap = random_below(reach + 1u);
        for (uint32_t j = gap; i < inputs && j < neurons; gap = random_below(reach + 1u), j += gap + 1) {
            uint32_t code = random_below(1u << bits);
            table[size++] = (uint8_t)(bits == 8 ? code : gap << bits | code);
            if (bits == 8) table[size++] = (uint8_t)gap;
        }
    }
    return realloc(table, size);
}

/* Every connection type that reads spikes, with delays, into one population that also reaches itself. */
static void run_random_wiring(void) {
    static const uint8_t widths[] = {1, 4, 8};
    uint16_t inputs = (uint16_t)(1 + random_below(70)), neurons = (uint16_t)(1 + random_below(300));
    uint8_t bits = widths[random_below(3)], history = (uint8_t)random_below(5);
    uint8_t *synapses = random_synapses(inputs, neurons, bits), *sample = random_bytes(inputs);
    int16_t *t = random_bytes(neurons * 2u), *l = calloc(neurons, sizeof *l);
    const int32_t lif[] = {(int32_t)random_below(32768), (int32_t)random_below(3), 0}, zero[] = {8};
    const int32_t one[] = {(int32_t)random_below(65536) - 32768}, drive[] = {1 << 20, 65535, 7};
    const int16_t *const tables[] = {t};
    const snn_population p = {&snn_neuron_lif, {lif, tables}, neurons, (uint8_t)random_below(2), history};
    const snn_projection s[] = {
        {&snn_synapse_sparse, {zero, 0}, synapses, SNN_INPUT, 0, bits, 0, 0},
        {&snn_synapse_one_to_one, {one, 0}, synapses, 0, 0, 8, 0, history},
        {&snn_synapse_all_but_self, {one, 0}, synapses, 0, 0, 8, 0, (uint8_t)(history / 2)}};
    const snn_model m = {
        1, {&snn_encoder_error_diffusion, {drive, 0}, inputs, 0}, &p, s, {l, 0, 1, 0, 1}, 1, 3, 30};
    uint32_t size = snn_workspace_size(&m);
    void *workspace = malloc(size);
    snn_result r = {0, 0, 0, 0, 0, 0};
    snn_state state;
    CHECK(snn_init(&state, &m, workspace, size) == SNN_OK);
    for (int k = 0; k < 3; ++k) snn_run(&state, sample, &r);
    CHECK(r.steps == 30 && r.label == (r.input_spikes ? 0 : SNN_UNDECIDED));
    check_levels(&m, sample);
    free(synapses), free(sample), free(t), free(l), free(workspace);
}

static uint32_t windows(uint32_t n, uint32_t pool, uint32_t stride) {
    return 1 + (n > pool ? (n - pool + stride - 1) / stride : 0);
}

/* Once in a sample, and in ascending order. */
static void check_feature_spikes(snn_state *s, const uint8_t *sample, uint16_t units) {
    uint8_t *fired = calloc(units, 1);
    uint16_t count;
    int more = 1;
    snn_begin(s, sample);
    while (more) {
        more = snn_step(s);
        const uint16_t *spikes = snn_spikes(s, 0, &count);
        for (uint16_t k = 0; k < count; ++k) {
            CHECK(spikes[k] < units && (!k || spikes[k] > spikes[k - 1]));
            CHECK(!fired[spikes[k]]++);
        }
    }
    free(fired);
}

/* A table of `shared`, to the byte: see csrc/weights/patch_sums.h. */
static uint8_t *random_strips(uint32_t maps, uint32_t high, uint32_t wide, uint8_t bits) {
    const int32_t laid[] = {0, (int32_t)high, (int32_t)wide, 0, 0};
    const snn_projection p = {&snn_synapse_shared, {laid, 0}, 0, 0, 0, bits, 0, 0, 0};
    snn_strips z = snn_strips_of(&p);
    uint32_t per_row = (wide + z.width - 1) / z.width;
    uint8_t *table = calloc((maps + SNN_BLOCK - 1) / SNN_BLOCK, z.block), *strip = table;
    CHECK(z.block == high * per_row * z.mask * SNN_BLOCK);
    for (uint32_t first = 0; first < maps; first += SNN_BLOCK)
        for (uint32_t n = 0; n < high * per_row; ++n, strip += z.mask * SNN_BLOCK)
            for (uint32_t x = 0; x < z.width && n % per_row * z.width + x < wide; ++x)
                for (uint32_t k = 0; k < SNN_BLOCK && first + k < maps; ++k) {
                    uint8_t code = (uint8_t)random_below(1u << bits);
                    for (uint32_t set = 1; set <= z.mask; ++set)
                        if (set >> x & 1) strip[(set - 1) * SNN_BLOCK + k] += code;
                }
    return table;
}

static void run_random_scan(void) {
    static const uint8_t widths[] = {1, 4, 8};
    uint32_t maps = 1 + random_below(40), rows = 1 + random_below(15), columns = 1 + random_below(15);
    uint32_t high = 1 + random_below(8), wide = 1 + random_below(8), spacing = 1 + random_below(3);
    uint32_t top = random_below(3), left = random_below(3), line = left + spacing * (columns - 1) + wide;
    uint32_t pool = 1 + random_below(7), stride = 1 + random_below(pool), neurons = 1 + random_below(40);
    uint32_t units = maps * windows(rows, pool, stride) * windows(columns, pool, stride);
    uint8_t bits = widths[random_below(3)];
    uint32_t row = (neurons * bits + 31) / 32 * 4;
    uint16_t inputs = (uint16_t)((top + spacing * (rows - 1) + high) * line);
    uint8_t *patch = random_strips(maps, high, wide, bits), *w = random_bytes(row * units);
    uint8_t *sample = random_bytes(inputs);
    int16_t *t = random_bytes(maps * 2), *l = malloc(neurons * 2);
    int16_t *limits[] = {random_bytes(neurons * 2), random_bytes(neurons * 2)};
    for (uint32_t j = 0; j < neurons; ++j) l[j] = (int16_t)(random_below(4) - 1);
    const int32_t gray[] = {(int32_t)random_below(256)}, code[] = {(int32_t)random_below(9)};
    const int32_t laid[] = {0, (int32_t)high, (int32_t)wide, (int32_t)line, (int32_t)random_below(5)};
    const int32_t layout[] = {(int32_t)maps,
                              (int32_t)rows,
                              (int32_t)columns,
                              (int32_t)line,
                              (int32_t)pool,
                              (int32_t)stride,
                              (int32_t)(top * line + left),
                              (int32_t)spacing};
    const int16_t *const per_map[] = {t};
    const int16_t *const per_neuron[] = {limits[0], limits[1]};
    uint8_t is_wide = (uint8_t)random_below(2);
    const snn_population p[] = {{&snn_neuron_conv_wta, {layout, per_map}, (uint16_t)units, is_wide},
                                {&snn_neuron_if_race, {0, per_neuron}, (uint16_t)neurons, 1}};
    const snn_projection s[] = {{&snn_synapse_shared, {laid, 0}, patch, SNN_INPUT, 0, bits},
                                {&snn_synapse_dense, {code, 0}, w, 0, 1, bits}};
    const snn_model m = {
        1, {&snn_encoder_flash, {gray, 0}, inputs}, p, s, {l, 1, 3, (uint16_t)random_below(2), 1}, 2, 2,
        20};
    uint32_t size = snn_workspace_size(&m);
    void *workspace = malloc(size);
    uint16_t *counts = malloc(neurons * 2), *first = malloc(neurons * 2);
    snn_result r = {counts, first, 0, 0, 0, 0};
    snn_state state;
    CHECK(snn_init(&state, &m, workspace, size) == SNN_OK);
    for (int k = 0; k < 3; ++k) snn_run(&state, sample, &r);
    CHECK(r.label >= SNN_UNDECIDED && r.label < 3 && r.steps >= 1 && r.steps <= 20);
    check_feature_spikes(&state, sample, (uint16_t)units);
    check_levels(&m, sample);
    free(patch), free(w), free(sample), free(t), free(l), free(limits[0]), free(limits[1]);
    free(workspace), free(counts), free(first);
}

/* An encoder whose map fills while the sample runs: source i spikes in step i mod 16. */
static uint16_t late_max(const snn_encoder *e) { return e->size; }
static uint32_t late_size(const snn_encoder *e) { return e->size / 8u + 4u; }
static uint16_t late_begin(const snn_encoder *e, void *state, const uint8_t *sample) {
    (void)e, (void)state, (void)sample;
    return 0;
}
static uint16_t late_step(const snn_encoder *e, void *state, uint16_t *spikes) {
    uint8_t *map = state, *steps = map + e->size / 8u + 2u;
    uint16_t count = 0;
    for (uint32_t i = (*steps)++ % 16u; i < e->size; i += 16) {
        map[i >> 3] = (uint8_t)(map[i >> 3] | 1u << (i & 7));
        spikes[count++] = (uint16_t)i;
    }
    return count;
}

static void test_a_map_that_fills_is_read_in_every_step(void) {
    static const snn_encoder_kind late = {{"late", "", ""}, late_size, late_max, late_begin,
                                          late_step,        1,         4};
    uint8_t *patch = random_strips(8, 3, 3, 4), w[4 * 4 * 4], sample[100] = {0};
    memset(w, 1, sizeof w);
    const int32_t laid[] = {0, 3, 3, 10, 1}, layout[] = {8, 8, 8, 10, 8, 8, 0, 1}, zero[] = {0};
    const int16_t t[8] = {0}, bias[1] = {0}, limit[1] = {INT16_MAX}, labels[1] = {0};
    const int16_t *const per_map[] = {t}, *const per_neuron[] = {bias, limit};
    const snn_population p[] = {{&snn_neuron_conv_wta, {layout, per_map}, 8, 0, 0},
                                {&snn_neuron_if_race, {0, per_neuron}, 1, 0, 0}};
    const snn_projection s[] = {{&snn_synapse_shared, {laid, 0}, patch, SNN_INPUT, 0, 4, 0, 0},
                                {&snn_synapse_dense, {zero, 0}, w, 0, 1, 8, 0, 0}};
    const snn_model m = {1, {&late, {zero, 0}, 100, 0}, p, s, {labels, 1, 1, 0, 1}, 2, 2, 16};
    check_levels(&m, sample);
    free(patch);
}

static int32_t random_in(int32_t low, int32_t high) { /* the limits are as frequent as all between them */
    uint32_t kind = random_below(4);
    return kind == 0 ? low : kind == 1 ? high : low + (int32_t)random_below((uint32_t)(high - low));
}

static void run_random_conductances(void) {
    uint16_t inputs = (uint16_t)(1 + random_below(70));
    uint16_t neurons = (uint16_t)(1 + random_below(random_below(8) ? 70 : 300)); /* more than a stripe */
    uint8_t bits = random_below(2) ? 8 : 4;
    uint32_t row = (neurons * bits + 31u) / 32 * 4;
    uint8_t *w = random_bytes(row * inputs), *back = random_bytes(row * neurons);
    uint8_t *sample = random_bytes(inputs);
    int16_t *t = random_bytes(neurons * 2), *l = malloc(neurons * sizeof *l);
    for (uint16_t j = 0; j < neurons; ++j) l[j] = (int16_t)(random_below(4) - 1);
    uint32_t calm = random_below(2); /* nearly all neurons never fire: the usual case of kernels */
    for (uint16_t j = 0; j < neurons; ++j) t[j] = calm && random_below(32) ? INT16_MAX : t[j];
    const int32_t offset_back[] = {(int32_t)(random_below(2) * random_below(129))};
    /* codes of 8 bits without an offset have 7 */
    for (uint32_t k = 0; k < row * inputs && bits == 8; ++k) w[k] &= 127;
    for (uint32_t k = 0; k < row * neurons && bits == 8 && !offset_back[0]; ++k) back[k] &= 127;
    const int32_t scalars[] = {random_in(1, 32767),      random_in(0, 32767),      random_in(0, 32767),
                               random_in(1, 32767),      random_in(1, 32767),      random_in(0, 8),
                               random_in(0, 8),          random_in(-32767, 32767), random_in(-32767, 32767),
                               random_in(-32767, 32767), random_in(0, 4)};
    const int32_t gain[] = {65793, 5}, code[] = {0};
    const int16_t *const tables[] = {t};
    const snn_population p = {&snn_neuron_lif_cond_exp, {scalars, tables}, neurons, 1, 0};
    const snn_projection s[] = {
        {&snn_synapse_dense, {code, 0}, w, SNN_INPUT, 0, bits, SNN_EXCITATORY, 0},
        {&snn_synapse_dense, {offset_back, 0}, back, 0, 0, bits, SNN_INHIBITORY, 0}};
    const snn_model m = {1, {&snn_encoder_poisson, {gain, 0}, inputs, 0}, &p, s, {l, 0, 3, 0, 1}, 1, 2, 30};
    uint32_t size = snn_workspace_size(&m);
    void *workspace = malloc(size);
    snn_result r = {0, 0, 0, 0, 0, 0};
    snn_state state;
    CHECK(snn_init(&state, &m, workspace, size) == SNN_OK);
    for (int k = 0; k < 3; ++k) snn_run(&state, sample, &r);
    for (uint16_t j = 0; j < neurons; ++j) CHECK(snn_membrane(&state, 0)[j] >= -32767);
    check_levels(&m, sample);
    free(w), free(back), free(sample), free(t), free(l), free(workspace);
}

int main(void) {
    test_tiny_model_answers();
    test_early_exit_stops_the_work();
    test_bad_calls_are_refused();
    test_every_status_has_a_text();
    test_the_contract_of_the_arithmetic();
    test_poisson_spikes_below_its_probability();
    test_a_negative_conductance_is_none();
    test_bad_spikes_are_refused_and_no_step_is_done();
    test_events_are_sorted();
    test_a_stream_goes_on_for_ever();
    test_a_map_that_fills_is_read_in_every_step();
    for (int k = 0; k < 500; ++k) run_random_model();
    for (int k = 0; k < 500; ++k) run_random_wiring();
    for (int k = 0; k < 500; ++k) run_random_scan();
    for (int k = 0; k < 500; ++k) run_random_conductances();
    if (failures) printf("%d failures\n", failures);
    return failures != 0;
}
