/* SPDX-License-Identifier: Apache-2.0 */
/* Random models: every SIMD level gives the bits of plain C. Tables and workspaces are on the heap, to the
 * byte, so that the sanitizers report any access beyond them. */
#include "support.h"

/* Run a sample three times, and then at all levels. Return the result, without its arrays. */
static snn_result run_everywhere(const snn_model *m, const uint8_t *sample) {
    uint32_t size = snn_workspace_size(m), neurons = m->populations[m->readout.population].size;
    void *workspace = malloc(size);
    uint16_t *counts = malloc(neurons * sizeof *counts), *first = malloc(neurons * sizeof *first);
    snn_result r = {counts, first, 0, 0, 0, 0};
    snn_state state;
    CHECK(snn_init(&state, m, workspace, size) == SNN_OK);
    for (int k = 0; k < 3; ++k) snn_run(&state, sample, &r);
    for (uint16_t j = 0; j < neurons; ++j) CHECK((counts[j] == 0) == (first[j] == UINT16_MAX));
    check_levels(m, sample);
    free(workspace), free(counts), free(first);
    r.spike_counts = r.first_spikes = 0;
    return r;
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
    snn_result r = run_everywhere(&m, sample);
    CHECK(r.label >= SNN_UNDECIDED && r.label < 3 && r.steps >= 1 && r.steps <= 30);
    free(w), free(sample), free(t), free(l);
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
        {&snn_synapse_lateral, {one, 0}, synapses, 0, 0, 8, 0, (uint8_t)(history / 2)}};
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
static void check_feature_spikes(const snn_model *m, const uint8_t *sample, uint16_t units) {
    uint8_t *fired = calloc(units, 1);
    uint32_t size = snn_workspace_size(m);
    void *workspace = malloc(size);
    snn_state s;
    uint16_t count;
    int more = 1;
    CHECK(snn_init(&s, m, workspace, size) == SNN_OK);
    snn_begin(&s, sample);
    while (more) {
        more = snn_step(&s);
        const uint16_t *spikes = snn_spikes(&s, 0, &count);
        for (uint16_t k = 0; k < count; ++k) {
            CHECK(spikes[k] < units && (!k || spikes[k] > spikes[k - 1]));
            CHECK(!fired[spikes[k]]++);
        }
    }
    free(fired), free(workspace);
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
    uint8_t *patch = random_patch_sums(maps, high, wide, bits), *w = random_bytes(row * units);
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
                                {&snn_neuron_if_ttfs, {0, per_neuron}, (uint16_t)neurons, 1}};
    const snn_projection s[] = {{&snn_synapse_patch, {laid, 0}, patch, SNN_INPUT, 0, bits},
                                {&snn_synapse_dense, {code, 0}, w, 0, 1, bits}};
    const snn_model m = {
        1, {&snn_encoder_binary, {gray, 0}, inputs}, p, s, {l, 1, 3, (uint16_t)random_below(2), 1}, 2, 2,
        20};
    snn_result r = run_everywhere(&m, sample);
    CHECK(r.label >= SNN_UNDECIDED && r.label < 3 && r.steps >= 1 && r.steps <= 20);
    check_feature_spikes(&m, sample, (uint16_t)units);
    free(patch), free(w), free(sample), free(t), free(l), free(limits[0]), free(limits[1]);
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
    const int32_t zero_point_back[] = {(int32_t)(random_below(2) * random_below(129))};
    /* codes of 8 bits without a zero point have 7 */
    for (uint32_t k = 0; k < row * inputs && bits == 8; ++k) w[k] &= 127;
    for (uint32_t k = 0; k < row * neurons && bits == 8 && !zero_point_back[0]; ++k) back[k] &= 127;
    const int32_t scalars[] = {random_in(1, 32767),      random_in(0, 32767),      random_in(0, 32767),
                               random_in(1, 32767),      random_in(1, 32767),      random_in(0, 8),
                               random_in(0, 8),          random_in(-32767, 32767), random_in(-32767, 32767),
                               random_in(-32767, 32767), random_in(0, 4)};
    const int32_t gain[] = {65793, 5}, code[] = {0};
    const int16_t *const tables[] = {t};
    const snn_population p = {&snn_neuron_lif_cond_exp, {scalars, tables}, neurons, 1, 0};
    const snn_projection s[] = {
        {&snn_synapse_dense, {code, 0}, w, SNN_INPUT, 0, bits, SNN_EXCITATORY, 0},
        {&snn_synapse_dense, {zero_point_back, 0}, back, 0, 0, bits, SNN_INHIBITORY, 0}};
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
    for (int k = 0; k < 500; ++k) run_random_model();
    for (int k = 0; k < 500; ++k) run_random_wiring();
    for (int k = 0; k < 500; ++k) run_random_scan();
    for (int k = 0; k < 500; ++k) run_random_conductances();
    return failed();
}
