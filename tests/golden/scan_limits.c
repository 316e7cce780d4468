/* Tables of the model scan, written by snnedge. Do not edit: export it again. */
#include "scan.h"

extern const snn_encoder_kind snn_encoder_flash;
extern const snn_neuron_kind snn_neuron_conv_wta;
extern const snn_neuron_kind snn_neuron_if_race;
extern const snn_synapse_kind snn_synapse_dense;
extern const snn_synapse_kind snn_synapse_shared;

/* threshold */
static const int32_t encoder_scalars[] = {
242};
static const int16_t *const encoder_arrays[] = {0};
static const int16_t features_threshold[] = {
2628,1371,4405,-2089};
/* maps, rows, columns, line, pool, stride */
static const int32_t features_scalars[] = {
4,4,14,16,5,4};
static const int16_t *const features_arrays[] = {features_threshold};
static const int16_t output_bias[] = {
-5378,-4208,5474,-4764,2641,-607,5866};
static const int16_t output_threshold[] = {
5395,-4575,-5848,-1500,-995,27,-3921};
/* no scalars */
static const int32_t output_scalars[] = {
0};
static const int16_t *const output_arrays[] = {output_bias, output_threshold};
/* offset, rows, columns, line, least */
static const int32_t input_to_features_scalars[] = {
0,6,3,16,3};
static const int16_t *const input_to_features_arrays[] = {0};
/* offset */
static const int32_t features_to_output_scalars[] = {
8};
static const int16_t *const features_to_output_arrays[] = {0};
static const uint8_t input_to_features_weights[] = {
243,198,0,0,63,154,0,0,210,96,0,0,69,126,0,0,42,24,0,0,
44,146,0,0,106,109,0,0,61,53,0,0,224,46,0,0,214,36,0,0,
201,238,0,0,103,80,0,0,6,214,0,0,69,18,0,0,112,22,0,0,
145,86,0,0,120,255,0,0,151,118,0,0};
static const uint8_t features_to_output_weights[] = {
121,119,90,7,135,104,141,5,134,89,90,6,202,120,107,9,169,121,89,10,
103,135,138,10,138,166,57,6,88,70,153,8,123,199,165,5,217,105,125,8,
89,202,154,8,26,152,148,8,136,153,134,8,120,186,203,11,119,151,168,12,
167,87,117,4};
static const int16_t labels[] = {
1,2,1,0,0,1,2};

static const snn_population populations[] = {
    {&snn_neuron_conv_wta, {features_scalars, features_arrays}, 16, 0},
    {&snn_neuron_if_race, {output_scalars, output_arrays}, 7, 0}};

static const snn_projection projections[] = {
    {&snn_synapse_shared, {input_to_features_scalars, input_to_features_arrays}, input_to_features_weights, 65535, 0, 4},
    {&snn_synapse_dense, {features_to_output_scalars, features_to_output_arrays}, features_to_output_weights, 0, 1, 4}};

const snn_model scan_model = {
    SCAN_HASH,
    {&snn_encoder_flash, {encoder_scalars, encoder_arrays}, 144},
    populations,
    projections,
    {labels, 1, 3, 0, 0},
    2,
    2,
    2};
