/* SPDX-License-Identifier: Apache-2.0 */
/* support.h: what the C tests share: a check that goes on, a tiny model, random numbers, and the comparison
 * of all SIMD levels with plain C. Each test file is a program of its own. */
#ifndef SNN_TESTS_SUPPORT_H
#define SNN_TESTS_SUPPORT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../csrc/kind_list.h"
#include "../../csrc/weights/patch_sums.h"

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
extern const snn_encoder_kind snn_encoder_binary;
extern const snn_encoder_kind snn_encoder_poisson;
extern const snn_neuron_kind snn_neuron_conv_wta;
extern const snn_neuron_kind snn_neuron_if_ttfs;
extern const snn_synapse_kind snn_synapse_patch;
extern const snn_synapse_kind snn_synapse_sparse;
extern const snn_synapse_kind snn_synapse_one_to_one;
extern const snn_synapse_kind snn_synapse_lateral;

/* Return the exit code of a test program. */
static inline int failed(void) {
    if (failures) printf("%d failures\n", failures);
    return failures != 0;
}

/* A model of two inputs and three neurons. Neuron 0 follows input 0, neuron 1 input 1; neuron 2 has no
 * label. */
static const int32_t encoder_scalars[] = {65536, 32768, 0};
static const int16_t threshold[] = {5, 5, 5};
static const int16_t *const arrays[] = {threshold};
static const int32_t zero_point[] = {0};
static const uint8_t weights[] = {3, 0, 1, 0, 0, 3, 1, 0};
static const int16_t labels[] = {0, 1, SNN_UNASSIGNED};
static const snn_population population = {&snn_neuron_if_wta, {0, arrays}, 3, 0};
static const snn_projection projection = {&snn_synapse_dense, {zero_point, 0}, weights, SNN_INPUT, 0, 8};

static inline snn_model tiny_model(void) {
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

/* The model with its kinds at a level; `populations` and `projections` are written. */
#define AT_LEVEL(list, kind) find((const void *const *)(list), kind)

static inline const void *find(const void *const *kinds, const void *plain) {
    const char *name = ((const snn_kind_info *)plain)->name; /* a kind begins with its info */
    for (; *kinds; ++kinds)
        if (!strcmp(((const snn_kind_info *)*kinds)->name, name)) return *kinds;
    return plain; /* one of these tests */
}

static inline snn_model at_level(const snn_model *plain, const snn_level *level,
                                 snn_population *populations, snn_projection *projections) {
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
static inline void check_step(const snn_state *one, const snn_state *two) {
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
static inline void check_stream(const snn_model *m, const uint8_t *sample) {
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
static inline void check_levels(const snn_model *plain, const uint8_t *sample) {
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

static inline uint32_t random_below(uint32_t n) { /* xorshift32 */
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % n;
}

static inline void *random_bytes(uint32_t size) {
    uint8_t *bytes = malloc(size);
    for (uint32_t k = 0; k < size; ++k) bytes[k] = (uint8_t)random_below(256);
    return bytes;
}

/* A table of `patch`, to the byte: see csrc/weights/patch_sums.h. */
static inline uint8_t *random_patch_sums(uint32_t maps, uint32_t high, uint32_t wide, uint8_t bits) {
    const int32_t laid[] = {0, (int32_t)high, (int32_t)wide, 0, 0};
    const snn_projection p = {&snn_synapse_patch, {laid, 0}, 0, 0, 0, bits, 0, 0, 0};
    snn_patch_table z = snn_patch_table_of(&p);
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

#endif
