/* SPDX-License-Identifier: Apache-2.0 */
/* snn.h: spiking neural networks in fixed point. The whole public API of the snnedge core.
 *
 * C99; no malloc, no floating point, no libc, no globals. The caller owns all memory. The contract that
 * every function here keeps to the bit is written in integer-contract.md of the snnedge project.
 *
 * A complete program (`digits.h` and `digits_private/` are written by `snnedge export`):
 *
 *     #include "digits.h"
 *
 *     static uint32_t workspace[DIGITS_WORKSPACE_BYTES / 4];
 *
 *     int main(void) {
 *         static const uint8_t image[DIGITS_INPUTS] = {0};
 *         snn_state state;
 *         snn_result result = {0};
 *         if (snn_init(&state, &digits_model, workspace, sizeof workspace) != SNN_OK) return 1;
 *         snn_run(&state, image, &result);
 *         return result.label;
 *     }
 */
#ifndef SNN_H
#define SNN_H

#include <stddef.h>
#include <stdint.h>

#define SNN_VERSION_MAJOR 0
#define SNN_VERSION_MINOR 1

/* Where weights, arrays of parameters and labels lie. An AVR keeps them in its flash, if the compiler takes
 * C with GNU extensions; C++ has no such pointers and must not follow them. Elsewhere this is nothing. */
#ifdef __FLASH
#define SNN_FLASH __flash
#else
#define SNN_FLASH
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Status codes and their texts, from one list. */
#define SNN_STATUS_LIST(X)                                                                                 \
    X(SNN_OK, "ok")                                                                                        \
    X(SNN_NULL_POINTER, "a required pointer is null")                                                      \
    X(SNN_BAD_MODEL, "the model's tables are inconsistent, or need more than 2^30 bytes")                  \
    X(SNN_SMALL_WORKSPACE, "the workspace is too small")                                                   \
    X(SNN_MISALIGNED_WORKSPACE, "the workspace is not aligned as a uint32_t")                              \
    X(SNN_NO_STREAM, "the model needs whole samples")                                                      \
    X(SNN_BAD_SPIKES, "spikes are not ascending inputs")

#define SNN_STATUS_ENUM(code, text) code,
typedef enum { SNN_STATUS_LIST(SNN_STATUS_ENUM) SNN_STATUS_COUNT } snn_status;
#undef SNN_STATUS_ENUM

/* A source index of a projection that means "the encoder's spikes". */
#define SNN_INPUT 65535

/* The label of a neuron without a vote; the answer without a decision. */
#define SNN_UNASSIGNED (-1)
#define SNN_UNDECIDED (-1)

/* The functions and properties of an encoder, a neuron model or a connection type; see kind.h. */
typedef struct snn_encoder_kind snn_encoder_kind;
typedef struct snn_neuron_kind snn_neuron_kind;
typedef struct snn_synapse_kind snn_synapse_kind;

/* Parameters of a part, in the order that its kind declares. scalars: int32; arrays: int16, one entry per
 * neuron, or per map where neurons share the parameters of a map. The kind states the Q-formats. */
typedef struct {
    const int32_t *scalars;
    const SNN_FLASH int16_t *const *arrays;
} snn_params;

typedef struct {
    const snn_encoder_kind *kind;
    snn_params params;
    uint16_t size;   /* bytes of a sample = number of spike sources */
    uint8_t history; /* earlier steps whose spikes are kept: the largest delay from here */
} snn_encoder;

typedef struct {
    const snn_neuron_kind *kind;
    snn_params params;
    uint16_t size;   /* neurons */
    uint8_t wide;    /* 0: the synaptic sums of a step are proved to fit int16; 1: they are kept in int32 */
    uint8_t history; /* as of the encoder */
} snn_population;

typedef struct {
    const snn_synapse_kind *kind;
    snn_params params;
    const SNN_FLASH uint8_t *weights; /* packed as the kind states */
    uint16_t source;                  /* index of a population, or SNN_INPUT */
    uint16_t target;                  /* index of a population; projections are sorted by it */
    uint8_t bits;                     /* bits per stored weight */
    uint8_t receptor; /* the sum of the target that it adds to: 0 = excitatory, 1 = inhibitory */
    uint8_t delay;    /* steps until a spike arrives, besides those of the order of evaluation */
    uint32_t stride;  /* bytes from row to row, if the kind has rows; 0: no gaps between them */
} snn_projection;

/* Spikes of one population vote for the label of their neuron; see integer-contract.md, "Decision". */
typedef struct {
    const SNN_FLASH int16_t *labels; /* one per neuron, or SNN_UNASSIGNED */
    uint16_t population;
    uint16_t classes;
    uint16_t exit_margin; /* 0: run all steps; m: stop when the leading class is m votes ahead */
    uint8_t nearest;      /* 1: without a vote, the neuron nearest to its threshold answers */
} snn_readout;

typedef struct {
    uint64_t hash; /* of the integer model; equal in the safetensors file and on the board */
    snn_encoder encoder;
    const snn_population *populations; /* in order of evaluation */
    const snn_projection *projections;
    snn_readout readout;
    uint16_t n_populations;
    uint16_t n_projections;
    uint16_t steps; /* time steps per sample */
} snn_model;

/* The state of one running model. Declare one and leave its fields to the functions below. */
typedef struct {
    const snn_model *model;
    uint8_t *workspace;
    uint32_t size;         /* bytes of it that are in use */
    uint32_t input_spikes; /* of the current sample, so far; of a stream, since its votes began */
    uint32_t saturations;  /* int16 saturations of the current sample or stream, so far; modulo 2^32 */
    uint16_t step;         /* steps of the sample done */
    uint16_t best_votes;   /* votes of the leading class */
    int16_t best;          /* the leading class: the first that reached best_votes; or SNN_UNDECIDED */
    uint8_t decided;       /* the exit margin has been reached */
} snn_state;

/* The outcome of one sample. `spike_counts` and `first_spikes` are the caller's arrays of one entry per
 * neuron of the readout population, or NULL; first_spikes holds the step (from 0) or 65535 for "none". */
typedef struct {
    uint16_t *spike_counts;
    uint16_t *first_spikes;
    uint32_t input_spikes;
    uint32_t saturations;
    uint16_t steps; /* steps run until the decision */
    int16_t label;  /* the answer, or SNN_UNDECIDED */
} snn_result;

/* Check the tables of `model`: sizes, indices, pointers. */
snn_status snn_check(const snn_model *model);

/* Return the bytes of workspace that `model` needs: a multiple of 4, the same on every target. 0 means more
 * than 2^30: snn_check refuses such a model. */
uint32_t snn_workspace_size(const snn_model *model);

/* Check `model` and bind it to `workspace`: `size` bytes, aligned as a uint32_t, owned by the caller,
 * in use as long as `state` is. Any number of states may share one model. */
snn_status snn_init(snn_state *state, const snn_model *model, void *workspace, size_t size);

/* The functions below do nothing and return 0, NULL, SNN_UNDECIDED or SNN_NULL_POINTER for a null `state`
 * and for one that snn_init has refused. So do snn_begin and snn_run for a null sample or result. */

/* Reset all state and encode `sample`: encoder.size bytes, which must stay valid until the last step. */
void snn_begin(snn_state *state, const uint8_t *sample);

/* Run one time step. Return 1 while the sample goes on, 0 when it is decided or out of steps. */
int snn_step(snn_state *state);

/* Return the current answer: a label, or SNN_UNDECIDED. */
int16_t snn_label(const snn_state *state);

/* Return 1 if the leading class is exit_margin votes ahead of all others; 0 if not, or without a margin. */
int snn_decided(const snn_state *state);

/* Run one sample to its decision: begin, step until 0, label. */
void snn_run(snn_state *state, const uint8_t *sample, snn_result *result);

/* Reset all state for a stream: a sample without an end, whose input spikes the caller gives. They come
 * from a sensor or from another network. A stream uses no encoder and ignores `steps` and the exit margin.
 * Membranes, conductances, refractory periods and spikes with a delay are kept for any number of steps.
 *
 * Return SNN_NO_STREAM and change nothing if the model reads a map of its input, which it scans once. */
snn_status snn_begin_stream(snn_state *state);

/* Run one time step of a stream, in which the inputs `spikes` spike: `count` indices 0..encoder.size - 1,
 * strictly ascending. They are copied; `spikes` may be NULL if `count` is 0. Return SNN_BAD_SPIKES or
 * SNN_NULL_POINTER and change nothing: the stream goes on with the next call. */
snn_status snn_step_spikes(snn_state *state, const uint16_t *spikes, uint16_t count);

/* Sort the events of one step in place and drop repetitions, as snn_step_spikes requires. Return the number
 * that is left. For few events: the time grows with the square of `count`. */
uint16_t snn_sort_spikes(uint16_t *spikes, uint16_t count);

/* Reset the vote counts and the count of input spikes. Neuron state is unchanged. A stream without an end
 * needs this, as a vote count stays at 65535 once it reaches it. */
void snn_clear_votes(snn_state *state);

/* Return the spikes of population `index` (or SNN_INPUT) in the last step: ascending neuron indices. Write
 * their number to `count`. The array belongs to the workspace and is valid until the next step. NULL and 0
 * if there is no such population. */
const uint16_t *snn_spikes(const snn_state *state, uint16_t index, uint16_t *count);

/* Return the map of the input: bit i & 7 of byte i >> 3 is set if input i has spiked since the sample
 * began. NULL for an encoder that lists its spikes step by step instead. */
const uint8_t *snn_input_map(const snn_state *state);

/* Return the membranes of population `index`, int16 in the population's scale, one per neuron. NULL if its
 * kind keeps none, or if there is no such population. */
const int16_t *snn_membrane(const snn_state *state, uint16_t index);

/* Return the text of a status code; never NULL. */
const char *snn_status_text(snn_status status);

#ifdef __cplusplus
}
#endif

#endif
