/* Tables of the model conductance, written by snnedge. Do not edit: export it again. */
#include "../conductance.h"

extern const snn_encoder_kind snn_encoder_poisson;
extern const snn_neuron_kind snn_neuron_lif_cond_exp;
extern const snn_synapse_kind snn_synapse_dense;
extern const snn_synapse_kind snn_synapse_lateral;
extern const snn_synapse_kind snn_synapse_one_to_one;

/* gain, seed */
static const int32_t encoder_scalars[] = {
6264,12};
static const SNN_FLASH int16_t *const encoder_arrays[] = {0};
static const SNN_FLASH int16_t excitatory_threshold[] = {
1133,1115,1428,1209,2016,997,2431,2361,791,1780,982,1259,1551,1618,1645,2488,1261,1131,2016};
/* leak, decay_e, decay_i, gain_e, gain_i, shift_e, shift_i, reset, reversal_e, reversal_i, refractory */
static const int32_t excitatory_scalars[] = {
164,19875,25520,7,2,0,0,0,17039,-9175,9};
static const SNN_FLASH int16_t *const excitatory_arrays[] = {excitatory_threshold};
static const SNN_FLASH int16_t inhibitory_threshold[] = {
5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242};
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
221,28,157,108,179,185,35,11,45,8,0,0,86,178,173,168,136,77,211,125,
171,13,0,0,209,103,154,70,189,97,203,62,173,1,0,0,51,161,164,193,
186,105,211,114,34,10,0,0,108,203,184,36,3,177,29,186,122,7,0,0,
58,59,208,49,1,210,106,192,199,7,0,0,17,59,98,68,123,30,196,182,
102,12,0,0,132,24,49,160,88,22,198,145,58,4,0,0,131,37,52,158,
119,232,21,3,131,4,0,0,220,178,233,179,53,212,103,204,13,14,0,0,
218,219,156,162,81,68,203,157,43,5,0,0,107,183,195,26,214,4,130,17,
194,14,0,0,130,26,172,122,203,52,126,214,170,11,0,0,172,190,204,225,
27,170,71,40,150,10,0,0,200,221,56,129,7,226,219,101,104,0,0,0,
151,213,13,134,230,212,197,193,140,4,0,0,37,116,119,60,203,21,172,215,
164,9,0,0,181,65,231,27,41,229,20,61,72,13,0,0,187,81,76,194,
132,35,151,219,167,4,0,0,93,49,146,98,181,52,52,121,42,11,0,0,
232,14,72,42,184,72,218,36,102,6,0,0,61,1,71,167,37,61,4,57,
106,12,0,0,181,81,101,67,30,215,102,39,163,8,0,0,115,62,219,40,
183,201,7,176,216,12,0,0,137,43,149,39,37,60,41,18,197,13,0,0,
200,217,67,196,189,13,34,85,38,7,0,0,185,226,100,45,86,17,115,49,
125,4,0,0,174,197,65,125,17,93,76,56,188,14,0,0,183,145,170,4,
185,56,54,172,169,14,0,0,14,225,165,181,75,10,113,237,81,2,0,0,
108,100,117,17,36,46,77,46,168,0,0,0,120,91,7,234,187,59,29,199,
58,4,0,0,88,66,106,39,208,124,153,22,160,12,0,0,177,192,119,174,
199,70,203,73,190,2,0,0,137,161,145,201,132,26,131,108,237,6,0,0,
149,217,211,71,53,180,197,105,134,8,0,0,4,88,203,85,190,59,141,55,
186,6,0,0,171,164,114,167,139,32,201,177,151,0,0,0,214,50,118,17,
8,67,211,147,211,10,0,0,131,8,76,26,87,74,65,225,213,7,0,0,
125,51,38,25,135,109,124,201,216,12,0,0,165,50,76,45,55,154,36,157,
168,0,0,0,193,181,221,206,180,106,108,130,210,1,0,0,84,98,6,113,
196,209,18,215,57,8,0,0,23,184,91,100,24,34,153,77,229,4,0,0,
57,43,92,169,67,96,134,66,149,4,0,0,122,187,179,198,183,24,23,203,
177,6,0,0,153,196,224,214,195,196,218,42,145,11,0,0,172,78,21,60,
154,122,193,30,158,11,0,0,189,166,81,6,187,70,225,18,213,1,0,0,
65,182,100,60,195,218,172,17,179,5,0,0,225,21,171,36,27,122,93,156,
149,5,0,0,53,104,5,77,62,224,185,6,219,6,0,0,65,13,37,187,
167,78,200,177,52,2,0,0,151,116,146,22,152,117,120,1,149,12,0,0,
119,74,125,213,132,213,25,58,152,10,0,0,139,10,152,109,129,134,17,168,
73,9,0,0,204,124,93,46,33,201,130,96,187,11,0,0,24,186,229,138,
1,119,153,156,83,6,0,0,212,50,72,117,203,199,37,184,128,2,0,0,
234,171,201,122,69,27,87,103,36,13,0,0,82,50,72,178,150,88,28,22,
139,10,0,0,237,173,205,90,104,186,100,24,58,3,0,0,167,132,35,86,
26,34,136,78,187,10,0,0,180,171,151,199,78,44,161,19,227,2,0,0,
230,209,163,0,52,118,145,190,137,2,0,0,149,85,181,40,123,115,140,22,
214,1,0,0,76,202,156,104,154,73,17,81,184,5,0,0,61,172,67,68,
61,55,185,121,98,2,0,0,152,104,40,228,2,153,131,206,164,8,0,0,
165,50,181,36,43,211,24,105,85,11,0,0,227,42,172,102,142,213,121,43,
113,12,0,0};
static const SNN_FLASH uint8_t inhibitory_to_excitatory_weights[] = {
0};
static const SNN_FLASH uint8_t excitatory_to_inhibitory_weights[] = {
0};
static const SNN_FLASH int16_t labels[] = {
2,0,2,-1,1,0,0,-1,1,0,1,2,2,2,0,1,2,-1,2};

static const snn_population populations[] = {
    {.kind = &snn_neuron_lif_cond_exp, .params = {.scalars = excitatory_scalars, .arrays = excitatory_arrays}, .size = 19, .wide = 0},
    {.kind = &snn_neuron_lif_cond_exp, .params = {.scalars = inhibitory_scalars, .arrays = inhibitory_arrays}, .size = 19, .wide = 0}};

static const snn_projection projections[] = {
    {.kind = &snn_synapse_dense, .params = {.scalars = input_to_excitatory_scalars, .arrays = input_to_excitatory_arrays}, .weights = input_to_excitatory_weights, .source = 65535, .target = 0, .bits = 4},
    {.kind = &snn_synapse_lateral, .params = {.scalars = inhibitory_to_excitatory_scalars, .arrays = inhibitory_to_excitatory_arrays}, .weights = inhibitory_to_excitatory_weights, .source = 1, .target = 0, .bits = 4, .receptor = 1},
    {.kind = &snn_synapse_one_to_one, .params = {.scalars = excitatory_to_inhibitory_scalars, .arrays = excitatory_to_inhibitory_arrays}, .weights = excitatory_to_inhibitory_weights, .source = 0, .target = 1, .bits = 4}};

const snn_model conductance_model = {
    .hash = CONDUCTANCE_HASH,
    .encoder = {.kind = &snn_encoder_poisson, .params = {.scalars = encoder_scalars, .arrays = encoder_arrays}, .size = 72},
    .populations = populations,
    .projections = projections,
    .readout = {.labels = labels,
                .population = 0,
                .classes = 3,
                .exit_margin = 0,
                .nearest = 1},
    .n_populations = 2,
    .n_projections = 3,
    .steps = 120};
