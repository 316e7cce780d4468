/* SPDX-License-Identifier: Apache-2.0 */
/* kind.h: what an encoder, a neuron model and a connection type provide to snn.c. One file each, in
 * encoders/, neurons/ and synapses/; the file stem is the name. Internal: programs include snn.h only. */
#ifndef SNN_KINDS_H
#define SNN_KINDS_H

#include "snn.h"

/* The names, in order, of a kind's parameters: space-separated words. The Python file of the same name
 * lists the same words, and a test compares them. */
typedef struct {
    const char *name;
    const char *scalars;
    const char *arrays;
} snn_kind_info;

/* The spikes of a source, as connection types find them. Bit i & 7 of byte i >> 3 of `map` says whether
 * source i has spiked since the sample began; a byte of zeros follows. NULL: the source keeps no map. */
typedef struct {
    const uint16_t *spikes; /* of this step, ascending */
    const uint8_t *map;
    uint16_t count; /* of `spikes` */
    uint16_t size;  /* sources */
} snn_source;

/* What arrives at one receptor in one step. */
typedef struct {
    const snn_projection *only; /* that delivers all of it, if there is one */
    snn_source source;          /* of that */
    uint32_t spikes;
    uint32_t most; /* of a wide population: no sum of theirs is larger in magnitude; or it needs int32 */
} snn_arrivals;

/* The projections into one population, in one step. */
typedef struct {
    const snn_state *state;
    const snn_population *population;
    const snn_projection *first, *end;
    const uint8_t *input_map;
    void *sum;
    uint32_t delivered;       /* spikes that the last of these sums added up */
    uint16_t targets;         /* entries of `sum` */
    uint8_t wide;             /* 1: the last of these sums is of int32 */
    snn_arrivals arrivals[2]; /* by receptor; where places are looked at: none */
} snn_inputs;

/* The exact synaptic sums, int16 or, if `wide` says so, int32; valid until the next call. A step asks for
 * all its sums before it writes a spike. */
enum { SNN_EXCITATORY, SNN_INHIBITORY };
const void *snn_sum(snn_inputs *inputs, uint8_t receptor);  /* of the spikes that arrive in this step */
const void *snn_sum_at(snn_inputs *inputs, uint16_t place); /* at a place on the map of the source */

struct snn_encoder_kind {
    snn_kind_info info;
    uint32_t (*state_size)(const snn_encoder *encoder); /* bytes */
    uint16_t (*max_spikes)(const snn_encoder *encoder); /* most spikes that `step` writes */
    /* Returns the number of spikes with which the sample begins: they stand on the map only. */
    uint16_t (*begin)(const snn_encoder *encoder, void *state, const uint8_t *sample);
    /* One step: write the ascending indices of the sources that spike, return their number. */
    uint16_t (*step)(const snn_encoder *encoder, void *state, uint16_t *spikes);
    uint8_t keeps_map; /* 1: the state begins with the map */
    uint8_t alignment; /* of the state, in bytes from the start of the workspace: 4 or a multiple */
};

struct snn_neuron_kind {
    snn_kind_info info;
    /* State in bytes. It begins with the membranes, if there are any: int16, one per neuron. All zero =
     * reset. */
    uint32_t (*state_size)(const snn_population *population);
    uint16_t (*max_spikes)(const snn_population *population); /* most spikes in one step */
    uint16_t (*sums)(const snn_population *population);       /* synaptic sums at a time */
    /* One step: asks for its sums, adds int16 saturations to *saturations, writes ascending spike indices,
     * returns their number. */
    uint16_t (*step)(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations);
    /* v_j - threshold_j: how near neuron j is to firing. */
    int32_t (*headroom)(const snn_population *population, const void *state, uint16_t j);
    uint8_t places; /* 1: looks at one place after the other, has no membranes, and cannot be the readout */
    uint8_t receptors; /* 1: one synaptic sum per neuron; 2: an excitatory and an inhibitory one */
    uint8_t alignment; /* of the sums and of the state, as of the encoder */
};

struct snn_synapse_kind {
    snn_kind_info info;
    /* Add the weights of the source's spikes to the target's sums: int16 (narrow) or int32 (wide). Returns
     * the number of spikes. */
    uint16_t (*propagate)(const snn_projection *projection, const snn_source *source, uint16_t place,
                          uint16_t targets, int16_t *sum);
    uint16_t (*propagate_wide)(const snn_projection *projection, const snn_source *source, uint16_t place,
                               uint16_t targets, int32_t *sum);
    uint8_t places;     /* 1: reads the map of the source at a place; 0: reads the spikes of the step */
    uint8_t same_size;  /* 1: source and target must have the same size */
    uint8_t one_weight; /* 1: all weights are scalar 0; 0: they are codes of the projection's bits */
    uint8_t rows;       /* 1: a row of codes per source, `stride` apart (weights/dense_rows.h) */
    uint8_t strips;     /* 1: tables of sums of a patch (weights/patch_sums.h) */
};

/* Of a weight that is a code of the projection's bits, less an offset. */
static inline uint32_t snn_largest_code(const snn_projection *projection) {
    return (1u << projection->bits) - 1u;
}

/* Of the one weight, scalar 0, of a kind without codes. */
static inline uint32_t snn_largest_weight(const snn_projection *projection) {
    int32_t weight = projection->params.scalars[0];
    return (uint32_t)(weight < 0 ? -weight : weight);
}

/* Saturate to int16 and count the event. */
static inline int16_t snn_sat16(int32_t x, uint32_t *saturations) {
    if (x > INT16_MAX) {
        ++*saturations;
        return INT16_MAX;
    }
    if (x < INT16_MIN) {
        ++*saturations;
        return INT16_MIN;
    }
    return (int16_t)x;
}

/* The rounding Q15 multiply: (a*b + 2^14) >> 15, rounding halves up. Right shifts of negative numbers are
 * arithmetic on every supported compiler; tests/c checks it. */
static inline int32_t snn_q15(int16_t a, int16_t b) { return ((int32_t)a * b + 0x4000) >> 15; }

/* One sum per neuron: what a kind without places has. */
static inline uint16_t snn_sum_per_neuron(const snn_population *population) { return population->size; }

/* The drive of neuron j: its synaptic sum, saturated once. */
static inline int16_t snn_drive(const snn_inputs *inputs, const void *sum, uint16_t j,
                                uint32_t *saturations) {
    if (inputs->wide) return snn_sat16(((const int32_t *)sum)[j], saturations);
    return ((const int16_t *)sum)[j];
}

#endif
