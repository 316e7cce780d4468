/* SPDX-License-Identifier: Apache-2.0 */
/* synaptic_input.h: the input currents at a receptor in one step, a block of neurons at a time. Where all
 * spikes arrive through one projection of rows, its rows are added here in registers. Otherwise the core
 * sums. */
#ifndef SNN_SYNAPTIC_INPUT_H
#define SNN_SYNAPTIC_INPUT_H

#include "../kind.h"
#include "../weights/dense_rows.h"
#include "simd.h"

#include <string.h>

#define MOST_ROWS 128u /* 128 x 255 fits int16: so do all sums of codes less a zero point */
#define PAIR (2u * LANES16)
#define STRIPE (16u * LANES16) /* neurons whose rows are added at a time */

typedef enum { NO_INPUT, SUM_16, SUM_32, ROWS } input_way;

typedef struct {
    input_way way;
    const void *sum;                   /* of a sum, else NULL */
    const uint8_t *row[MOST_ROWS + 1]; /* of ROWS */
    const uint8_t *end;                /* of the table */
    uint32_t count, bits;
    int16_t zero_point; /* of all rows */
    int16_t currents[STRIPE] __attribute__((aligned(64)));
} synaptic_input;

static inline void input_sum(synaptic_input *f, snn_inputs *inputs, uint8_t receptor) {
    f->sum = snn_sum(inputs, receptor);
    f->way = inputs->wide ? SUM_32 : SUM_16;
}

/* List the rows. Return 0 if they cannot be added here, or no spike arrives. */
static inline int input_list(synaptic_input *f, const snn_inputs *inputs, const snn_arrivals *a) {
    const snn_projection *p = a->only;
    f->way = NO_INPUT;
    f->sum = 0;
    f->end = 0;
    f->count = f->bits = 0;
    f->zero_point = 0;
    if (!p || SNN_UNLIKELY(!p->kind->rows) || p->bits == 1 || a->spikes > MOST_ROWS) return 0;
    uint32_t row = snn_stride(p, inputs->targets);
    f->way = ROWS;
    f->bits = p->bits;
    f->count = a->spikes;
    f->end = p->weights + a->source.size * row;
    f->zero_point = (int16_t)(p->params.scalars[0] * (int32_t)a->spikes);
    for (uint32_t k = 0; k < a->spikes; ++k) f->row[k] = p->weights + a->source.spikes[k] * row;
    return 1;
}

static inline void input_begin(synaptic_input *f, snn_inputs *inputs, uint8_t receptor) {
    if (!input_list(f, inputs, &inputs->arrivals[receptor]) && inputs->arrivals[receptor].spikes)
        input_sum(f, inputs, receptor);
}

/* Return 1 if all currents of these rows are 0 or more, `gain` times as much fits int16, and as many codes
 * as lanes can be read from the last row on. */
static inline int input_fits(const synaptic_input *f, const snn_arrivals *a, uint32_t gain, uint32_t n) {
    uint32_t row = f->bits == 8 ? n : (n + 2 * PAIR - 1) / (2 * PAIR) * PAIR;
    return !f->zero_point && a->spikes * snn_largest_code(a->only) * gain <= INT16_MAX &&
           (uint32_t)(f->end - f->row[f->count - 1]) >= row;
}

/* As input_begin, for n lanes in whole pairs of blocks. If input_fits allows it, input_stripe adds the
 * rows. `zero_row`: n zeros, appended where the number of rows is odd. */
static inline void input_begin_pairs(synaptic_input *f, snn_inputs *inputs, uint8_t receptor, uint32_t gain,
                                     uint32_t n, const uint8_t *zero_row) {
    const snn_arrivals *a = &inputs->arrivals[receptor];
    int listed = input_list(f, inputs, a);
    if (a->spikes && (!listed || !input_fits(f, a, gain, n)))
        input_sum(f, inputs, receptor);
    else if (f->count & 1)
        f->row[f->count++] = zero_row;
}

/* Return LANES16 codes, of which n belong to the row. Bytes behind the row may lie outside of the table. */
static inline i16v input_codes(const synaptic_input *f, const uint8_t *codes, uint32_t n, uint32_t bits) {
    uint8_t part[LANES16] = {0};
    if (n < LANES16 && (uint32_t)(f->end - codes) < LANES16 * bits / 8u)
        codes = memcpy(part, codes, (size_t)(f->end - codes));
    return bits == 8 ? u16_from_bytes(codes) : u16_from_nibbles(codes);
}

static SNN_ALWAYS_INLINE i16v input_rows(const synaptic_input *f, uint32_t j, uint32_t n, uint32_t bits) {
    i16v total = i16_set((int16_t)-f->zero_point);
    for (uint32_t k = 0; k < f->count; ++k)
        total = i16_add(total, input_codes(f, f->row[k] + j * bits / 8u, n, bits));
    return n == LANES16 ? total : i16_first(total, n);
}

/* Write `pairs` of blocks of the currents of rows of bytes below 128: two rows are added in bytes. The
 * sums of pairs of bytes, modulo 2^16, hold the second bytes times 256. */
static SNN_ALWAYS_INLINE void input_bytes(int16_t *currents, const synaptic_input *f, uint32_t j,
                                          uint32_t pairs) {
    i16v both[4], odd[4];
    for (uint32_t a = 0; a < pairs; ++a) both[a] = odd[a] = i16_set(0);
    for (uint32_t k = 0; k < f->count; k += 2) {
        const uint8_t *one = f->row[k] + j, *other = f->row[k + 1] + j;
        for (uint32_t a = 0; a < pairs; ++a) {
            i16v codes = u8_add(i16_load(one + a * PAIR), i16_load(other + a * PAIR));
            both[a] = i16_add(both[a], codes);
            odd[a] = i16_add(odd[a], u16_shr(codes, 8));
        }
    }
    for (uint32_t a = 0; a < pairs; ++a, currents += PAIR) {
        i16v first, second;
        i16_zip(i16_sub(both[a], i16_shl(odd[a], 8)), odd[a], &first, &second);
        i16_store(currents, first);
        i16_store(currents + LANES16, second);
    }
}

#define NIBBLE_ROWS 16u /* 16 x 15 fits a byte */

/* Add rows `first` to end of nibbles for two pairs of blocks: sums of bytes for each pair of nibbles. The
 * sums of all bytes, modulo 2^8, hold the second nibbles times 16. */
static SNN_ALWAYS_INLINE void input_nibbles(int16_t *currents, const synaptic_input *f, uint32_t j,
                                            uint32_t first, uint32_t end) {
    const i16v nibbles = i16_set(0x0F0F), bytes = i16_set(0x00FF);
    i16v all = i16_set(0), odd = i16_set(0), low, high;
    for (uint32_t k = first; k < end; ++k) {
        i16v codes = i16_load(f->row[k] + j / 2);
        all = u8_add(all, codes);
        odd = u8_add(odd, i16_and(u16_shr(codes, 4), nibbles));
    }
    i16v even = u8_sub(all, i16_shl(i16_and(odd, nibbles), 4)), odd_low = i16_and(odd, bytes);
    i16_zip(i16_add(i16_and(even, bytes), i16_shl(odd_low, 8)),
            i16_add(u16_shr(even, 8), i16_sub(odd, odd_low)), &low, &high);
    uint8_t sums[2 * PAIR] __attribute__((aligned(64)));
    i16_store(sums, low);
    i16_store(sums + PAIR, high);
    for (uint32_t k = 0; k < 2 * PAIR; k += LANES16) {
        i16v sum = u16_from_bytes(sums + k);
        i16_store(currents + k, first ? i16_add(i16_load(currents + k), sum) : sum);
    }
}

/* Add the rows for the STRIPE of neurons from j on, up to n lanes. Comes after input_begin_pairs. */
static inline void input_stripe(synaptic_input *f, uint32_t j, uint32_t n) {
    uint32_t end = n - j < STRIPE ? n : j + STRIPE;
    int16_t *currents = f->currents;
    if (f->bits == 4) {
        for (; j < end; j += 2 * PAIR, currents += 2 * PAIR)
            for (uint32_t k = 0; k < f->count; k += NIBBLE_ROWS)
                input_nibbles(currents, f, j, k, f->count - k < NIBBLE_ROWS ? f->count : k + NIBBLE_ROWS);
        return;
    }
    for (; j + 4 * PAIR <= end; j += 4 * PAIR, currents += 4 * PAIR) input_bytes(currents, f, j, 4);
    for (; j + 2 * PAIR <= end; j += 2 * PAIR, currents += 2 * PAIR) input_bytes(currents, f, j, 2);
    if (j < end) input_bytes(currents, f, j, 1);
}

/* Return the block of currents from j on, of the last stripe. */
static SNN_ALWAYS_INLINE i16v input_block(const synaptic_input *f, uint32_t j) {
    return i16_load(f->currents + j % STRIPE);
}

static inline i16v input_sum_32(const synaptic_input *f, uint32_t j, uint32_t n, uint32_t *saturations) {
    const int32_t *wide = (const int32_t *)f->sum + j;
    unsigned low = n < LANES32 ? n : LANES32;
    i32v a = i32_get(wide, low), b = n > LANES32 ? i32_get(wide + LANES32, n - low) : i32_set(0);
    i32v most = i32_set(INT16_MAX), least = i32_set(INT16_MIN);
    *saturations += count_bits(m32_bits(i32_gt(a, most)) | m32_bits(i32_gt(least, a)));
    *saturations += count_bits(m32_bits(i32_gt(b, most)) | m32_bits(i32_gt(least, b)));
    return i16_join(i32_max(i32_min(a, most), least), i32_max(i32_min(b, most), least));
}

/* Return the currents of n <= LANES16 neurons from j on; lanes behind them are 0. */
static SNN_ALWAYS_INLINE i16v input_currents(const synaptic_input *f, input_way way, uint32_t j, uint32_t n,
                                             uint32_t *saturations) {
    switch (way) {
    case ROWS:
        return f->bits == 8 ? input_rows(f, j, n, 8) : input_rows(f, j, n, 4);
    case SUM_16:
        return i16_get((const int16_t *)f->sum + j, n);
    case SUM_32:
        return input_sum_32(f, j, n, saturations);
    default:
        return i16_set(0);
    }
}

#endif
