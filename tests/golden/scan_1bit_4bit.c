/* Tables of the model scan, written by snnedge. Do not edit: export it again. */
#include "scan.h"

extern const snn_encoder_kind snn_encoder_flash;
extern const snn_neuron_kind snn_neuron_conv_wta;
extern const snn_neuron_kind snn_neuron_if_race;
extern const snn_synapse_kind snn_synapse_dense;
extern const snn_synapse_kind snn_synapse_shared;

/* threshold */
static const int32_t encoder_scalars[] = {
221};
static const int16_t *const encoder_arrays[] = {0};
static const int16_t features_threshold[] = {
9,6,14,19,11,7,16,10,7,5,8,8,17,16,6,14,10,11};
/* maps, rows, columns, line, pool, stride, first, spacing */
static const int32_t features_scalars[] = {
18,8,5,9,5,2,0,1};
static const int16_t *const features_arrays[] = {features_threshold};
static const int16_t output_bias[] = {
-3,-3,-2,0,0,-3,-3,-1};
static const int16_t output_threshold[] = {
5,4,6,4,0,0,3,5};
/* no scalars */
static const int32_t output_scalars[] = {
0};
static const int16_t *const output_arrays[] = {output_bias, output_threshold};
/* offset, rows, columns, line, least */
static const int32_t input_to_features_scalars[] = {
0,4,5,9,2};
static const int16_t *const input_to_features_arrays[] = {0};
/* offset */
static const int32_t features_to_output_scalars[] = {
8};
static const int16_t *const features_to_output_arrays[] = {0};
static const uint8_t input_to_features_weights[] = {
223,247,1,0,255,181,1,0,81,181,0,0,162,240,2,0,13,45,0,0,
216,115,3,0,42,153,2,0,125,131,3,0,92,214,3,0,47,89,2,0,
81,173,0,0,171,44,2,0,70,21,2,0,120,224,2,0,243,163,3,0,
168,150,3,0,57,182,2,0,142,150,1,0,204,76,0,0,230,1,3,0};
static const uint8_t features_to_output_weights[] = {
76,119,102,123,216,54,234,153,84,204,106,85,165,118,170,152,56,120,151,182,
136,137,170,106,101,56,86,86,154,91,118,221,166,94,199,90,188,74,200,169,
199,183,89,76,134,52,120,151,126,159,24,148,106,169,54,117,169,133,135,203,
103,102,119,86,133,159,154,231,87,132,85,69,56,30,132,121,137,168,137,184,
167,157,123,153,153,124,150,132,139,154,155,25,167,104,91,167,134,72,118,182,
104,116,124,154,86,57,73,122,184,133,151,154,120,122,136,84,137,27,184,168,
136,74,146,136,169,151,89,151,182,167,76,164,151,125,122,150,185,169,57,119,
91,121,131,122,155,121,152,88,152,171,165,99,198,154,198,151,123,42,58,153,
249,145,167,137,103,73,107,89,121,202,135,201,164,88,103,91,123,58,150,69,
168,136,121,187,180,154,202,222,199,179,186,198,156,148,70,246,116,185,85,155,
92,184,88,56,166,155,74,182,158,85,187,133,204,118,89,99};
static const int16_t labels[] = {
2,2,1,2,2,2,1,1};

static const snn_population populations[] = {
    {.kind = &snn_neuron_conv_wta, .params = {features_scalars, features_arrays}, .size = 54, .wide = 0},
    {.kind = &snn_neuron_if_race, .params = {output_scalars, output_arrays}, .size = 8, .wide = 0}};

static const snn_projection projections[] = {
    {.kind = &snn_synapse_shared, .params = {input_to_features_scalars, input_to_features_arrays}, .weights = input_to_features_weights, .source = 65535, .target = 0, .bits = 1},
    {.kind = &snn_synapse_dense, .params = {features_to_output_scalars, features_to_output_arrays}, .weights = features_to_output_weights, .source = 0, .target = 1, .bits = 4}};

const snn_model scan_model = {
    .hash = SCAN_HASH,
    .encoder = {.kind = &snn_encoder_flash, .params = {encoder_scalars, encoder_arrays}, .size = 99},
    .populations = populations,
    .projections = projections,
    .readout = {.labels = labels,
                .population = 1,
                .classes = 3,
                .exit_margin = 1,
                .nearest = 1},
    .n_populations = 2,
    .n_projections = 2,
    .steps = 17};
