/* Tables of the model conductance, written by snnedge. Do not edit: export it again. */
#include "conductance.h"

extern const snn_encoder_kind snn_encoder_poisson;
extern const snn_neuron_kind snn_neuron_lif_cond_exp;
extern const snn_synapse_kind snn_synapse_all_but_self;
extern const snn_synapse_kind snn_synapse_dense;
extern const snn_synapse_kind snn_synapse_one_to_one;

/* gain, seed */
static const int32_t encoder_scalars[] = {
6264,12};
static const int16_t *const encoder_arrays[] = {0};
static const int16_t excitatory_threshold[] = {
1133,1115,1428,1209,2016,997,2431,2361,791,1780,982,1259,1551,1618,1645,2488,1261,1131,2016};
/* leak, decay_e, decay_i, gain_e, gain_i, reset, reversal_e, reversal_i, refractory */
static const int32_t excitatory_scalars[] = {
41943,19875,25520,1678,349,0,17039,-9175,9};
static const int16_t *const excitatory_arrays[] = {excitatory_threshold};
static const int16_t inhibitory_threshold[] = {
5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242,5242};
/* leak, decay_e, decay_i, gain_e, gain_i, reset, reversal_e, reversal_i, refractory */
static const int32_t inhibitory_scalars[] = {
419430,19875,25520,2131,256,3932,15729,-6554,3};
static const int16_t *const inhibitory_arrays[] = {inhibitory_threshold};
/* offset */
static const int32_t input_to_excitatory_scalars[] = {
0};
static const int16_t *const input_to_excitatory_arrays[] = {0};
/* weight */
static const int32_t inhibitory_to_excitatory_scalars[] = {
2043};
static const int16_t *const inhibitory_to_excitatory_arrays[] = {0};
/* weight */
static const int32_t excitatory_to_inhibitory_scalars[] = {
2047};
static const int16_t *const excitatory_to_inhibitory_arrays[] = {0};
static const uint8_t input_to_excitatory_weights[] = {
238,29,174,109,195,202,35,11,46,9,0,0,86,195,190,185,136,78,227,126,
188,14,0,0,209,120,154,71,206,98,219,78,173,1,0,0,51,161,165,209,
202,121,227,130,34,10,0,0,125,220,200,36,3,177,30,203,122,7,0,0,
74,59,225,49,1,226,106,192,215,8,0,0,17,60,98,68,124,31,212,199,
102,13,0,0,133,24,65,160,89,22,214,161,58,4,0,0,131,38,68,159,
119,249,22,3,147,4,0,0,237,194,250,179,53,228,119,221,13,15,0,0,
234,220,173,162,81,68,220,158,44,5,0,0,124,199,211,27,230,4,131,18,
194,15,0,0,130,26,189,122,204,68,127,230,187,12,0,0,173,207,204,241,
27,187,87,40,150,11,0,0,216,237,73,145,8,242,235,101,105,0,0,0,
167,229,14,150,246,213,213,210,141,5,0,0,38,132,120,61,220,21,188,231,
180,10,0,0,198,82,231,27,41,230,36,62,73,14,0,0,203,82,77,210,
148,35,167,236,168,5,0,0,93,49,162,114,197,68,52,138,42,12,0,0,
248,15,73,42,185,89,235,36,102,6,0,0,78,1,71,167,37,62,5,73,
107,12,0,0,197,81,101,67,31,231,119,40,179,9,0,0,115,63,236,40,
199,218,8,192,232,13,0,0,154,60,166,40,37,61,58,18,213,14,0,0,
216,234,67,196,206,14,34,101,38,8,0,0,202,242,100,46,86,17,131,49,
126,4,0,0,191,213,81,142,17,110,77,73,205,15,0,0,183,145,187,4,
185,56,54,173,185,15,0,0,14,241,182,198,75,11,129,254,81,2,0,0,
109,117,134,17,36,47,93,47,185,0,0,0,120,108,7,234,204,59,30,199,
75,4,0,0,104,66,123,40,224,125,170,39,176,12,0,0,193,208,120,191,
216,71,204,73,207,3,0,0,154,161,161,218,148,27,147,109,254,6,0,0,
165,234,227,71,54,180,213,106,150,9,0,0,5,89,220,85,207,76,158,71,
202,6,0,0,171,164,130,184,155,32,217,193,168,0,0,0,230,50,118,17,
9,68,228,163,227,11,0,0,147,8,77,26,103,75,66,241,213,8,0,0,
126,67,38,26,135,110,141,217,232,13,0,0,182,66,77,62,55,171,53,174,
185,0,0,0,210,181,237,223,196,107,108,147,226,1,0,0,101,98,7,129,
212,225,18,232,57,9,0,0,24,200,92,100,24,34,154,77,245,5,0,0,
58,44,92,186,67,97,150,66,165,4,0,0,139,187,196,198,200,24,23,220,
177,7,0,0,170,196,240,230,211,212,219,42,161,12,0,0,173,79,21,77,
171,139,209,46,159,12,0,0,205,167,97,7,204,71,241,18,229,1,0,0,
65,183,100,60,195,235,172,33,196,5,0,0,241,22,188,37,27,139,94,157,
165,6,0,0,54,104,22,78,63,240,202,6,236,7,0,0,81,14,38,203,
184,79,216,193,68,2,0,0,151,132,146,23,152,133,120,2,165,12,0,0,
120,90,126,229,148,229,26,59,168,11,0,0,140,11,153,110,145,134,17,185,
89,9,0,0,221,125,94,47,49,217,130,96,203,12,0,0,24,186,246,139,
1,136,169,172,83,6,0,0,229,50,73,133,220,216,54,200,128,2,0,0,
250,188,217,123,69,28,87,119,52,14,0,0,82,50,72,194,167,88,29,23,
156,11,0,0,238,189,205,91,120,203,100,24,59,4,0,0,168,133,35,103,
27,34,136,79,203,11,0,0,196,188,167,216,95,61,177,19,244,2,0,0,
246,225,163,0,53,118,145,190,154,2,0,0,149,101,181,41,124,131,140,22,
231,2,0,0,77,219,173,105,154,74,17,81,184,5,0,0,61,189,67,69,
62,71,202,138,114,2,0,0,152,105,41,244,3,169,148,223,180,9,0,0,
181,67,197,37,44,228,25,122,86,12,0,0,243,43,188,102,159,214,138,44,
129,13,0,0};
static const uint8_t inhibitory_to_excitatory_weights[] = {
0};
static const uint8_t excitatory_to_inhibitory_weights[] = {
0};
static const int16_t labels[] = {
2,0,2,-1,1,0,0,-1,1,0,1,2,2,2,0,1,2,-1,2};

static const snn_population populations[] = {
    {.kind = &snn_neuron_lif_cond_exp, .params = {excitatory_scalars, excitatory_arrays}, .size = 19, .wide = 1},
    {.kind = &snn_neuron_lif_cond_exp, .params = {inhibitory_scalars, inhibitory_arrays}, .size = 19, .wide = 0}};

static const snn_projection projections[] = {
    {.kind = &snn_synapse_dense, .params = {input_to_excitatory_scalars, input_to_excitatory_arrays}, .weights = input_to_excitatory_weights, .source = 65535, .target = 0, .bits = 4},
    {.kind = &snn_synapse_all_but_self, .params = {inhibitory_to_excitatory_scalars, inhibitory_to_excitatory_arrays}, .weights = inhibitory_to_excitatory_weights, .source = 1, .target = 0, .bits = 4, .receptor = 1},
    {.kind = &snn_synapse_one_to_one, .params = {excitatory_to_inhibitory_scalars, excitatory_to_inhibitory_arrays}, .weights = excitatory_to_inhibitory_weights, .source = 0, .target = 1, .bits = 4}};

const snn_model conductance_model = {
    .hash = CONDUCTANCE_HASH,
    .encoder = {.kind = &snn_encoder_poisson, .params = {encoder_scalars, encoder_arrays}, .size = 72},
    .populations = populations,
    .projections = projections,
    .readout = {.labels = labels,
                .population = 0,
                .classes = 3,
                .exit_margin = 0,
                .nearest = 1},
    .n_populations = 2,
    .n_projections = 3,
    .steps = 120};
