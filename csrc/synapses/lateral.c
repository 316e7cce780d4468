/* SPDX-License-Identifier: Apache-2.0 */
/* lateral: source i reaches every target but i, all with one weight. integer-contract.md,
 * "lateral". The total of all spikes is added to every target; then each source's own share is
 * subtracted. */
#include "../kind.h"

enum { WEIGHT }; /* scalars */

#include "../weights/sums_16.h"
#include "lateral/propagate.h"
#include "../weights/sums_32.h"
#include "lateral/propagate.h"

const snn_synapse_kind snn_synapse_lateral = {.info = {"lateral", "weight", ""},
                                              .propagate_16 = propagate_16,
                                              .propagate_32 = propagate_32,
                                              .same_size = 1,
                                              .one_weight = 1};
