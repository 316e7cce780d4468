/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile tables: snn_check refuses them, or the model runs within its workspace. The workspace is on the
 * heap, to the byte, so that the sanitizers report any access beyond it. */
#include "support.h"

enum { POPULATIONS = 3, PROJECTIONS = 4, NEURONS = 3, ROUNDS = 20000 };

typedef struct {
    snn_model model;
    snn_population populations[POPULATIONS];
    snn_projection projections[PROJECTIONS];
    int16_t labels[NEURONS];
} tables;

static uint32_t seed = 1;

static uint32_t draw(uint32_t below) {
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* Three populations in a chain, and the last one back to the first. */
static void make(tables *t) {
    static const uint8_t nine[12] = {3, 0, 1, 0, 0, 3, 1, 0, 3, 1, 0, 0};
    t->model = tiny_model();
    for (int k = 0; k < POPULATIONS; ++k) t->populations[k] = population;
    for (int k = 0; k < PROJECTIONS; ++k) {
        t->projections[k] = projection;
        t->projections[k].weights = nine;
        t->projections[k].source = (uint16_t)(k ? k - 1 : SNN_INPUT);
        t->projections[k].target = (uint16_t)(k < POPULATIONS ? k : POPULATIONS - 1);
    }
    memcpy(t->labels, labels, sizeof labels);
    t->model.populations = t->populations, t->model.projections = t->projections;
    t->model.n_populations = POPULATIONS, t->model.n_projections = PROJECTIONS;
    t->model.readout.labels = t->labels, t->model.readout.population = POPULATIONS - 1;
}

/* Values on and beside the bounds of the checks. */
static uint16_t value(void) {
    static const uint16_t values[] = {0, 1, 2, 3, 4, 5, 8, 9, 255, 256, 32767, 32768, 65534, 65535};
    return values[draw(sizeof values / sizeof *values)];
}

static void change_projection(snn_projection *p) {
    static const snn_synapse_kind *const kinds[] = {&snn_synapse_one_to_one, &snn_synapse_patch, 0};
    switch (draw(7)) {
    case 0:
        p->kind = kinds[draw(3)];
        break;
    case 1:
        p->weights = 0;
        break;
    case 2:
        p->source = value();
        break;
    case 3:
        p->target = value();
        break;
    case 4:
        p->bits = (uint8_t)value();
        break;
    case 5:
        p->receptor = (uint8_t)value();
        break;
    default:
        p->delay = (uint8_t)value();
    }
}

/* Change one field. Sizes and histories are left as they are or made smaller: a table cannot state how long
 * the arrays are that it points to. */
static void change(tables *t) {
    snn_population *p = &t->populations[draw(POPULATIONS)];
    snn_readout *r = &t->model.readout;
    switch (draw(14)) {
    case 0:
        p->kind = 0;
        break;
    case 1:
        p->size = 0;
        break;
    case 2:
        p->wide = (uint8_t)value();
        break;
    case 3:
        p->history = (uint8_t)value();
        break;
    case 4:
        t->model.encoder.history = (uint8_t)value();
        break;
    case 5:
        r->population = value();
        break;
    case 6:
        r->classes = value();
        break;
    case 7:
        r->labels = draw(2) ? t->labels : 0;
        break;
    case 8:
        t->labels[draw(NEURONS)] = (int16_t)value();
        break;
    case 9:
        t->model.steps = (uint16_t)(value() % 50);
        break;
    case 10:
        t->model.n_populations = (uint16_t)(value() % (POPULATIONS + 1));
        break;
    case 11:
        r->exit_margin = value();
        break;
    default:
        change_projection(&t->projections[draw(PROJECTIONS)]);
    }
}

static void run(const snn_model *m) {
    static const uint8_t image[2] = {255, 128};
    uint32_t size = snn_workspace_size(m);
    void *workspace = malloc(size);
    snn_state s;
    snn_result r = {0, 0, 0, 0, 0, 0};
    CHECK(snn_init(&s, m, workspace, size) == SNN_OK);
    snn_run(&s, image, &r);
    CHECK(r.steps <= m->steps && r.label < (int32_t)m->readout.classes);
    free(workspace);
}

static void test_changed_tables_are_refused_or_run(void) {
    int accepted = 0;
    for (int k = 0; k < ROUNDS; ++k) {
        tables t;
        make(&t);
        for (uint32_t n = draw(3); n; --n) change(&t);
        if (snn_check(&t.model) != SNN_OK) continue;
        ++accepted;
        run(&t.model);
    }
    CHECK(accepted > ROUNDS / 20 && accepted < ROUNDS * 19 / 20); /* both ways are taken */
}

/* Every projection is checked, not only the first. */
static void test_each_projection_is_checked(void) {
    for (int k = 0; k < PROJECTIONS; ++k) {
        tables t;
        make(&t);
        CHECK(snn_check(&t.model) == SNN_OK);
        t.projections[k].bits = 5;
        CHECK(snn_check(&t.model) == SNN_BAD_MODEL);
        make(&t);
        t.projections[k].source = POPULATIONS;
        CHECK(snn_check(&t.model) == SNN_BAD_MODEL);
        if (k == 0 || k == PROJECTIONS - 1) continue; /* the last two have one target */
        make(&t);
        t.projections[k].target = t.projections[k - 1].target;
        t.projections[k - 1].target = (uint16_t)k; /* no longer sorted */
        CHECK(snn_check(&t.model) == SNN_BAD_MODEL);
    }
}

/* Each label is checked, the last one too. */
static void test_each_label_is_checked(void) {
    for (int j = 0; j < NEURONS; ++j) {
        tables t;
        make(&t);
        t.labels[j] = 2;
        CHECK(snn_check(&t.model) == SNN_BAD_MODEL);
        t.labels[j] = -2;
        CHECK(snn_check(&t.model) == SNN_BAD_MODEL);
    }
}

/* A parameter that a kind names has an array and a value. */
static void test_missing_parameters_are_refused(void) {
    static const int16_t *const none[] = {0};
    tables t;
    make(&t);
    t.model.encoder.params.scalars = 0;
    CHECK(snn_check(&t.model) == SNN_BAD_MODEL);
    for (int k = 0; k < POPULATIONS; ++k) {
        make(&t);
        t.populations[k].params.arrays = none;
        CHECK(snn_check(&t.model) == SNN_BAD_MODEL);
        t.populations[k].params.arrays = 0;
        CHECK(snn_check(&t.model) == SNN_BAD_MODEL);
        t.populations[k].kind = &snn_neuron_conv_wta; /* its size is computed from scalars */
        t.populations[k].params.arrays = arrays;
        CHECK(snn_check(&t.model) == SNN_BAD_MODEL);
    }
    for (int k = 0; k < PROJECTIONS; ++k) {
        make(&t);
        t.projections[k].params.scalars = 0;
        CHECK(snn_check(&t.model) == SNN_BAD_MODEL);
    }
}

static void call_all(snn_state *s) {
    static const uint8_t image[2] = {255, 128};
    snn_result r = {0, 0, 0, 0, 0, 0};
    uint16_t count = 9;
    snn_begin(s, image);
    CHECK(snn_step(s) == 0 && snn_label(s) == SNN_UNDECIDED && snn_decided(s) == 0);
    snn_run(s, image, &r);
    CHECK(r.label == 0 && r.steps == 0); /* unchanged */
    snn_run(s, image, 0);
    CHECK(snn_begin_stream(s) == SNN_NULL_POINTER && snn_step_spikes(s, 0, 0) == SNN_NULL_POINTER);
    CHECK(!snn_spikes(s, 0, &count) && count == 0 && !snn_input_map(s) && !snn_membrane(s, 0));
    snn_clear_votes(s);
}

static void test_null_pointers_do_nothing(void) {
    snn_model m = tiny_model();
    uint32_t workspace[64];
    snn_state s;
    snn_result r = {0, 0, 0, 0, 0, 0};
    uint16_t count = 9;
    memset(&s, 255, sizeof s);
    CHECK(snn_init(&s, 0, workspace, sizeof workspace) == SNN_NULL_POINTER);
    call_all(0), call_all(&s);
    CHECK(snn_init(&s, &m, workspace, sizeof workspace) == SNN_OK);
    snn_run(&s, 0, &r);
    CHECK(r.label == 0 && r.steps == 0);
    snn_run(&s, 0, 0);
    CHECK(!snn_spikes(&s, 1, &count) && count == 0 && !snn_spikes(&s, 0, 0) && !snn_membrane(&s, 1));
    CHECK(snn_sort_spikes(0, 3) == 0);
}

int main(void) {
    test_missing_parameters_are_refused();
    test_null_pointers_do_nothing();
    test_changed_tables_are_refused_or_run();
    test_each_projection_is_checked();
    test_each_label_is_checked();
    return failed();
}
