/* Tables of the model random, written by snnedge. Do not edit: export it again. */
#include "random.h"

extern const snn_encoder_kind snn_encoder_error_diffusion;
extern const snn_neuron_kind snn_neuron_if_wta;
extern const snn_neuron_kind snn_neuron_lif;
extern const snn_synapse_kind snn_synapse_all_but_self;
extern const snn_synapse_kind snn_synapse_dense;
extern const snn_synapse_kind snn_synapse_one_to_one;
extern const snn_synapse_kind snn_synapse_sparse;

/* drive, limit, seed */
static const int32_t encoder_scalars[] = {
196608,32768,1};
static const int16_t *const encoder_arrays[] = {0};
static const int16_t hidden_threshold[] = {
18,10,4,19,14,5,5,11,5};
/* decay, refractory, reset */
static const int32_t hidden_scalars[] = {
29650,1,1};
static const int16_t *const hidden_arrays[] = {hidden_threshold};
static const int16_t output_threshold[] = {
53,86,25,86,38,46,77,45,56,17,71,55,39};
/* no scalars */
static const int32_t output_scalars[] = {
0};
static const int16_t *const output_arrays[] = {output_threshold};
/* offset */
static const int32_t input_to_hidden_scalars[] = {
0};
static const int16_t *const input_to_hidden_arrays[] = {0};
/* offset */
static const int32_t output_to_hidden_scalars[] = {
8};
static const int16_t *const output_to_hidden_arrays[] = {0};
/* weight */
static const int32_t hidden_to_hidden_scalars[] = {
13};
static const int16_t *const hidden_to_hidden_arrays[] = {0};
/* weight */
static const int32_t hidden_to_hidden_2_scalars[] = {
-6};
static const int16_t *const hidden_to_hidden_2_arrays[] = {0};
/* offset */
static const int32_t hidden_to_output_scalars[] = {
0};
static const int16_t *const hidden_to_output_arrays[] = {0};
static const uint8_t input_to_hidden_weights[] = {
4,102,86,21,0,0,0,0,112,117,82,16,2,0,0,0,68,52,116,99,
0,0,0,0,67,36,115,69,0,0,0,0,16,113,48,80,0,0,0,0,
16,66,38,98,5,0,0,0,97,22,20,50,4,0,0,0,67,82,98,36,
1,0,0,0,51,68,96,96,6,0,0,0,87,49,67,83,1,0,0,0,
66,19,87,54,7,0,0,0,118,49,67,18,3,0,0,0,53,55,98,35,
2,0,0,0,119,37,37,66,3,0,0,0,114,65,16,113,5,0,0,0,
6,53,83,66,2,0,0,0,67,33,51,86,4,0,0,0,22,49,65,20,
5,0,0,0,52,102,18,22,5,0,0,0,50,116,16,53,2,0,0,0};
static const uint8_t output_to_hidden_weights[] = {
56,0,0,0,58,0,0,0,61,0,0,0,63,0,0,0,66,0,0,0,
71,0,0,0,74,0,0,0,79,0,0,0,83,0,0,0,86,0,0,0,
89,0,0,0,92,0,0,0,94,0,0,0,98,0,0,0,22,35,34,53,
5,103,20,5,82,7,21,23,23,22,3,5,7,5,37,5,23,20,5,4,
4,52,38,17,1,83,20,2,50,36,39,7,36,85,2,5,82,5};
static const uint8_t hidden_to_hidden_weights[] = {
0};
static const uint8_t hidden_to_hidden_2_weights[] = {
0};
static const uint8_t hidden_to_output_weights[] = {
8,0,0,0,64,0,0,0,3,0,80,70,1,14,2,0,16,106,8,224,
14,16,0,0,208,0,3,0,144,48,0,0,0,9,0,128,240,0,0,0,
32,0,0,64,0,64,0,0,0,0,0,12,0,94,0,0,0,0,8,96,
13,0,11,0,64,0,0,192,208,210,0,0};
static const int16_t labels[] = {
1,-1,0,2,0,-1,2,2,2,1,-1,2,0};

static const snn_population populations[] = {
    {.kind = &snn_neuron_lif, .params = {hidden_scalars, hidden_arrays}, .size = 9, .wide = 0, .history = 3},
    {.kind = &snn_neuron_if_wta, .params = {output_scalars, output_arrays}, .size = 13, .wide = 0, .history = 3}};

static const snn_projection projections[] = {
    {.kind = &snn_synapse_dense, .params = {input_to_hidden_scalars, input_to_hidden_arrays}, .weights = input_to_hidden_weights, .source = 65535, .target = 0, .bits = 4},
    {.kind = &snn_synapse_sparse, .params = {output_to_hidden_scalars, output_to_hidden_arrays}, .weights = output_to_hidden_weights, .source = 1, .target = 0, .bits = 4, .delay = 3},
    {.kind = &snn_synapse_one_to_one, .params = {hidden_to_hidden_scalars, hidden_to_hidden_arrays}, .weights = hidden_to_hidden_weights, .source = 0, .target = 0, .bits = 4, .delay = 1},
    {.kind = &snn_synapse_all_but_self, .params = {hidden_to_hidden_2_scalars, hidden_to_hidden_2_arrays}, .weights = hidden_to_hidden_2_weights, .source = 0, .target = 0, .bits = 4, .delay = 3},
    {.kind = &snn_synapse_dense, .params = {hidden_to_output_scalars, hidden_to_output_arrays}, .weights = hidden_to_output_weights, .source = 0, .target = 1, .bits = 4}};

const snn_model random_model = {
    .hash = RANDOM_HASH,
    .encoder = {.kind = &snn_encoder_error_diffusion, .params = {encoder_scalars, encoder_arrays}, .size = 20},
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
