/* Tables of the model random, written by snnedge. Do not edit: export it again. */
#include "../random.h"

extern const snn_encoder_kind snn_encoder_error_diffusion;
extern const snn_neuron_kind snn_neuron_if_wta;
extern const snn_synapse_kind snn_synapse_dense;

/* drive, limit, seed */
static const int32_t encoder_scalars[] = {
196608,32768,12};
static const SNN_FLASH int16_t *const encoder_arrays[] = {0};
static const SNN_FLASH int16_t output_threshold[] = {
15,40,13,13,19,15,30,11,38,37,7,26,10};
/* no scalars */
static const int32_t output_scalars[] = {
0};
static const SNN_FLASH int16_t *const output_arrays[] = {output_threshold};
/* zero_point */
static const int32_t input_to_output_scalars[] = {
8};
static const SNN_FLASH int16_t *const input_to_output_arrays[] = {0};
static const SNN_FLASH uint8_t input_to_output_weights[] = {
117,135,94,164,238,45,14,0,218,71,172,76,195,225,3,0,121,54,236,155,
155,233,5,0,228,142,188,46,142,183,10,0,87,206,114,220,79,190,2,0,
68,178,181,210,203,121,4,0,62,56,178,125,220,200,5,0,67,33,236,178,
188,136,11,0,196,20,46,36,49,190,7,0,209,216,40,194,52,87,5,0,
140,47,213,199,119,93,9,0,41,66,177,105,39,215,1,0,186,84,147,54,
69,175,8,0,152,111,66,65,89,237,3,0,172,79,108,84,142,215,13,0,
30,191,206,222,58,27,6,0,85,220,174,60,198,135,12,0,212,43,231,21,
147,34,3,0,253,147,43,189,139,220,5,0,244,120,190,203,189,207,13,0};
static const SNN_FLASH int16_t labels[] = {
-1,2,0,-1,1,2,-1,2,1,-1,1,1,1};

static const snn_population populations[] = {
    {.kind = &snn_neuron_if_wta, .params = {.scalars = output_scalars, .arrays = output_arrays}, .size = 13, .wide = 0}};

static const snn_projection projections[] = {
    {.kind = &snn_synapse_dense, .params = {.scalars = input_to_output_scalars, .arrays = input_to_output_arrays}, .weights = input_to_output_weights, .source = 65535, .target = 0, .bits = 4}};

const snn_model random_model = {
    .hash = RANDOM_HASH,
    .encoder = {.kind = &snn_encoder_error_diffusion, .params = {.scalars = encoder_scalars, .arrays = encoder_arrays}, .size = 20},
    .populations = populations,
    .projections = projections,
    .readout = {.labels = labels,
                .population = 0,
                .classes = 3,
                .exit_margin = 2,
                .nearest = 1},
    .n_populations = 1,
    .n_projections = 1,
    .steps = 20};
