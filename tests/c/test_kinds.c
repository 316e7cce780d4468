/* SPDX-License-Identifier: Apache-2.0 */
/* Single kinds, and what a kind declares about itself. */
#include "support.h"

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

/* An encoder whose map fills while the sample runs: source i spikes in step i mod 16. */
static uint16_t late_max(const snn_encoder *e) { return e->size; }
static uint16_t silent_max(const snn_encoder *e) {
    (void)e;
    return 0;
}
static uint32_t late_size(const snn_encoder *e) { return snn_map_size(e->size) + 1u; }
static uint16_t late_begin(const snn_encoder *e, void *state, const uint8_t *sample) {
    (void)e, (void)state, (void)sample;
    return 0;
}
static uint16_t fill_map(const snn_encoder *e, void *state, uint16_t *spikes) {
    uint8_t *map = state, *steps = map + snn_map_size(e->size);
    uint16_t count = 0;
    for (uint32_t i = (*steps)++ % 16u; i < e->size; i += 16, ++count) {
        map[i >> 3] = (uint8_t)(map[i >> 3] | 1u << (i & 7));
        if (spikes) spikes[count] = (uint16_t)i;
    }
    return count;
}
static uint16_t silent_step(const snn_encoder *e, void *state, uint16_t *spikes) {
    (void)spikes;
    fill_map(e, state, 0);
    return 0;
}

static const snn_encoder_kind late = {.info = {"late", "", ""},
                                      .state_size = late_size,
                                      .max_spikes = late_max,
                                      .begin = late_begin,
                                      .step = fill_map,
                                      .keeps_map = 1};
/* The same map, without a list of spikes. */
static const snn_encoder_kind silent = {.info = {"silent", "", ""},
                                        .state_size = late_size,
                                        .max_spikes = silent_max,
                                        .begin = late_begin,
                                        .step = silent_step,
                                        .keeps_map = 1};

/* A scan of 8 maps with 3 x 3 pixels over 10 lines of 8 pixels, and one neuron behind it. */
static const int32_t scan_patch[] = {0, 3, 3, 8, 1}, scan_layout[] = {8, 8, 6, 8, 8, 8, 0, 1}, zero[] = {0};
static const int16_t low[8] = {0}, high[] = {INT16_MAX}, one_label[] = {0};
static const int16_t *const per_map[] = {low}, *const per_neuron[] = {low, high};
static const snn_population scan_populations[] = {{&snn_neuron_conv_wta, {scan_layout, per_map}, 8, 0, 0},
                                                  {&snn_neuron_if_ttfs, {0, per_neuron}, 1, 0, 0}};
static const uint8_t ones[8 * 4] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,
                                    1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0};

/* `projections`: two, which are written. */
static snn_model scan_model(const snn_encoder_kind *encoder, const uint8_t *patch,
                            snn_projection *projections) {
    const snn_projection s[] = {{&snn_synapse_patch, {scan_patch, 0}, patch, SNN_INPUT, 0, 4, 0, 0, 0},
                                {&snn_synapse_dense, {zero, 0}, ones, 0, 1, 8, 0, 0, 0}};
    memcpy(projections, s, sizeof s);
    const snn_model m = {
        1, {encoder, {zero, 0}, 80, 0}, scan_populations, projections, {one_label, 1, 1, 0, 1}, 2, 2, 16};
    return m;
}

static void test_a_map_that_fills_is_read_in_every_step(void) {
    uint8_t *patch = random_patch_sums(8, 3, 3, 4), sample[80] = {0};
    snn_projection projections[2];
    snn_model m = scan_model(&late, patch, projections);
    check_levels(&m, sample);
    m.encoder.kind = &silent;
    check_levels(&m, sample);
    free(patch);
}

/* Whether a map is final is declared, and does not follow from a list of spikes. */
static void test_an_encoder_without_spikes_may_fill_its_map(void) {
    uint8_t *patch = random_patch_sums(8, 3, 3, 4), sample[80] = {0};
    uint32_t fired = 0;
    snn_projection projections[2];
    const snn_model m = scan_model(&late, patch, projections), n = scan_model(&silent, patch, projections);
    uint32_t size = snn_workspace_size(&m);
    void *workspace = malloc(size), *other = malloc(size);
    snn_state a, b;
    CHECK(snn_init(&a, &m, workspace, size) == SNN_OK && snn_init(&b, &n, other, size) == SNN_OK);
    snn_begin(&a, sample), snn_begin(&b, sample);
    for (int going = 1; going;) {
        uint16_t x, y;
        going = snn_step(&a);
        CHECK(snn_step(&b) == going);
        const uint16_t *listed = snn_spikes(&a, 0, &x), *mapped = snn_spikes(&b, 0, &y);
        CHECK(x == y && !memcmp(listed, mapped, x * sizeof *listed));
        fired += y;
    }
    CHECK(fired > 0);
    free(patch), free(workspace), free(other);
}

/* A map on the heap, to the byte: kernels read its padding and nothing behind it. Its last line is its last
 * byte. */
static void test_kernels_read_no_further_than_the_padding_of_a_map(void) {
    uint8_t *patch = random_patch_sums(8, 3, 3, 4);
    snn_projection projections[2];
    snn_model plain = scan_model(&snn_encoder_binary, patch, projections);
    uint8_t *map = malloc(snn_map_size(plain.encoder.size));
    memset(map, 255, snn_map_size(plain.encoder.size));
    for (const snn_level *level = snn_levels; level->name; ++level) {
        if (!level->runs()) continue;
        snn_population populations[2];
        snn_projection at[2];
        snn_model m = at_level(&plain, level, populations, at);
        CHECK(m.encoder.kind->keeps_map && m.encoder.kind->map_is_final);
        CHECK(m.encoder.kind->state_size(&m.encoder) >= snn_map_size(m.encoder.size));
        const snn_population *p = &populations[0];
        uint32_t saturations = 0;
        void *state = calloc(1, p->kind->state_size(p)), *sum = calloc(8, sizeof(int16_t));
        uint16_t *spikes = malloc(p->kind->max_spikes(p) * sizeof *spikes), fired = 0;
        snn_inputs inputs = {.population = p, .first = at, .end = at + 1, .input_map = map, .sum = sum};
        inputs.targets = 8, inputs.map_is_final = 1;
        for (int k = 0; k < 16; ++k)
            fired = (uint16_t)(fired + p->kind->step(p, state, &inputs, spikes, &saturations));
        CHECK(fired > 0);
        free(state), free(sum), free(spikes);
    }
    free(patch), free(map);
}

/* Copies of two kinds at other addresses, which count their calls. */
static uint32_t calls;
static void counted_propagate(const snn_projection *p, const snn_source *source, uint16_t targets,
                              int16_t *sum) {
    ++calls;
    snn_synapse_dense.propagate_16(p, source, targets, sum);
}
static uint16_t counted_propagate_at(const snn_projection *p, const uint8_t *map, uint16_t pixel,
                                     uint16_t targets, int16_t *sum) {
    ++calls;
    return snn_synapse_patch.propagate_at_16(p, map, pixel, targets, sum);
}

/* Kernels choose a faster way by what a kind declares, whatever its address is. */
static void test_a_kernel_reads_the_weights_of_any_kind_that_declares_them(void) {
    const snn_synapse_kind rows = {.info = {"own rows", "", ""},
                                   .propagate_16 = counted_propagate,
                                   .propagate_32 = snn_synapse_dense.propagate_32,
                                   .rows = 1};
    const snn_synapse_kind sums = {.info = {"own patch", "", ""},
                                   .propagate_at_16 = counted_propagate_at,
                                   .propagate_at_32 = snn_synapse_patch.propagate_at_32,
                                   .patch_sums = 1};
    uint8_t *patch = random_patch_sums(8, 3, 3, 8), sample[80];
    snn_projection projections[2];
    snn_model plain = scan_model(&snn_encoder_binary, patch, projections);
    memset(sample, 255, sizeof sample);
    projections[0].kind = &sums, projections[0].bits = 8, projections[1].kind = &rows;
    check_levels(&plain, sample);
    for (const snn_level *level = snn_levels; level->name; ++level) {
        if (!level->runs()) continue;
        snn_population populations[2];
        snn_projection at[2];
        snn_model m = at_level(&plain, level, populations, at);
        uint32_t size = snn_workspace_size(&m);
        void *workspace = malloc(size);
        snn_state state;
        snn_result r = {0, 0, 0, 0, 0, 0};
        calls = 0;
        CHECK(snn_init(&state, &m, workspace, size) == SNN_OK);
        snn_run(&state, sample, &r);
        CHECK((calls == 0) == (strcmp(level->name, "scalar") != 0));
        free(workspace);
    }
    free(patch);
}

int main(void) {
    test_poisson_spikes_below_its_probability();
    test_a_negative_conductance_is_none();
    test_a_map_that_fills_is_read_in_every_step();
    test_an_encoder_without_spikes_may_fill_its_map();
    test_kernels_read_no_further_than_the_padding_of_a_map();
    test_a_kernel_reads_the_weights_of_any_kind_that_declares_them();
    return failed();
}
