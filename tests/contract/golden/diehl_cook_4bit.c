/* Tables of the model conductance, written by snnedge. Do not edit: export it again. */
#include "../conductance.h"

extern const snn_encoder_kind snn_encoder_poisson;
extern const snn_neuron_kind snn_neuron_lif_cond_exp;
extern const snn_synapse_kind snn_synapse_lateral;
extern const snn_synapse_kind snn_synapse_one_to_one;
extern const snn_synapse_kind snn_synapse_sparse;

/* gain, seed */
static const int32_t encoder_scalars[] = {
3686,4};
static const SNN_FLASH int16_t *const encoder_arrays[] = {0};
static const SNN_FLASH int16_t excitatory_threshold[] = {
2577,934,1900,1477,2257,1106,2385,1784,2442,1662,1576,2234,2592,1464,2564,2491,1112,1903,2079,2516,
2007,1031};
/* leak, decay_e, decay_i, gain_e, gain_i, shift_e, shift_i, reset, reversal_e, reversal_i, refractory */
static const int32_t excitatory_scalars[] = {
164,19875,25520,127,2,0,0,0,17039,-9175,9};
static const SNN_FLASH int16_t *const excitatory_arrays[] = {excitatory_threshold};
static const SNN_FLASH int16_t inhibitory_threshold[] = {
5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,
5242,5242};
/* leak, decay_e, decay_i, gain_e, gain_i, shift_e, shift_i, reset, reversal_e, reversal_i, refractory */
static const int32_t inhibitory_scalars[] = {
1638,19875,25520,9,1,0,0,3932,15729,-6554,3};
static const SNN_FLASH int16_t *const inhibitory_arrays[] = {inhibitory_threshold};
/* zero_point */
static const int32_t input_to_excitatory_scalars[] = {
0};
static const SNN_FLASH int16_t *const input_to_excitatory_arrays[] = {0};
/* weight */
static const int32_t inhibitory_to_excitatory_scalars[] = {
1393};
static const SNN_FLASH int16_t *const inhibitory_to_excitatory_arrays[] = {0};
/* weight */
static const int32_t excitatory_to_inhibitory_scalars[] = {
1893};
static const SNN_FLASH int16_t *const excitatory_to_inhibitory_arrays[] = {0};
static const SNN_FLASH uint8_t input_to_excitatory_weights[] = {
252,2,0,0,252,2,0,0,252,2,0,0,253,2,0,0,253,2,0,0,
253,2,0,0,254,2,0,0,254,2,0,0,254,2,0,0,1,3,0,0,
1,3,0,0,1,3,0,0,4,3,0,0,4,3,0,0,4,3,0,0,
5,3,0,0,6,3,0,0,7,3,0,0,10,3,0,0,11,3,0,0,
14,3,0,0,16,3,0,0,16,3,0,0,16,3,0,0,18,3,0,0,
20,3,0,0,21,3,0,0,24,3,0,0,25,3,0,0,26,3,0,0,
26,3,0,0,27,3,0,0,29,3,0,0,30,3,0,0,30,3,0,0,
31,3,0,0,31,3,0,0,31,3,0,0,31,3,0,0,31,3,0,0,
34,3,0,0,35,3,0,0,36,3,0,0,38,3,0,0,40,3,0,0,
42,3,0,0,42,3,0,0,44,3,0,0,44,3,0,0,46,3,0,0,
46,3,0,0,46,3,0,0,47,3,0,0,49,3,0,0,50,3,0,0,
51,3,0,0,52,3,0,0,54,3,0,0,56,3,0,0,57,3,0,0,
59,3,0,0,61,3,0,0,63,3,0,0,67,3,0,0,68,3,0,0,
69,3,0,0,71,3,0,0,72,3,0,0,75,3,0,0,78,3,0,0,
79,3,0,0,81,3,0,0,81,3,0,0,83,3,0,0,84,3,0,0,
85,3,0,0,86,3,0,0,87,3,0,0,89,3,0,0,90,3,0,0,
91,3,0,0,93,3,0,0,96,3,0,0,97,3,0,0,101,3,0,0,
101,3,0,0,101,3,0,0,103,3,0,0,103,3,0,0,106,3,0,0,
106,3,0,0,108,3,0,0,110,3,0,0,112,3,0,0,113,3,0,0,
113,3,0,0,113,3,0,0,113,3,0,0,114,3,0,0,116,3,0,0,
116,3,0,0,116,3,0,0,117,3,0,0,117,3,0,0,117,3,0,0,
117,3,0,0,117,3,0,0,117,3,0,0,119,3,0,0,121,3,0,0,
123,3,0,0,123,3,0,0,125,3,0,0,126,3,0,0,126,3,0,0,
129,3,0,0,131,3,0,0,131,3,0,0,131,3,0,0,133,3,0,0,
135,3,0,0,136,3,0,0,139,3,0,0,141,3,0,0,141,3,0,0,
141,3,0,0,143,3,0,0,144,3,0,0,145,3,0,0,145,3,0,0,
149,3,0,0,152,3,0,0,154,3,0,0,154,3,0,0,156,3,0,0,
158,3,0,0,159,3,0,0,160,3,0,0,162,3,0,0,163,3,0,0,
165,3,0,0,165,3,0,0,165,3,0,0,165,3,0,0,166,3,0,0,
167,3,0,0,169,3,0,0,170,3,0,0,170,3,0,0,170,3,0,0,
172,3,0,0,174,3,0,0,176,3,0,0,178,3,0,0,181,3,0,0,
184,3,0,0,186,3,0,0,188,3,0,0,189,3,0,0,189,3,0,0,
191,3,0,0,191,3,0,0,191,3,0,0,191,3,0,0,195,3,0,0,
198,3,0,0,198,3,0,0,201,3,0,0,203,3,0,0,204,3,0,0,
208,3,0,0,210,3,0,0,213,3,0,0,213,3,0,0,213,3,0,0,
215,3,0,0,216,3,0,0,218,3,0,0,220,3,0,0,221,3,0,0,
223,3,0,0,225,3,0,0,228,3,0,0,229,3,0,0,231,3,0,0,
233,3,0,0,236,3,0,0,236,3,0,0,236,3,0,0,238,3,0,0,
238,3,0,0,120,100,12,72,100,22,171,65,89,89,168,59,169,50,156,60,
240,19,240,73,91,9,204,83,85,240,21,49,210,18,103,7,67,105,40,167,
44,107,39,62,240,57,154,150,147,149,14,194,110,230,37,106,152,66,24,44,
240,30,183,98,2,240,60,230,62,136,138,9,70,116,49,151,103,187,43,108,
177,43,55,97,77,85,68,240,50,45,184,53,152,4,148,33,246,125,190,53,
66,240,38,12,236,38,40,120,18,135,10,240,3,20,240,37,91,62,240,41,
133,100,35,98,69,172,2,240,19,240,93,78,152,74,240,12,28,240,86,240,
84,240,39,49,83,38,41,240,68,240,46,34,119,113,39,7,102,150,81,46,
240,24,240,31,7,207,72,70,89,37,233,211,49,135,158,148,1,235,240,22,
240,70,8,108,240,37,18,240,27,24,98,26,148,121,13,187,73,240,77,38,
110,30,9,202,45,11,43,136,44,240,46,127,35,13,109,106,240,30,102,2,
113,135,143,183,240,11,34,226,196,134,158,88,220,240,24,21,91,7,190,240,
23,240,66,13,25,199};
static const SNN_FLASH uint8_t inhibitory_to_excitatory_weights[] = {
0};
static const SNN_FLASH uint8_t excitatory_to_inhibitory_weights[] = {
0};
static const SNN_FLASH int16_t labels[] = {
2,-1,0,1,1,1,1,-1,-1,-1,2,-1,-1,1,0,1,-1,2,0,-1,
-1,-1};

static const snn_population populations[] = {
    {.kind = &snn_neuron_lif_cond_exp, .params = {.scalars = excitatory_scalars, .arrays = excitatory_arrays}, .size = 22, .wide = 0, .history = 6},
    {.kind = &snn_neuron_lif_cond_exp, .params = {.scalars = inhibitory_scalars, .arrays = inhibitory_arrays}, .size = 22, .wide = 0, .history = 10}};

static const snn_projection projections[] = {
    {.kind = &snn_synapse_sparse, .params = {.scalars = input_to_excitatory_scalars, .arrays = input_to_excitatory_arrays}, .weights = input_to_excitatory_weights, .source = 65535, .target = 0, .bits = 4, .delay = 12},
    {.kind = &snn_synapse_lateral, .params = {.scalars = inhibitory_to_excitatory_scalars, .arrays = inhibitory_to_excitatory_arrays}, .weights = inhibitory_to_excitatory_weights, .source = 1, .target = 0, .bits = 4, .receptor = 1, .delay = 10},
    {.kind = &snn_synapse_one_to_one, .params = {.scalars = excitatory_to_inhibitory_scalars, .arrays = excitatory_to_inhibitory_arrays}, .weights = excitatory_to_inhibitory_weights, .source = 0, .target = 1, .bits = 4, .delay = 6}};

const snn_model conductance_model = {
    .hash = CONDUCTANCE_HASH,
    .encoder = {.kind = &snn_encoder_poisson, .params = {.scalars = encoder_scalars, .arrays = encoder_arrays}, .size = 190, .history = 12},
    .populations = populations,
    .projections = projections,
    .readout = {.labels = labels,
                .population = 0,
                .classes = 3,
                .exit_margin = 0,
                .nearest = 0},
    .n_populations = 2,
    .n_projections = 3,
    .steps = 120};
