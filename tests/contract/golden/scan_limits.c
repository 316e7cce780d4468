/* Tables of the model scan, written by snnedge. Do not edit: export it again. */
#include "../scan.h"

extern const snn_encoder_kind snn_encoder_binary;
extern const snn_neuron_kind snn_neuron_conv_wta;
extern const snn_neuron_kind snn_neuron_if_ttfs;
extern const snn_synapse_kind snn_synapse_dense;
extern const snn_synapse_kind snn_synapse_patch;

/* threshold */
static const int32_t encoder_scalars[] = {
120};
static const SNN_FLASH int16_t *const encoder_arrays[] = {0};
static const SNN_FLASH int16_t features_threshold[] = {
-32768,32767,-32768,-32768};
/* maps, rows, columns, image_width, pool, stride, origin, position_stride */
static const int32_t features_scalars[] = {
4,4,3,10,6,3,0,1};
static const SNN_FLASH int16_t *const features_arrays[] = {features_threshold};
static const SNN_FLASH int16_t output_bias[] = {
32767,-5203,32767,22723,32767,-32768,-27245,17452,31915,-22990,-32768,17147};
static const SNN_FLASH int16_t output_threshold[] = {
32767,-25306,-32768,-26795,32767,-31763,32767,32767,24001,-32768,-29106,-5081};
/* no scalars */
static const int32_t output_scalars[] = {
0};
static const SNN_FLASH int16_t *const output_arrays[] = {output_bias, output_threshold};
/* zero_point, rows, columns, image_width, min_active */
static const int32_t input_to_features_scalars[] = {
128,2,8,10,1};
static const SNN_FLASH int16_t *const input_to_features_arrays[] = {0};
/* zero_point */
static const int32_t features_to_output_scalars[] = {
8};
static const SNN_FLASH int16_t *const features_to_output_arrays[] = {0};
static const SNN_FLASH uint8_t input_to_features_weights[] = {
70,98,52,184,0,0,0,0,0,0,0,0,0,0,0,0,41,143,83,110,
0,0,0,0,0,0,0,0,0,0,0,0,45,40,37,229,0,0,0,0,
0,0,0,0,0,0,0,0,155,220,121,11,0,0,0,0,0,0,0,0,
0,0,0,0,210,194,9,38,0,0,0,0,0,0,0,0,0,0,0,0,
92,81,26,185,0,0,0,0,0,0,0,0,0,0,0,0,162,221,17,93,
0,0,0,0,0,0,0,0,0,0,0,0,131,1,233,17,0,0,0,0,
0,0,0,0,0,0,0,0,30,136,184,109,0,0,0,0,0,0,0,0,
0,0,0,0,78,225,34,198,0,0,0,0,0,0,0,0,0,0,0,0,
247,20,70,85,0,0,0,0,0,0,0,0,0,0,0,0,178,230,180,104,
0,0,0,0,0,0,0,0,0,0,0,0,54,25,171,103,0,0,0,0,
0,0,0,0,0,0,0,0,100,216,192,7,0,0,0,0,0,0,0,0,
0,0,0,0,101,151,136,193,0,0,0,0,0,0,0,0,0,0,0,0,
47,170,21,191,0,0,0,0,0,0,0,0,0,0,0,0};
static const SNN_FLASH uint8_t features_to_output_weights[] = {
233,119,232,115,90,123,0,0,155,167,29,164,72,156,0,0,172,53,84,23,
153,136,0,0,135,138,57,117,69,182,0,0};
static const SNN_FLASH int16_t labels[] = {
1,0,-1,1,0,-1,2,2,0,2,2,1};

static const snn_population populations[] = {
    {.kind = &snn_neuron_conv_wta, .params = {.scalars = features_scalars, .arrays = features_arrays}, .size = 4, .wide = 0},
    {.kind = &snn_neuron_if_ttfs, .params = {.scalars = output_scalars, .arrays = output_arrays}, .size = 12, .wide = 0}};

static const snn_projection projections[] = {
    {.kind = &snn_synapse_patch, .params = {.scalars = input_to_features_scalars, .arrays = input_to_features_arrays}, .weights = input_to_features_weights, .source = 65535, .target = 0, .bits = 8},
    {.kind = &snn_synapse_dense, .params = {.scalars = features_to_output_scalars, .arrays = features_to_output_arrays}, .weights = features_to_output_weights, .source = 0, .target = 1, .bits = 4}};

const snn_model scan_model = {
    .hash = SCAN_HASH,
    .encoder = {.kind = &snn_encoder_binary, .params = {.scalars = encoder_scalars, .arrays = encoder_arrays}, .size = 50},
    .populations = populations,
    .projections = projections,
    .readout = {.labels = labels,
                .population = 1,
                .classes = 3,
                .exit_margin = 0,
                .nearest = 1},
    .n_populations = 2,
    .n_projections = 2,
    .steps = 14};
