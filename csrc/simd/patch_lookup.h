/* SPDX-License-Identifier: Apache-2.0 */
/* patch_lookup.h: the tables that the scan of conv_wta.c reads, made once per sample: from the weights and
 * thresholds, from the image, and from the pooling. Needs the plain kind's source before it.
 *
 * The table of a strip, up to 5 pixels of a row of the patch, has an entry for each set of active pixels:
 * twice their weights, negated, for all maps. Strip 0 begins at 32767 + threshold. So the entries of all
 * strips add up to 32767 - (2 u - threshold), and the winner is the first map with the smallest total. */
#ifndef SNN_PATCH_LOOKUP_H
#define SNN_PATCH_LOOKUP_H

#include <string.h>

#include "../weights/patch_sums.h"
#include "simd.h"

#define MOST_MAPS 128       /* tables for more would be larger than caches are */
#define ENTRIES 256u        /* of all strips, at most: 8 x 2^5, 16 x 2^4 */
#define ROWS_PER_VECTOR 4u  /* of positions */
#define CACHE_LINE 64u      /* bytes */
#define PIXELS_PER_WORD 50u /* first pixels of patches in a word of 64: 7 bits precede them, 7 follow */

typedef uint64_t row_words __attribute__((vector_size(ROWS_PER_VECTOR * sizeof(uint64_t))));

/* The strips of a patch. Compilers see constants for the usual ones. */
typedef struct {
    uint32_t rows, halves; /* strips: of a column, of a row */
    uint32_t width, sets;  /* of a strip: its pixels, the sets of them */
    uint32_t lanes;        /* maps, up to whole vectors */
} shape;

/* Pooling windows: those from `first` to before `end`, counted in units. */
typedef struct {
    uint16_t first, end;
} range;

typedef struct {
    const snn_projection *patch; /* NULL: no tables; the plain kind steps */
    int16_t *entries;            /* [strip][set of active pixels][lane] */
    uint64_t *line;              /* [pixel / PIXELS_PER_WORD][line of the image]: active pixels */
    uint64_t *found;             /* likewise for [row of positions]: patches that may have enough */
    range *down, *across;        /* [row of positions], [pixel]: windows that contain it */
    uint64_t *won, *fired;       /* one bit for each unit */
    uint32_t window_row;         /* units of a row of windows */
    uint32_t most;               /* spikes in one step */
    shape z;
} tables;

static uint32_t lanes_for(uint32_t maps) { return (maps + LANES16 - 1) / LANES16 * LANES16; }

static uint32_t words_for(const snn_population *population) { return (population->size + 63u) / 64u; }

static uint32_t pixels_across(const int32_t *s) { return (uint32_t)(s[COLUMNS] * s[POSITION_STRIDE]); }

/* Return the rows of positions, padded to whole vectors. */
static uint32_t padded_rows(uint32_t rows) {
    return (rows + ROWS_PER_VECTOR - 1) / ROWS_PER_VECTOR * ROWS_PER_VECTOR;
}

static uint32_t lines(const int32_t *s) {
    return (padded_rows((uint32_t)s[ROWS]) - 1) * (uint32_t)s[POSITION_STRIDE] + SNN_PATCH_SIDE;
}

/* Reserve `bytes` of a block at `base`, from *end on. Return NULL without a base. */
static void *take(uint8_t *base, uint32_t *end, size_t bytes) {
    uint32_t at = *end;
    *end += (uint32_t)((bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
    return base ? base + at : 0;
}

/* Lay out the tables in a block, behind *t. Return its size. */
static uint32_t lay_out(tables *t, const snn_population *population, uint8_t *base) {
    const int32_t *s = population->params.scalars;
    uint32_t rows = (uint32_t)s[ROWS], spans = (pixels_across(s) + PIXELS_PER_WORD - 1) / PIXELS_PER_WORD,
             end = 0;
    take(base, &end, sizeof *t);
    if (sums(population) > MOST_MAPS) return end;
    t->entries = take(base, &end, ENTRIES * lanes_for(sums(population)) * sizeof *t->entries);
    t->line = take(base, &end, spans * lines(s) * sizeof *t->line);
    t->found = take(base, &end, spans * padded_rows(rows) * sizeof *t->found);
    t->down = take(base, &end, rows * sizeof *t->down);
    t->across = take(base, &end, pixels_across(s) * sizeof *t->across);
    t->won = take(base, &end, words_for(population) * sizeof *t->won);
    t->fired = take(base, &end, words_for(population) * sizeof *t->fired);
    return end;
}

/* Return the bytes of the plain state and of the tables behind it. */
static uint32_t state_and_tables(const snn_population *population) {
    tables t;
    return state_size(population) + CACHE_LINE + lay_out(&t, population, 0);
}

static tables *tables_in(const snn_population *population, void *state) {
    uint8_t *end = (uint8_t *)state + state_size(population);
    return (tables *)(void *)(end + (CACHE_LINE - (uintptr_t)end % CACHE_LINE) % CACHE_LINE);
}

/* Return twice the weights of n <= LANES16 <= SNN_BLOCK maps from k on, at a pixel of the patch; then 0. */
static i16v weights(const snn_projection *p, uint32_t y, uint32_t x, uint32_t k, uint32_t n) {
    snn_patch_table z = snn_patch_table_of(p);
    uint32_t strip = y * ((z.columns + z.width - 1) / z.width) + x / z.width;
    const uint8_t *codes = p->weights + k / SNN_BLOCK * z.block + k % SNN_BLOCK;
    codes += (strip * z.mask + (1u << x % z.width) - 1) * SNN_BLOCK;
    i16v w = i16_sub(u16_from_bytes(codes), i16_set((int16_t)p->params.scalars[SNN_PATCH_ZERO_POINT]));
    w = i16_add(w, w);
    return n == LANES16 ? w : i16_first(w, n);
}

/* Add to a strip, which has the entries of `sets` sets, those of the sets with one pixel more. */
static void add_pixel(int16_t *strip, uint32_t sets, uint32_t lanes, i16v w) {
    int16_t *with = strip + sets * lanes;
    for (uint32_t e = 0; e < sets * lanes; e += lanes) i16_store(with + e, i16_sub(i16_load(strip + e), w));
}

/* Write the entries of LANES16 maps from k on over zeros. Return 0 if some 2 u - threshold may exceed
 * int16. */
static int fill(const tables *t, const snn_population *population, uint32_t k) {
    shape z = t->z;
    uint32_t columns = (uint32_t)t->patch->params.scalars[SNN_PATCH_WIDTH], maps = sums(population);
    uint32_t n = maps - k < LANES16 ? maps - k : LANES16;
    int16_t *begin = t->entries + k, *strip = begin;
    i16v threshold = i16_get(population->params.arrays[THRESHOLD] + k, n), zero = i16_set(0);
    i16v least = i16_sub(zero, threshold), most = least; /* of 2 u - threshold, saturated */
    i16_store(strip, i16_set(-1)); /* the largest: lanes behind the last map never win */
    i16_put(strip, i16_add(i16_set(INT16_MAX), threshold), n);
    for (uint32_t s = 0; s < z.rows * z.halves; ++s, strip += z.sets * z.lanes) {
        for (uint32_t x = 0; x < z.width; ++x) {
            uint32_t column = s % z.halves * z.width + x;
            i16v w = column < columns ? weights(t->patch, s / z.halves, column, k, n) : zero;
            m16 positive = i16_gt(w, zero);
            add_pixel(strip, 1u << x, z.lanes, w);
            most = i16_adds(most, i16_select(positive, w, zero));
            least = i16_adds(least, i16_select(positive, zero, w));
        }
    }
    return !(m16_bits(i16_eq(least, i16_set(INT16_MIN))) | m16_bits(i16_eq(most, i16_set(INT16_MAX))));
}

static void fill_ranges(range *r, axis a, uint32_t positions, uint32_t apart) {
    for (uint32_t n = 0; n < positions; ++n) {
        move_to(&a, n);
        r[n * apart] = (range){(uint16_t)a.first, (uint16_t)a.end};
    }
}

/* Find positions in ROWS_PER_VECTOR rows, which are `apart` lines from each other: bit x if at least
 * min(`least`, 2) pixels of the patch at x are active. */
static void find_rows(uint64_t *found, const uint64_t *line, uint32_t apart, const int32_t *p) {
    row_words one = {0}, two = {0}, any = {0}, more = {0}, on = {0};
    for (int32_t y = 0; y < p[SNN_PATCH_HEIGHT]; ++y, ++line) {
        if (apart == 1)
            memcpy(&on, line, sizeof on);
        else
            for (uint32_t r = 0; r < ROWS_PER_VECTOR; ++r) on[r] = line[r * apart];
        two |= one & on;
        one |= on;
    }
    for (int32_t x = 0; x < p[SNN_PATCH_WIDTH]; ++x, one >>= 1, two >>= 1) {
        more |= two | (any & one);
        any |= one;
    }
    memcpy(found, p[SNN_PATCH_MIN_ACTIVE] > 1 ? &more : &any, sizeof any);
}

/* Read the lines from pixel `base` of the first position on, and find the positions with enough active
 * pixels. A line reads eight bytes, of which seven may belong to the padding of the map. */
static void read_span(const tables *t, const int32_t *s, const uint8_t *map, uint32_t base) {
    const int32_t *p = t->patch->params.scalars;
    uint32_t apart = (uint32_t)s[POSITION_STRIDE], rows = (uint32_t)s[ROWS],
             pixel = (uint32_t)s[ORIGIN] + base;
    uint64_t *line = t->line + base / PIXELS_PER_WORD * lines(s),
             *found = t->found + base / PIXELS_PER_WORD * padded_rows(rows);
    for (uint32_t y = 0; y < (rows - 1) * apart + t->z.rows;
         ++y, pixel += (uint32_t)p[SNN_PATCH_IMAGE_WIDTH]) {
        memcpy(&line[y], map + (pixel >> 3), sizeof *line);
        line[y] >>= pixel & 7;
    }
    for (uint32_t y = 0; y < rows; y += ROWS_PER_VECTOR) find_rows(found + y, line + y * apart, apart, p);
}

/* Make the tables at the first step of a sample, over a cleared state. */
static void prepare(tables *t, const snn_population *population, const snn_inputs *inputs) {
    const int32_t *s = population->params.scalars, *p = inputs->first->params.scalars;
    uint32_t maps = sums(population), two = p[SNN_PATCH_WIDTH] > (int32_t)SNN_STRIP_PIXELS, fits = 1;
    uint32_t width = two ? 4 : (uint32_t)p[SNN_PATCH_WIDTH];
    t->patch = inputs->first;
    t->z = (shape){(uint32_t)p[SNN_PATCH_HEIGHT], 1 + two, width, 1u << width, lanes_for(maps)};
    axis across = axis_of(s, s[COLUMNS], maps);
    t->window_row = across.units;
    t->most = max_spikes(population);
    lay_out(t, population, (uint8_t *)t);
    for (uint32_t k = 0; k < maps; k += LANES16) fits &= (uint32_t)fill(t, population, k);
    fill_ranges(t->down, axis_of(s, s[ROWS], across.units), (uint32_t)s[ROWS], 1);
    fill_ranges(t->across, across, (uint32_t)s[COLUMNS], (uint32_t)s[POSITION_STRIDE]);
    for (uint32_t base = 0; base < pixels_across(s); base += PIXELS_PER_WORD)
        read_span(t, s, inputs->input_map, base);
    if (!fits) t->patch = 0;
}

#endif
