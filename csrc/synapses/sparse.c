/* SPDX-License-Identifier: Apache-2.0 */
/* sparse: a list of synapses per source. integer-contract.md, "sparse".
 * Packed weights: where each source's entries begin and the last one's end (uint32, little-endian, bytes
 * from the start of the table), then the entries, ascending by target. An entry is a code and, above its
 * bits, the number of targets between it and the entry before: two bytes for codes of 8 bits, one for 4
 * or 1. */
#include "../kind.h"

enum { ZERO_POINT }; /* scalars */

/* Return where the entries of a source begin. */
static const SNN_FLASH uint8_t *row_of(const SNN_FLASH uint8_t *table, uint32_t source) {
    const SNN_FLASH uint8_t *b = table + 4u * source;
    return table + (b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24);
}

#include "../weights/sums_16.h"
#include "sparse/propagate.h"
#include "../weights/sums_32.h"
#include "sparse/propagate.h"

const snn_synapse_kind snn_synapse_sparse = {
    .info = {"sparse", "zero_point", ""}, .propagate_16 = propagate_16, .propagate_32 = propagate_32};
