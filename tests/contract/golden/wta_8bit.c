/* Tables of the model random, written by snnedge. Do not edit: export it again. */
#include "../random.h"

extern const snn_encoder_kind snn_encoder_error_diffusion;
extern const snn_neuron_kind snn_neuron_if_wta;
extern const snn_synapse_kind snn_synapse_dense;

/* drive, limit, seed */
static const int32_t encoder_scalars[] = {
196608,32768,11};
static const SNN_FLASH int16_t *const encoder_arrays[] = {0};
static const SNN_FLASH int16_t output_threshold[] = {
208,444,509,145,221,717,171,209,730,522,361,452,548};
/* no scalars */
static const int32_t output_scalars[] = {
0};
static const SNN_FLASH int16_t *const output_arrays[] = {output_threshold};
/* zero_point */
static const int32_t input_to_output_scalars[] = {
0};
static const SNN_FLASH int16_t *const input_to_output_arrays[] = {0};
static const SNN_FLASH uint8_t input_to_output_weights[] = {
35,18,100,85,65,104,70,125,26,70,61,45,75,0,0,0,30,102,110,16,
59,35,11,114,55,19,86,26,115,0,0,0,28,4,26,44,60,115,89,43,
2,20,127,58,88,0,0,0,7,4,108,75,39,40,11,22,3,107,59,16,
94,0,0,0,25,8,76,114,3,102,24,12,2,37,92,63,108,0,0,0,
28,40,33,124,120,43,55,40,95,5,9,51,31,0,0,0,107,94,69,84,
88,99,118,19,80,18,56,100,114,0,0,0,97,5,46,21,127,18,31,45,
8,111,81,20,63,0,0,0,10,78,29,5,15,71,81,41,82,45,17,40,
50,0,0,0,116,15,11,71,122,115,89,8,103,87,18,59,6,0,0,0,
102,91,102,97,34,100,32,18,50,63,36,77,77,0,0,0,30,79,45,93,
37,102,53,70,86,66,33,125,12,0,0,0,41,70,4,20,102,100,81,115,
96,38,82,43,95,0,0,0,49,19,111,88,95,71,100,57,72,8,71,104,
90,0,0,0,102,63,112,14,111,47,12,79,58,54,108,18,78,0,0,0,
53,67,64,17,65,110,22,1,9,58,124,6,126,0,0,0,68,15,53,26,
91,69,37,32,110,97,55,52,94,0,0,0,123,10,20,46,65,9,7,28,
49,94,78,4,6,0,0,0,57,111,116,46,113,118,52,95,46,20,73,11,
84,0,0,0,103,116,57,15,115,111,123,76,86,47,23,37,92,0,0,0};
static const SNN_FLASH int16_t labels[] = {
-1,0,0,1,1,1,-1,0,1,2,2,-1,-1};

static const snn_population populations[] = {
    {.kind = &snn_neuron_if_wta, .params = {.scalars = output_scalars, .arrays = output_arrays}, .size = 13, .wide = 0}};

static const snn_projection projections[] = {
    {.kind = &snn_synapse_dense, .params = {.scalars = input_to_output_scalars, .arrays = input_to_output_arrays}, .weights = input_to_output_weights, .source = 65535, .target = 0, .bits = 8}};

const snn_model random_model = {
    .hash = RANDOM_HASH,
    .encoder = {.kind = &snn_encoder_error_diffusion, .params = {.scalars = encoder_scalars, .arrays = encoder_arrays}, .size = 20},
    .populations = populations,
    .projections = projections,
    .readout = {.labels = labels,
                .population = 0,
                .classes = 3,
                .exit_margin = 1,
                .nearest = 1},
    .n_populations = 1,
    .n_projections = 1,
    .steps = 20};
