/* SPDX-License-Identifier: Apache-2.0 */
/* synaptic_input.h: the drives at a receptor in one step, a block of neurons at a time. Where all spikes
 * come through one dense projection its rows are added up right here, in registers; else snn.c adds up the
 * sum. */
#ifndef SNN_FEED_H
#define SNN_FEED_H

#include "../kind.h"
#include "../weights/dense_rows.h"
#include "simd.h"

#include <string.h>

#define MOST_ROWS 128u /* 128 x 255 fits int16: so do all sums of codes less an offset */
#define PAIR (2u * LANES16)
#define STRIPE (16u * LANES16) /* neurons whose rows are added up at a time */

typedef enum { NOTHING, NARROW_SUM, WIDE_SUM, ROWS } feed_way;

typedef struct {
    feed_way way;
    const void *sum;                   /* of a sum, else NULL */
    const uint8_t *row[MOST_ROWS + 1]; /* of ROWS */
    const uint8_t *end;                /* of the table */
    uint32_t count, bits;
    int16_t offset; /* of all rows */
    int16_t drives[STRIPE] __attribute__((aligned(64)));
} feed;

static inline void feed_sum(feed *f, snn_inputs *inputs, uint8_t receptor) {
    f->sum = snn_sum(inputs, receptor);
    f->way = inputs->wide ? WIDE_SUM : NARROW_SUM;
}

/* List the rows; returns 0 if they cannot be added up here, or nothing arrives. */
static inline int feed_list(feed *f, const snn_inputs *inputs, const snn_arrivals *a) {
    const snn_projection *p = a->only;
    f->way = NOTHING;
    f->sum = 0;
    f->end = 0;
    f->count = f->bits = 0;
    f->offset = 0;
    if (SNN_SELDOM_TRUE(!p || !p->kind->rows || p->bits == 1 || a->spikes > MOST_ROWS)) return 0;
    uint32_t row = snn_stride(p, inputs->targets);
    f->way = ROWS;
    f->bits = p->bits;
    f->count = a->spikes;
    f->end = p->weights + a->source.size * row;
    f->offset = (int16_t)(p->params.scalars[0] * (int32_t)a->spikes);
    for (uint32_t k = 0; k < a->spikes; ++k) f->row[k] = p->weights + a->source.spikes[k] * row;
    return 1;
}

static inline void feed_begin(feed *f, snn_inputs *inputs, uint8_t receptor) {
    if (!feed_list(f, inputs, &inputs->arrivals[receptor]) && inputs->arrivals[receptor].spikes)
        feed_sum(f, inputs, receptor);
}

/* Whether all drives of these rows are 0 or more, `gain` times as much fits int16, and there is memory
 * behind the last row for as many codes as lanes. */
static inline int feed_is_easy(const feed *f, const snn_arrivals *a, uint32_t gain, uint32_t n) {
    uint32_t row = f->bits == 8 ? n : (n + 2 * PAIR - 1) / (2 * PAIR) * PAIR;
    return !f->offset && a->spikes * snn_largest_code(a->only) * gain <= INT16_MAX &&
           (uint32_t)(f->end - f->row[f->count - 1]) >= row;
}

/* As feed_begin, for n lanes in whole pairs of blocks, whose rows feed_stripe adds up if they are as
 * feed_is_easy says. `silent`: a row of n zeros, with which there is an even number of rows. */
static inline void feed_begin_pairs(feed *f, snn_inputs *inputs, uint8_t receptor, uint32_t gain,
                                    uint32_t n, const uint8_t *silent) {
    const snn_arrivals *a = &inputs->arrivals[receptor];
    int listed = feed_list(f, inputs, a);
    if (a->spikes && (!listed || !feed_is_easy(f, a, gain, n)))
        feed_sum(f, inputs, receptor);
    else if (f->count & 1)
        f->row[f->count++] = silent;
}

/* LANES16 codes, of which only n belong to the row; the bytes behind it may lie outside of the table. */
static inline i16v feed_codes(const feed *f, const uint8_t *codes, uint32_t n, uint32_t bits) {
    uint8_t part[LANES16] = {0};
    if (n < LANES16 && (uint32_t)(f->end - codes) < LANES16 * bits / 8u)
        codes = memcpy(part, codes, (size_t)(f->end - codes));
    return bits == 8 ? u16_from_bytes(codes) : u16_from_nibbles(codes);
}

static SNN_INLINED i16v feed_rows(const feed *f, uint32_t j, uint32_t n, uint32_t bits) {
    i16v total = i16_set((int16_t)-f->offset);
    for (uint32_t k = 0; k < f->count; ++k)
        total = i16_add(total, feed_codes(f, f->row[k] + j * bits / 8u, n, bits));
    return n == LANES16 ? total : i16_first(total, n);
}

/* `pairs` of blocks of the drives of rows of bytes below 128: two rows are added up in bytes. In the sums
 * of pairs of bytes, modulo 2^16, the second bytes stand 256 times. */
static SNN_INLINED void feed_bytes(int16_t *drives, const feed *f, uint32_t j, uint32_t pairs) {
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
    for (uint32_t a = 0; a < pairs; ++a, drives += PAIR) {
        i16v first, second;
        i16_zip(i16_sub(both[a], i16_shl(odd[a], 8)), odd[a], &first, &second);
        i16_store(drives, first);
        i16_store(drives + LANES16, second);
    }
}

#define FEW_NIBBLES 16u /* 16 x 15 fits a byte */

/* Rows `first` to end of nibbles, of two pairs of blocks: sums of bytes, for each pair of nibbles. The sums
 * of all bytes, modulo 2^8, have the second nibbles 16 times. */
static SNN_INLINED void feed_nibbles(int16_t *drives, const feed *f, uint32_t j, uint32_t first,
                                     uint32_t end) {
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
        i16_store(drives + k, first ? i16_add(i16_load(drives + k), sum) : sum);
    }
}

/* After feed_begin_pairs: add up the rows for the STRIPE of neurons from j on, as far as there are n lanes.
 */
static inline void feed_stripe(feed *f, uint32_t j, uint32_t n) {
    uint32_t end = n - j < STRIPE ? n : j + STRIPE;
    int16_t *drives = f->drives;
    if (f->bits == 4) {
        for (; j < end; j += 2 * PAIR, drives += 2 * PAIR)
            for (uint32_t k = 0; k < f->count; k += FEW_NIBBLES)
                feed_nibbles(drives, f, j, k, f->count - k < FEW_NIBBLES ? f->count : k + FEW_NIBBLES);
        return;
    }
    for (; j + 4 * PAIR <= end; j += 4 * PAIR, drives += 4 * PAIR) feed_bytes(drives, f, j, 4);
    for (; j + 2 * PAIR <= end; j += 2 * PAIR, drives += 2 * PAIR) feed_bytes(drives, f, j, 2);
    if (j < end) feed_bytes(drives, f, j, 1);
}

/* The block of drives from j on, of the last stripe. */
static SNN_INLINED i16v feed_block(const feed *f, uint32_t j) { return i16_load(f->drives + j % STRIPE); }

static inline i16v feed_wide(const feed *f, uint32_t j, uint32_t n, uint32_t *saturations) {
    const int32_t *wide = (const int32_t *)f->sum + j;
    unsigned low = n < LANES32 ? n : LANES32;
    i32v a = i32_get(wide, low), b = n > LANES32 ? i32_get(wide + LANES32, n - low) : i32_set(0);
    i32v most = i32_set(INT16_MAX), least = i32_set(INT16_MIN);
    *saturations += count_bits(m32_bits(i32_gt(a, most)) | m32_bits(i32_gt(least, a)));
    *saturations += count_bits(m32_bits(i32_gt(b, most)) | m32_bits(i32_gt(least, b)));
    return i16_join(i32_max(i32_min(a, most), least), i32_max(i32_min(b, most), least));
}

/* The drives of n <= LANES16 neurons from j on; lanes behind them are 0. */
static SNN_INLINED i16v feed_drives(const feed *f, feed_way way, uint32_t j, uint32_t n,
                                    uint32_t *saturations) {
    switch (way) {
    case ROWS:
        return f->bits == 8 ? feed_rows(f, j, n, 8) : feed_rows(f, j, n, 4);
    case NARROW_SUM:
        return i16_get((const int16_t *)f->sum + j, n);
    case WIDE_SUM:
        return feed_wide(f, j, n, saturations);
    default:
        return i16_set(0);
    }
}

#endif
