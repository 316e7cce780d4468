/* Tables of the model random, written by snnedge. Do not edit: export it again. */
#include "../random.h"

extern const snn_encoder_kind snn_encoder_error_diffusion;
extern const snn_neuron_kind snn_neuron_if_wta;
extern const snn_neuron_kind snn_neuron_lif;
extern const snn_synapse_kind snn_synapse_dense;
extern const snn_synapse_kind snn_synapse_lateral;
extern const snn_synapse_kind snn_synapse_one_to_one;

/* drive, limit, seed */
static const int32_t encoder_scalars[] = {
196608,32768,1};
static const SNN_FLASH int16_t *const encoder_arrays[] = {0};
static const SNN_FLASH int16_t hidden_threshold[] = {
18,10,4,19,14,5,5,11,5};
/* decay, refractory, reset */
static const int32_t hidden_scalars[] = {
29650,1,1};
static const SNN_FLASH int16_t *const hidden_arrays[] = {hidden_threshold};
static const SNN_FLASH int16_t output_threshold[] = {
53,86,25,86,38,46,77,45,56,17,71,55,39};
/* no scalars */
static const int32_t output_scalars[] = {
0};
static const SNN_FLASH int16_t *const output_arrays[] = {output_threshold};
/* zero_point */
static const int32_t input_to_hidden_scalars[] = {
0};
static const SNN_FLASH int16_t *const input_to_hidden_arrays[] = {0};
/* zero_point */
static const int32_t output_to_hidden_scalars[] = {
8};
static const SNN_FLASH int16_t *const output_to_hidden_arrays[] = {0};
/* weight */
static const int32_t hidden_to_hidden_scalars[] = {
13};
static const SNN_FLASH int16_t *const hidden_to_hidden_arrays[] = {0};
/* weight */
static const int32_t hidden_to_hidden_2_scalars[] = {
-6};
static const SNN_FLASH int16_t *const hidden_to_hidden_2_arrays[] = {0};
/* zero_point */
static const int32_t hidden_to_output_scalars[] = {
0};
static const SNN_FLASH int16_t *const hidden_to_output_arrays[] = {0};
static const SNN_FLASH uint8_t input_to_hidden_weights[] = {
4,102,86,21,0,0,0,0,112,117,82,16,2,0,0,0,68,52,116,99,
0,0,0,0,67,36,115,69,0,0,0,0,16,113,48,80,0,0,0,0,
16,66,38,98,5,0,0,0,97,22,20,50,4,0,0,0,67,82,98,36,
1,0,0,0,51,68,96,96,6,0,0,0,87,49,67,83,1,0,0,0,
66,19,87,54,7,0,0,0,118,49,67,18,3,0,0,0,53,55,98,35,
2,0,0,0,119,37,37,66,3,0,0,0,114,65,16,113,5,0,0,0,
6,53,83,66,2,0,0,0,67,33,51,86,4,0,0,0,22,49,65,20,
5,0,0,0,52,102,18,22,5,0,0,0,50,116,16,53,2,0,0,0};
static const SNN_FLASH uint8_t output_to_hidden_weights[] = {
104,136,131,136,8,0,0,0,136,130,136,85,8,0,0,0,136,136,136,135,
4,0,0,0,133,136,136,114,8,0,0,0,88,120,120,104,3,0,0,0,
117,133,136,136,8,0,0,0,136,85,120,72,5,0,0,0,68,136,72,136,
6,0,0,0,24,129,136,136,3,0,0,0,72,130,136,130,8,0,0,0,
136,132,120,135,8,0,0,0,136,132,136,136,5,0,0,0,82,136,136,40,
5,0,0,0};
static const SNN_FLASH uint8_t hidden_to_hidden_weights[] = {
0};
static const SNN_FLASH uint8_t hidden_to_hidden_2_weights[] = {
0};
static const SNN_FLASH uint8_t hidden_to_output_weights[] = {
8,0,0,0,64,0,0,0,3,0,80,70,1,14,2,0,16,106,8,224,
14,16,0,0,208,0,3,0,144,48,0,0,0,9,0,128,240,0,0,0,
32,0,0,64,0,64,0,0,0,0,0,12,0,94,0,0,0,0,8,96,
13,0,11,0,64,0,0,192,208,210,0,0};
static const SNN_FLASH int16_t labels[] = {
1,-1,0,2,0,-1,2,2,2,1,-1,2,0};

static const snn_population populations[] = {
    {.kind = &snn_neuron_lif, .params = {.scalars = hidden_scalars, .arrays = hidden_arrays}, .size = 9, .wide = 0, .history = 3},
    {.kind = &snn_neuron_if_wta, .params = {.scalars = output_scalars, .arrays = output_arrays}, .size = 13, .wide = 0, .history = 3}};

static const snn_projection projections[] = {
    {.kind = &snn_synapse_dense, .params = {.scalars = input_to_hidden_scalars, .arrays = input_to_hidden_arrays}, .weights = input_to_hidden_weights, .source = 65535, .target = 0, .bits = 4},
    {.kind = &snn_synapse_dense, .params = {.scalars = output_to_hidden_scalars, .arrays = output_to_hidden_arrays}, .weights = output_to_hidden_weights, .source = 1, .target = 0, .bits = 4, .delay = 3},
    {.kind = &snn_synapse_one_to_one, .params = {.scalars = hidden_to_hidden_scalars, .arrays = hidden_to_hidden_arrays}, .weights = hidden_to_hidden_weights, .source = 0, .target = 0, .bits = 4, .delay = 1},
    {.kind = &snn_synapse_lateral, .params = {.scalars = hidden_to_hidden_2_scalars, .arrays = hidden_to_hidden_2_arrays}, .weights = hidden_to_hidden_2_weights, .source = 0, .target = 0, .bits = 4, .delay = 3},
    {.kind = &snn_synapse_dense, .params = {.scalars = hidden_to_output_scalars, .arrays = hidden_to_output_arrays}, .weights = hidden_to_output_weights, .source = 0, .target = 1, .bits = 4}};

const snn_model random_model = {
    .hash = RANDOM_HASH,
    .encoder = {.kind = &snn_encoder_error_diffusion, .params = {.scalars = encoder_scalars, .arrays = encoder_arrays}, .size = 20},
    .populations = populations,
    .projections = projections,
    .readout = {.labels = labels,
                .population = 1,
                .classes = 3,
                .exit_margin = 0,
                .nearest = 1},
    .n_populations = 2,
    .n_projections = 5,
    .steps = 30};
