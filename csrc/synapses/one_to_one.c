/* SPDX-License-Identifier: Apache-2.0 */
/* one_to_one: source i reaches target i, all with one weight. integer-contract.md, "one_to_one". */
#include "../kind.h"

enum { WEIGHT }; /* scalars */

#include "../weights/sums_16.h"
#include "one_to_one/propagate.h"
#include "../weights/sums_32.h"
#include "one_to_one/propagate.h"

const snn_synapse_kind snn_synapse_one_to_one = {.info = {"one_to_one", "weight", ""},
                                                 .propagate_16 = propagate_16,
                                                 .propagate_32 = propagate_32,
                                                 .same_size = 1,
                                                 .one_weight = 1};
