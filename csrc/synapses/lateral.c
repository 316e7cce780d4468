/* SPDX-License-Identifier: Apache-2.0 */
/* all_but_self: source i reaches every target but i, all with one weight. integer-contract.md,
 * "all_but_self". The total of all spikes is added to every target; then each source's own share is
 * subtracted. */
#include "../kind.h"

enum { WEIGHT }; /* scalars */

#include "../weights/sums_16.h"
#include "all_but_self/propagate.h"
#include "../weights/sums_32.h"
#include "all_but_self/propagate.h"

const snn_synapse_kind snn_synapse_all_but_self = {.info = {"all_but_self", "weight", ""},
                                                   .propagate_16 = propagate_16,
                                                   .propagate_32 = propagate_32,
                                                   .same_size = 1,
                                                   .one_weight = 1};
