/* SPDX-License-Identifier: Apache-2.0 */
/* kind_list.h: all kinds in this build, for programs that choose them by name. kind_list.c is written by
 * CMake from the folders (kinds.cmake). */
#ifndef SNN_KIND_LIST_H
#define SNN_KIND_LIST_H

#include "kind.h"

/* All kinds, compiled for one set of instructions; the lists end with NULL. Which level runs a model
 * changes its speed, and no bit of its answers. */
typedef struct {
    const char *name;  /* folder in simd/, or "scalar": plain C, for any processor */
    int (*runs)(void); /* 1: this processor has the instructions */
    const snn_encoder_kind *const *encoders;
    const snn_neuron_kind *const *neurons;
    const snn_synapse_kind *const *synapses;
} snn_level;

/* Fastest first, "scalar" last, then one without a name. */
extern const snn_level snn_levels[];

#endif
