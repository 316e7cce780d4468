/* Tables of the model conductance, written by snnedge. Do not edit: export it again. */
#include "../conductance.h"

extern const snn_encoder_kind snn_encoder_poisson;
extern const snn_neuron_kind snn_neuron_lif_cond_exp;
extern const snn_synapse_kind snn_synapse_dense;

/* gain, seed */
static const int32_t encoder_scalars[] = {
4186,48};
static const SNN_FLASH int16_t *const encoder_arrays[] = {0};
static const SNN_FLASH int16_t excitatory_threshold[] = {
-9,-6,-8,-7,2};
/* leak, decay_e, decay_i, gain_e, gain_i, shift_e, shift_i, reset, reversal_e, reversal_i, refractory */
static const int32_t excitatory_scalars[] = {
32767,32767,119,46,24887,0,0,-134,-23133,-49,1};
static const SNN_FLASH int16_t *const excitatory_arrays[] = {excitatory_threshold};
static const SNN_FLASH int16_t inhibitory_threshold[] = {
-4,1,-8,10,10};
/* leak, decay_e, decay_i, gain_e, gain_i, shift_e, shift_i, reset, reversal_e, reversal_i, refractory */
static const int32_t inhibitory_scalars[] = {
1886,0,0,3896,1,7,8,-38,32767,-32767,1};
static const SNN_FLASH int16_t *const inhibitory_arrays[] = {inhibitory_threshold};
/* zero_point */
static const int32_t input_to_excitatory_scalars[] = {
0};
static const SNN_FLASH int16_t *const input_to_excitatory_arrays[] = {0};
/* zero_point */
static const int32_t inhibitory_to_excitatory_scalars[] = {
0};
static const SNN_FLASH int16_t *const inhibitory_to_excitatory_arrays[] = {0};
/* zero_point */
static const int32_t excitatory_to_inhibitory_scalars[] = {
0};
static const SNN_FLASH int16_t *const excitatory_to_inhibitory_arrays[] = {0};
static const SNN_FLASH uint8_t input_to_excitatory_weights[] = {
6,7,9,10,8,0,0,0,0,11,14,10,13,0,0,0,13,9,9,2,
8,0,0,0,12,12,12,3,12,0,0,0,1,5,1,5,7,0,0,0,
0,6,15,2,12,0,0,0,5,1,10,15,11,0,0,0,11,11,3,4,
5,0,0,0,0,7,12,8,10,0,0,0,6,7,4,6,3,0,0,0,
11,12,14,10,2,0,0,0,6,4,10,5,0,0,0,0,15,9,1,12,
7,0,0,0,14,4,1,13,4,0,0,0,14,1,14,8,6,0,0,0,
10,1,0,9,8,0,0,0,9,10,4,7,1,0,0,0,2,5,0,0,
14,0,0,0,15,12,0,8,6,0,0,0,1,9,11,2,10,0,0,0,
5,13,15,3,9,0,0,0,11,15,4,15,7,0,0,0,12,2,0,14,
2,0,0,0,11,4,7,6,2,0,0,0,14,15,11,8,9,0,0,0,
0,3,9,11,2,0,0,0,0,10,10,13,9,0,0,0,4,1,9,12,
3,0,0,0,3,0,7,3,1,0,0,0,4,1,13,9,9,0,0,0,
7,11,9,10,15,0,0,0,15,7,13,2,1,0,0,0,8,5,5,15,
6,0,0,0,0,14,9,0,14,0,0,0,5,14,7,8,11,0,0,0,
3,5,7,7,10,0,0,0,10,13,15,3,3,0,0,0,11,11,8,14,
0,0,0,0,14,3,12,12,0,0,0,0,5,8,7,1,0,0,0,0,
5,13,13,6,7,0,0,0,12,12,8,0,10,0,0,0,6,8,10,15,
12,0,0,0,14,13,14,10,10,0,0,0,13,1,4,7,11,0,0,0,
8,5,2,5,8,0,0,0,5,4,8,2,12,0,0,0,5,13,11,1,
7,0,0,0,6,2,1,8,9,0,0,0,11,0,7,12,7,0,0,0,
3,4,8,13,10,0,0,0,8,3,0,15,10,0,0,0,1,7,4,8,
11,0,0,0,8,2,10,6,5,0,0,0,2,12,10,9,0,0,0,0,
3,2,8,14,10,0,0,0,11,0,8,0,2,0,0,0,10,7,4,0,
12,0,0,0,9,15,14,4,7,0,0,0,0,11,1,10,14,0,0,0,
9,1,4,5,14,0,0,0,7,10,14,14,11,0,0,0,7,13,9,3,
10,0,0,0,15,3,13,14,1,0,0,0,7,7,5,11,10,0,0,0,
15,4,10,6,0,0,0,0,5,1,13,0,15,0,0,0,3,5,1,14,
4,0,0,0,1,3,9,8,5,0,0,0,7,14,13,14,4,0,0,0,
6,13,10,13,11,0,0,0,1,2,14,3,15,0,0,0,2,3,10,1,
8,0,0,0,12,8,5,13,12,0,0,0,13,7,15,12,2,0,0,0,
12,11,6,13,0,0,0,0,13,14,11,1,5,0,0,0,10,7,1,3,
8,0,0,0,2,15,0,0,8,0,0,0,10,15,3,0,9,0,0,0,
6,10,12,1,1,0,0,0,7,1,0,1,0,0,0,0,9,13,7,2,
7,0,0,0,12,2,3,1,5,0,0,0,6,4,9,11,5,0,0,0,
7,3,5,2,10,0,0,0,12,12,6,6,6,0,0,0,9,4,6,0,
8,0,0,0,5,14,6,12,15,0,0,0,6,13,5,14,15,0,0,0,
12,7,12,12,11,0,0,0,13,8,11,4,2,0,0,0,15,10,3,7,
9,0,0,0,10,7,3,2,15,0,0,0,8,13,10,15,7,0,0,0};
static const SNN_FLASH uint8_t inhibitory_to_excitatory_weights[] = {
0,127,127,127,127,0,0,0,127,0,127,127,127,0,0,0,127,127,0,127,
127,0,0,0,127,127,127,0,127,0,0,0,127,127,127,127,0,0,0,0};
static const SNN_FLASH uint8_t excitatory_to_inhibitory_weights[] = {
126,0,0,0,0,0,0,0,0,126,0,0,0,0,0,0,0,0,126,0,
0,0,0,0,0,0,0,126,0,0,0,0,0,0,0,0,126,0,0,0};
static const SNN_FLASH int16_t labels[] = {
2,2,1,2,0};

static const snn_population populations[] = {
    {.kind = &snn_neuron_lif_cond_exp, .params = {.scalars = excitatory_scalars, .arrays = excitatory_arrays}, .size = 5, .wide = 0},
    {.kind = &snn_neuron_lif_cond_exp, .params = {.scalars = inhibitory_scalars, .arrays = inhibitory_arrays}, .size = 5, .wide = 1}};

static const snn_projection projections[] = {
    {.kind = &snn_synapse_dense, .params = {.scalars = input_to_excitatory_scalars, .arrays = input_to_excitatory_arrays}, .weights = input_to_excitatory_weights, .source = 65535, .target = 0, .bits = 8},
    {.kind = &snn_synapse_dense, .params = {.scalars = inhibitory_to_excitatory_scalars, .arrays = inhibitory_to_excitatory_arrays}, .weights = inhibitory_to_excitatory_weights, .source = 1, .target = 0, .bits = 8, .receptor = 1},
    {.kind = &snn_synapse_dense, .params = {.scalars = excitatory_to_inhibitory_scalars, .arrays = excitatory_to_inhibitory_arrays}, .weights = excitatory_to_inhibitory_weights, .source = 0, .target = 1, .bits = 8}};

const snn_model conductance_model = {
    .hash = CONDUCTANCE_HASH,
    .encoder = {.kind = &snn_encoder_poisson, .params = {.scalars = encoder_scalars, .arrays = encoder_arrays}, .size = 95},
    .populations = populations,
    .projections = projections,
    .readout = {.labels = labels,
                .population = 0,
                .classes = 3,
                .exit_margin = 0,
                .nearest = 0},
    .n_populations = 2,
    .n_projections = 3,
    .steps = 15};
