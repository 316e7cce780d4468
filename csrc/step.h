/* SPDX-License-Identifier: Apache-2.0 */
/* step.h: one time step, for samples and for streams. Internal. */
#ifndef SNN_STEP_H
#define SNN_STEP_H

#include "workspace.h"

/* Reset all state: of the neurons, of the encoder, and the votes. */
void snn_reset(snn_state *state);

/* Step all populations and count the votes, after the input spikes of the step have been written. */
void snn_advance(snn_state *state);

#endif
