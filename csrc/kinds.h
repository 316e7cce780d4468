/* SPDX-License-Identifier: Apache-2.0 */
/* kinds.h: what an encoder, a neuron model and a connection type provide to snn.c. One file each, in
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

struct snn_encoder_kind {
    snn_kind_info info;
    uint32_t (*state_size)(const snn_encoder *encoder); /* bytes */
    void (*begin)(const snn_encoder *encoder, void *state, const uint8_t *sample);
    /* One step: write the ascending indices of the sources that spike, return their number. */
    uint16_t (*step)(const snn_encoder *encoder, void *state, uint16_t *spikes);
};

struct snn_neuron_kind {
    snn_kind_info info;
    /* State in bytes. It begins with the membranes: int16, one per neuron. All zero = reset. */
    uint32_t (*state_size)(const snn_population *population);
    uint16_t (*max_spikes)(const snn_population *population); /* most spikes in one step */
    /* One step from `sum`, the exact synaptic sums (int16 or, if population->wide, int32). Adds int16
     * saturations to *saturations, writes ascending spike indices, returns their number. */
    uint16_t (*step)(const snn_population *population, void *state, const void *sum, uint16_t *spikes,
                     uint32_t *saturations);
    /* v_j - threshold_j: how near neuron j is to firing. */
    int32_t (*headroom)(const snn_population *population, const void *state, uint16_t j);
};

struct snn_synapse_kind {
    snn_kind_info info;
    /* Add the weights of all `spikes` to the target's sums: int16 (narrow) or int32 (wide). */
    void (*propagate)(const snn_projection *projection, uint16_t targets, const uint16_t *spikes,
                      uint16_t count, int16_t *sum);
    void (*propagate_wide)(const snn_projection *projection, uint16_t targets, const uint16_t *spikes,
                           uint16_t count, int32_t *sum);
};

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

/* The drive of neuron j: its synaptic sum, saturated once. */
static inline int16_t snn_drive(const snn_population *population, const void *sum, uint16_t j,
                                uint32_t *saturations) {
    if (population->wide) return snn_sat16(((const int32_t *)sum)[j], saturations);
    return ((const int16_t *)sum)[j];
}

#endif
