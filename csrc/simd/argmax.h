/* SPDX-License-Identifier: Apache-2.0 */
/* argmax.h: neurons that integrate without a leak, and the one that is the furthest above its threshold. */
#ifndef SNN_ARGMAX_H
#define SNN_ARGMAX_H

#include "synaptic_input.h"

/* Return v - threshold where that is above 0, else 0: 1..65535 fits 16 bits without a sign. */
static inline i16v above(i16v v, i16v threshold) {
    return i16_select(i16_gt(v, threshold), i16_sub(v, threshold), i16_set(0));
}

/* Return the first neuron that is the furthest above its threshold, or the size if none is above. */
static inline uint16_t winner(const int16_t *v, const int16_t *threshold, uint16_t size, i16v best) {
    if (m16_bits(i16_eq(best, i16_set(0))) == mask_of(LANES16)) return size;
    uint32_t largest = UINT16_MAX - (u16_least(i16_sub(i16_set(-1), best)) >> 16);
#define SEARCH(j, n)                                                                                       \
    do {                                                                                                   \
        i16v high = above(i16_get(v + (j), n), i16_get(threshold + (j), n));                               \
        uint32_t found = m16_bits(i16_eq(high, i16_set((int16_t)largest)));                                \
        if (found) return (uint16_t)((j) + lowest_bit(found));                                             \
    } while (0)
    FOR_BLOCKS(size, LANES16, SEARCH);
#undef SEARCH
    return size;
}

/* Add the input currents to v, saturated. Return the winner, or the size of the population if there is
 * none. */
static inline uint16_t charge(snn_inputs *inputs, const int16_t *threshold, int16_t *v,
                              uint32_t *saturations) {
    i16v best = i16_set(0);
    synaptic_input f;
    input_begin(&f, inputs, SNN_EXCITATORY);
#define CHARGE(j, n)                                                                                       \
    do {                                                                                                   \
        i16v x =                                                                                           \
            charged(i16_get(v + (j), n), input_currents(&f, f.way, j, n, saturations), n, saturations);    \
        i16_put(v + (j), x, n);                                                                            \
        best = u16_max(best, above(x, i16_get(threshold + (j), n)));                                       \
    } while (0)
    FOR_BLOCKS(inputs->targets, LANES16, CHARGE);
#undef CHARGE
    return winner(v, threshold, inputs->targets, best);
}

#endif
