/* SPDX-License-Identifier: Apache-2.0 */
/* conv_wta over one patch of the input, the usual population: sums, winner and pooling in one loop, and
 * tables in place of weights. Any other population is left to the plain kind. The order of the positions
 * of a step does not matter: wins are marked, and read out at its end. */
#include "../kind.h"
#define snn_neuron_conv_wta AT_LEVEL(snn_neuron_plain_conv_wta)
#include "simd.h"

#include "../neurons/conv_wta.c" /* NOLINT(bugprone-suspicious-include): the plain kind, at this level */
#undef snn_neuron_conv_wta
#include "patch_lookup.h"

/* Return 1 for one patch over a map that is complete when the sample begins. */
static int fits_tables(const snn_population *population, const snn_inputs *inputs) {
    return inputs->end == inputs->first + 1 && inputs->first->kind->patch_sums && inputs->map_is_final &&
           sums(population) <= MOST_MAPS;
}

static int32_t pixels_on(const uint64_t *line, const int32_t *p, uint32_t at) {
    int32_t count = 0;
    for (int32_t y = 0; y < p[SNN_PATCH_HEIGHT]; ++y)
        count += (int32_t)count_bits((uint32_t)(line[y] >> at) & mask_of((unsigned)p[SNN_PATCH_WIDTH]));
    return count;
}

/* Return the winner over the patch that begins at bit `at` of these lines. */
static inline uint32_t winner_at(const int16_t *entries, const uint64_t *line, shape z, uint32_t at) {
    uint32_t best = UINT32_MAX, mask = z.sets - 1;
    for (uint32_t k = 0; k < z.lanes; k += LANES16) {
        const int16_t *strip = entries + k;
        i16v sum = i16_set(0);
        for (uint32_t y = 0; y < z.rows; ++y)
            for (uint32_t half = 0; half < z.halves; ++half, strip += z.sets * z.lanes) {
                uint32_t on = (uint32_t)(line[y] >> (at + half * z.width)) & mask;
                sum = i16_add(sum, i16_load(strip + on * z.lanes));
            }
        uint32_t least = u16_least(sum) + k; /* the value is in the upper half */
        best = least < best ? least : best;
    }
    return best & UINT16_MAX;
}

static inline void mark(uint64_t *won, uint32_t unit) { won[unit / 64] |= (uint64_t)1 << unit % 64; }

/* Mark map k in all windows that contain the position. */
static inline void win(uint64_t *won, range down, uint32_t window_row, range across, uint32_t maps,
                       uint32_t k) {
    for (uint32_t a = down.first + k; a < down.end; a += window_row)
        for (uint32_t unit = a + across.first; unit < a + across.end; unit += maps) mark(won, unit);
}

/* Scan positions of a phase: those of the bits of `visited`, which begins at pixel x, in every PITCH-th
 * row from y on. These bits are PITCH or more apart, so that PITCH rows of them fit side by side in one
 * word. */
static inline void scan(const tables *t, const int32_t *s, uint32_t y, uint32_t x, uint64_t visited,
                        shape z) {
    const int32_t *p = t->patch->params.scalars;
    const uint64_t *line = t->line + x / PIXELS_PER_WORD * lines(s),
                   *found = t->found + x / PIXELS_PER_WORD * padded_rows((uint32_t)s[ROWS]);
    const range *across = t->across + x;
    const int16_t *entries = t->entries;
    uint64_t *won = t->won;
    uint32_t rows = (uint32_t)s[ROWS], apart = (uint32_t)s[POSITION_STRIDE], maps = (uint32_t)s[MAPS];
    uint32_t window_row = t->window_row, shift = x % PIXELS_PER_WORD;
    uint32_t rare = p[SNN_PATCH_MIN_ACTIVE] > 2,
             tiled = s[POOL] == s[STRIDE]; /* one window contains a position */
    const uint64_t *patch[PITCH];
    range down[PITCH];
    while (y < rows) {
        uint64_t on = 0;
        for (uint32_t r = 0; r < PITCH && y < rows; ++r, y += PITCH) {
            on |= (found[y] >> shift & visited) << r;
            patch[r] = line + y * apart;
            down[r] = t->down[y];
        }
        for (; on; on &= on - 1) {
            uint32_t bit = (uint32_t)__builtin_ctzll(on), r = bit % PITCH, right = bit - r;
            if (rare && pixels_on(patch[r], p, right + shift) < p[SNN_PATCH_MIN_ACTIVE]) continue;
            uint32_t k = winner_at(entries, patch[r], z, right + shift);
            if (tiled)
                mark(won, (uint32_t)down[r].first + across[right].first + k);
            else
                win(won, down[r], window_row, across[right], maps, k);
        }
    }
}

/* The usual patches are 5 x 5. */
static void scan_any(const tables *t, const int32_t *s, uint32_t y, uint32_t x, uint64_t visited) {
    shape z = t->z;
    if (z.rows != 5 || z.width != 5)
        scan(t, s, y, x, visited, z);
    else if (z.lanes != 16)
        scan(t, s, y, x, visited, (shape){5, 1, 5, 32, z.lanes});
    else
        scan(t, s, y, x, visited, (shape){5, 1, 5, 32, 16});
}

static inline uint16_t first_unit(uint32_t word, uint64_t units) { /* some unit, if there is none */
    return (uint16_t)(64 * word + (uint32_t)__builtin_ctzll(units | (uint64_t)1 << 63));
}

/* Write the units that won and had not fired before. A word rarely has more than two, and their number is
 * hard to predict: two are written without a branch where they fit. */
static uint16_t read_out(const tables *t, uint32_t words, uint16_t *spikes) {
    uint32_t count = 0;
    for (uint32_t w = 0; w < words; ++w) {
        uint64_t fresh = t->won[w] & ~t->fired[w];
        t->fired[w] = t->won[w];
        for (int n = 0; n < 2 && count < t->most; ++n, fresh &= fresh - 1) {
            spikes[count] = first_unit(w, fresh);
            count += fresh != 0;
        }
        for (; fresh; fresh &= fresh - 1) spikes[count++] = first_unit(w, fresh);
    }
    return (uint16_t)count;
}

static uint16_t step_by_tables(const snn_population *population, void *state, snn_inputs *inputs,
                               uint16_t *spikes, uint32_t *saturations) {
    const int32_t *s = population->params.scalars;
    memory *m = state;
    tables *t = tables_in(population, state);
    if (!m->steps && fits_tables(population, inputs)) prepare(t, population, inputs);
    if (!t->patch) return step(population, state, inputs, spikes, saturations);
    uint16_t phase = m->steps++;
    if (phase >= PHASES) return 0;
    uint32_t apart = (uint32_t)s[POSITION_STRIDE], x = (origin[phase] & 15) * apart, end = pixels_across(s);
    while (x < end) {
        uint32_t first = x, stop = (x / PIXELS_PER_WORD + 1) * PIXELS_PER_WORD;
        uint64_t visited = 0;
        for (; x < end && x < stop; x += PITCH * apart) visited |= (uint64_t)1 << (x - first);
        scan_any(t, s, origin[phase] >> 4, first, visited);
    }
    return read_out(t, words_for(population), spikes);
}

const snn_neuron_kind AT_LEVEL(snn_neuron_conv_wta) = {TRAITS, .state_size = state_and_tables,
                                                       .step = step_by_tables};
