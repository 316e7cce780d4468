/* SPDX-License-Identifier: Apache-2.0 */
/* dense: every source reaches every target. integer-contract.md, "dense". Packed weights:
 * weights/dense_rows.h. */
#include "../kind.h"
#include "../weights/dense_rows.h"

enum { ZERO_POINT }; /* scalars */

#include "../weights/sums_16.h"
#include "dense/propagate.h"
#include "../weights/sums_32.h"
#include "dense/propagate.h"

#define TRAITS .info = {"dense", "zero_point", ""}, .rows = 1

const snn_synapse_kind snn_synapse_dense = {TRAITS, .propagate_16 = propagate_16,
                                            .propagate_32 = propagate_32};
