/* Tables of the model random, written by snnedge. Do not edit: export it again. */
#include "../random.h"

extern const snn_encoder_kind snn_encoder_error_diffusion;
extern const snn_neuron_kind snn_neuron_if_wta;
extern const snn_neuron_kind snn_neuron_lif;
extern const snn_synapse_kind snn_synapse_dense;

/* drive, limit, seed */
static const int32_t encoder_scalars[] = {
196608,32768,14};
static const SNN_FLASH int16_t *const encoder_arrays[] = {0};
static const SNN_FLASH int16_t hidden_threshold[] = {
64,69,29,86,76,37,82,71,34};
/* decay, refractory, reset */
static const int32_t hidden_scalars[] = {
29650,2,0};
static const SNN_FLASH int16_t *const hidden_arrays[] = {hidden_threshold};
static const SNN_FLASH int16_t output_threshold[] = {
327,178,286,336,267,237,305,291,211,245,300,83,268};
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
32};
static const SNN_FLASH int16_t *const output_to_hidden_arrays[] = {0};
/* zero_point */
static const int32_t hidden_to_output_scalars[] = {
0};
static const SNN_FLASH int16_t *const hidden_to_output_arrays[] = {0};
static const SNN_FLASH uint8_t input_to_hidden_weights[] = {
30,27,2,5,29,21,19,2,22,0,0,0,17,21,24,20,20,29,23,14,
26,0,0,0,23,19,11,11,29,21,20,15,23,0,0,0,30,6,16,20,
7,11,5,4,16,0,0,0,12,24,21,25,12,31,19,10,27,0,0,0,
21,29,9,29,12,3,1,15,19,0,0,0,8,4,6,6,2,5,4,13,
18,0,0,0,19,11,10,8,26,26,14,18,9,0,0,0,19,28,29,19,
9,24,7,8,11,0,0,0,17,16,16,18,0,27,30,0,7,0,0,0,
14,26,5,17,15,24,16,11,12,0,0,0,23,13,28,20,9,15,3,26,
26,0,0,0,10,10,11,13,24,19,27,16,24,0,0,0,24,6,4,8,
13,1,4,20,12,0,0,0,16,17,15,4,29,29,7,14,17,0,0,0,
22,18,24,22,6,9,15,10,12,0,0,0,10,29,9,18,12,6,19,2,
24,0,0,0,11,21,3,10,26,5,23,13,23,0,0,0,6,28,12,5,
28,20,13,30,4,0,0,0,15,21,20,30,5,22,4,8,27,0,0,0};
static const SNN_FLASH uint8_t output_to_hidden_weights[] = {
25,27,32,17,7,25,31,23,26,0,0,0,31,31,17,20,26,10,6,14,
30,0,0,0,4,9,21,10,24,27,4,5,22,0,0,0,8,29,22,8,
26,31,12,5,12,0,0,0,1,27,23,11,21,7,23,5,24,0,0,0,
17,19,6,11,21,10,31,11,4,0,0,0,9,10,29,24,2,28,24,10,
19,0,0,0,2,9,7,20,3,6,7,2,5,0,0,0,20,6,15,30,
27,8,11,32,20,0,0,0,4,10,21,4,16,4,16,30,20,0,0,0,
9,20,9,25,5,14,23,11,1,0,0,0,13,31,31,19,32,2,23,9,
26,0,0,0,17,14,3,11,18,32,29,22,29,0,0,0};
static const SNN_FLASH uint8_t hidden_to_output_weights[] = {
60,34,11,59,44,33,52,49,25,37,13,36,20,0,0,0,60,28,12,44,
55,16,2,32,6,48,55,18,61,0,0,0,47,17,20,9,16,61,28,47,
7,50,6,20,47,0,0,0,59,20,8,60,10,0,12,41,23,55,50,37,
22,0,0,0,45,57,29,57,46,52,15,34,31,17,57,41,51,0,0,0,
33,43,32,58,43,30,49,50,55,41,42,54,57,0,0,0,22,56,55,54,
58,32,46,12,39,8,18,7,22,0,0,0,55,27,57,24,2,55,36,17,
22,41,48,29,28,0,0,0,63,60,45,6,50,40,4,41,53,55,32,59,
54,0,0,0};
static const SNN_FLASH int16_t labels[] = {
-1,0,0,-1,0,2,0,2,2,2,1,0,2};

static const snn_population populations[] = {
    {.kind = &snn_neuron_lif, .params = {.scalars = hidden_scalars, .arrays = hidden_arrays}, .size = 9, .wide = 0},
    {.kind = &snn_neuron_if_wta, .params = {.scalars = output_scalars, .arrays = output_arrays}, .size = 13, .wide = 0}};

static const snn_projection projections[] = {
    {.kind = &snn_synapse_dense, .params = {.scalars = input_to_hidden_scalars, .arrays = input_to_hidden_arrays}, .weights = input_to_hidden_weights, .source = 65535, .target = 0, .bits = 8},
    {.kind = &snn_synapse_dense, .params = {.scalars = output_to_hidden_scalars, .arrays = output_to_hidden_arrays}, .weights = output_to_hidden_weights, .source = 1, .target = 0, .bits = 8},
    {.kind = &snn_synapse_dense, .params = {.scalars = hidden_to_output_scalars, .arrays = hidden_to_output_arrays}, .weights = hidden_to_output_weights, .source = 0, .target = 1, .bits = 8}};

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
    .n_projections = 3,
    .steps = 20};
