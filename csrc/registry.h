/* SPDX-License-Identifier: Apache-2.0 */
/* registry.h: all kinds in this build, for programs that choose them by name. The lists end with NULL;
 * registry.c is written by CMake from the folders. */
#ifndef SNN_REGISTRY_H
#define SNN_REGISTRY_H

#include "kinds.h"

extern const snn_encoder_kind *const snn_encoder_kinds[];
extern const snn_neuron_kind *const snn_neuron_kinds[];
extern const snn_synapse_kind *const snn_synapse_kinds[];

#endif
