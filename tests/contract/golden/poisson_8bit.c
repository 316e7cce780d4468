/* Tables of the model random, written by snnedge. Do not edit: export it again. */
#include "../random.h"

extern const snn_encoder_kind snn_encoder_poisson;
extern const snn_neuron_kind snn_neuron_if_wta;
extern const snn_neuron_kind snn_neuron_lif;
extern const snn_synapse_kind snn_synapse_dense;

/* gain, seed */
static const int32_t encoder_scalars[] = {
32990,15};
static const SNN_FLASH int16_t *const encoder_arrays[] = {0};
static const SNN_FLASH int16_t hidden_threshold[] = {
113,153,366,71,263,198,362};
/* decay, refractory, reset */
static const int32_t hidden_scalars[] = {
29650,2,1};
static const SNN_FLASH int16_t *const hidden_arrays[] = {hidden_threshold};
static const SNN_FLASH int16_t output_threshold[] = {
569,648,347,156,492,220,586,348,419,750,626,666,481};
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
128};
static const SNN_FLASH int16_t *const output_to_hidden_arrays[] = {0};
/* zero_point */
static const int32_t hidden_to_output_scalars[] = {
0};
static const SNN_FLASH int16_t *const hidden_to_output_arrays[] = {0};
static const SNN_FLASH uint8_t input_to_hidden_weights[] = {
38,48,82,125,19,37,91,0,116,95,79,14,1,97,63,0,22,120,32,119,
76,58,75,0,118,44,107,101,78,34,75,0,70,19,101,63,2,68,27,0,
21,119,25,14,52,16,41,0,23,97,50,25,12,89,127,0,73,26,78,122,
21,54,34,0,19,81,81,2,114,106,59,0,76,70,56,21,111,72,4,0,
7,80,50,79,33,35,11,0,105,13,91,15,29,7,33,0,1,5,86,74,
27,79,111,0,73,78,78,72,81,100,91,0,96,121,114,59,51,119,65,0,
72,50,99,60,7,13,33,0,127,32,42,115,54,34,76,0,53,4,17,63,
81,78,93,0,71,9,27,96,44,116,76,0,46,32,68,12,17,61,45,0};
static const SNN_FLASH uint8_t output_to_hidden_weights[] = {
106,85,115,39,53,24,41,0,73,16,32,68,55,36,29,0,104,51,107,6,
12,38,125,0,25,106,71,75,121,51,23,0,109,5,16,42,112,47,76,0,
60,13,46,113,107,90,111,0,39,104,45,18,119,46,66,0,5,73,97,42,
123,28,46,0,96,42,64,13,23,32,27,0,27,30,33,58,48,22,101,0,
10,11,51,114,82,66,53,0,33,13,120,57,99,21,14,0,6,15,121,100,
108,76,81,0};
static const SNN_FLASH uint8_t hidden_to_output_weights[] = {
36,86,102,125,6,58,41,115,6,111,5,13,31,0,0,0,68,39,99,5,
69,71,79,36,59,68,12,60,53,0,0,0,11,56,75,20,22,27,89,34,
64,1,48,45,89,0,0,0,110,94,31,20,32,9,102,0,77,13,11,53,
100,0,0,0,50,94,42,95,37,89,127,53,9,88,116,0,120,0,0,0,
28,73,118,27,65,52,43,57,54,100,81,115,40,0,0,0,65,71,53,104,
94,5,81,17,17,94,63,34,127,0,0,0};
static const SNN_FLASH int16_t labels[] = {
0,1,2,1,2,0,0,2,-1,0,0,1,2};

static const snn_population populations[] = {
    {.kind = &snn_neuron_lif, .params = {.scalars = hidden_scalars, .arrays = hidden_arrays}, .size = 7, .wide = 0},
    {.kind = &snn_neuron_if_wta, .params = {.scalars = output_scalars, .arrays = output_arrays}, .size = 13, .wide = 0}};

static const snn_projection projections[] = {
    {.kind = &snn_synapse_dense, .params = {.scalars = input_to_hidden_scalars, .arrays = input_to_hidden_arrays}, .weights = input_to_hidden_weights, .source = 65535, .target = 0, .bits = 8},
    {.kind = &snn_synapse_dense, .params = {.scalars = output_to_hidden_scalars, .arrays = output_to_hidden_arrays}, .weights = output_to_hidden_weights, .source = 1, .target = 0, .bits = 8},
    {.kind = &snn_synapse_dense, .params = {.scalars = hidden_to_output_scalars, .arrays = hidden_to_output_arrays}, .weights = hidden_to_output_weights, .source = 0, .target = 1, .bits = 8}};

const snn_model random_model = {
    .hash = RANDOM_HASH,
    .encoder = {.kind = &snn_encoder_poisson, .params = {.scalars = encoder_scalars, .arrays = encoder_arrays}, .size = 20},
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
