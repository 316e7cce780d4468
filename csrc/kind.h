/* SPDX-License-Identifier: Apache-2.0 */
/* kind.h: the interface between the core and its kinds: encoders, neuron models and connection types.
 * A kind is one file in encoders/, neurons/ or synapses/, and the file's stem is its name. Headers that
 * only one kind includes lie in a folder of its name. No function of an encoder calls an encoder; the same
 * holds for neuron models and connection types. So the stack has at most one function of each sort, as
 * snnedge/boards/firmware computes it. Internal: programs include snn.h only. */
#ifndef SNN_KIND_H
#define SNN_KIND_H

#include "snn.h"

/* Raise this number when a kind of one version no longer works in the core of another: when a structure or
 * a function here changes, or another header that a file of mcu/ includes. Firmware takes such a file in
 * place of a plain one only where the exported folder states the same number. */
#define SNN_KIND_INTERFACE 1

/* For functions that need all registers of a small core. On a core with MVE the call costs more than it
 * saves. */
#if defined(__FLASH) /* avr-gcc 5 crashes on induction variables that point to flash */
#define SNN_NOINLINE __attribute__((noinline, optimize("no-ivopts")))
#elif defined(__GNUC__) && !defined(__ARM_FEATURE_MVE)
#define SNN_NOINLINE __attribute__((noinline))
#else
#define SNN_NOINLINE
#endif

/* The parameters of a kind in order: space-separated words. The Python file of the same name lists the same
 * words, and a test compares them. */
typedef struct {
    const char *name;
    const char *scalars;
    const char *arrays;
} snn_kind_info;

/* Bytes behind a map that a kernel may read. Their values are undefined. */
#define SNN_MAP_PADDING 8u

/* Bytes of a map of `sources`. Bit i & 7 of byte i >> 3 is set: source i has spiked since the sample began.
 */
static inline uint32_t snn_map_size(uint16_t sources) {
    return ((uint32_t)sources + 7u) / 8u + SNN_MAP_PADDING;
}

/* The spikes of a source in one step. */
typedef struct {
    const uint16_t *spikes; /* ascending */
    uint16_t count;
    uint16_t size; /* neurons or inputs of the source */
} snn_source;

/* The spikes that arrive at one receptor in one step. */
typedef struct {
    const snn_projection *only; /* the projection that delivers all of them, or NULL */
    snn_source source;          /* of `only` */
    uint32_t spikes;
    uint32_t bound; /* of a wide population: of a sum's magnitude; above INT16_MAX a sum needs int32 */
} snn_arrivals;

/* The projections into one population in one step. */
typedef struct {
    const snn_state *state; /* for the core only: a kind finds all it needs in the other fields */
    const snn_population *population;
    const snn_projection *first, *end;
    const uint8_t *input_map; /* for a population that scans */
    void *sum;
    uint32_t active_pixels;   /* in the patches that the last snn_sum_at read */
    uint16_t targets;         /* entries of `sum` */
    uint8_t wide;             /* 1: the last sums are int32 */
    uint8_t map_is_final;     /* of the encoder */
    snn_arrivals arrivals[2]; /* by receptor; undefined for a population that scans */
} snn_inputs;

enum { SNN_EXCITATORY, SNN_INHIBITORY };

/* Return the exact synaptic sums of this step: int16, or int32 if `inputs->wide`. They are valid until the
 * next call. A step calls this before it writes a spike. */
const void *snn_sum(snn_inputs *inputs, uint8_t receptor);

/* Likewise for the patches whose first pixel on the map is `pixel`. */
const void *snn_sum_at(snn_inputs *inputs, uint16_t pixel);

/* A field that an initialiser leaves out is 0 or NULL, which is its usual value. A plain kind has the
 * fields that its SIMD kind shares in a macro TRAITS. */

struct snn_encoder_kind {
    snn_kind_info info;
    uint32_t (*state_size)(const snn_encoder *encoder); /* bytes */
    uint16_t (*max_spikes)(const snn_encoder *encoder); /* upper bound of the spikes of a step */
    /* Encode a sample. Return the number of spikes that only the map holds. */
    uint16_t (*begin)(const snn_encoder *encoder, void *state, const uint8_t *sample);
    /* Write the ascending indices of the sources that spike in this step; return their number. */
    uint16_t (*step)(const snn_encoder *encoder, void *state, uint16_t *spikes);
    uint8_t keeps_map;    /* 1: the state begins with a map of snn_map_size bytes */
    uint8_t map_is_final; /* 1: `begin` completes the map, and `step` does not change it */
    uint8_t alignment;    /* of the state in the workspace, a multiple of 4 bytes; 0: 4 */
};

struct snn_neuron_kind {
    snn_kind_info info;
    /* Bytes of state. It begins with the membranes, int16, one per neuron, unless the kind scans. All zero
     * is the reset state. */
    uint32_t (*state_size)(const snn_population *population);
    uint16_t (*max_spikes)(const snn_population *population); /* upper bound of the spikes of a step */
    uint16_t (*sums)(const snn_population *population);       /* synaptic sums; NULL: one per neuron */
    /* Update all neurons; count int16 saturations. Write ascending spike indices; return their number. */
    uint16_t (*step)(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations);
    uint8_t threshold; /* index of the array of thresholds */
    uint8_t scans;     /* 1: reads one position of a map after the other; cannot be the readout */
    uint8_t receptors; /* 1: one synaptic sum per neuron; 2: an excitatory and an inhibitory one */
    uint8_t alignment; /* of the sums and of the state, as of the encoder */
};

/* A connection type has either `propagate_*`, which adds the weights of the spikes of a step, or
 * `propagate_at_*`, which adds those of the active pixels of a patch and returns their number. */
struct snn_synapse_kind {
    snn_kind_info info;
    void (*propagate_16)(const snn_projection *projection, const snn_source *source, uint16_t targets,
                         int16_t *sum);
    void (*propagate_32)(const snn_projection *projection, const snn_source *source, uint16_t targets,
                         int32_t *sum);
    uint16_t (*propagate_at_16)(const snn_projection *projection, const uint8_t *map, uint16_t pixel,
                                uint16_t targets, int16_t *sum);
    uint16_t (*propagate_at_32)(const snn_projection *projection, const uint8_t *map, uint16_t pixel,
                                uint16_t targets, int32_t *sum);
    uint8_t same_size;  /* 1: source and target must have the same size */
    uint8_t one_weight; /* 1: scalar 0 is the weight; 0: weights are codes of the projection's bits */
    uint8_t rows;       /* 1: a row of codes per source, `stride` apart; scalar 0 is their zero point */
    uint8_t patch_sums; /* 1: weights and scalars as in weights/patch_sums.h */
};

/* The largest magnitude of a weight that is a code of the projection's bits less a zero point. */
static inline uint32_t snn_largest_code(const snn_projection *projection) {
    return (1u << projection->bits) - 1u;
}

/* The magnitude of the one weight of a kind without codes. */
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

/* The input current of neuron j: its synaptic sum, saturated once. */
static inline int16_t snn_input_current(const snn_inputs *inputs, const void *sum, uint16_t j,
                                        uint32_t *saturations) {
    if (inputs->wide) return snn_sat16(((const int32_t *)sum)[j], saturations);
    return ((const int16_t *)sum)[j];
}

#endif
