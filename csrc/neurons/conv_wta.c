/* SPDX-License-Identifier: Apache-2.0 */
/* conv_wta: features of a patch, winner takes all, pooled. integer-contract.md, "conv_wta".
 * The usual population has one patch over a short line: best_map.h finds its winners without a sum per map.
 * State: the steps done; keys and lines for best_map.h; then one bit per unit that has fired. */
#include "../kind.h"
#include "conv_wta/best_map.h"
#include "conv_wta/prepare.h"

enum { MAPS, ROWS, COLUMNS, IMAGE_WIDTH, POOL, STRIDE, ORIGIN, POSITION_STRIDE }; /* scalars */
enum { THRESHOLD };                                                               /* arrays */

#define PITCH 4 /* positions of one phase lie this far apart */
#define PHASES (PITCH * PITCH)

/* First position of a phase, 16 y + x: the inverse of PHASE in the contract. */
static const uint8_t origin[PHASES] = {0x00, 0x22, 0x02, 0x20, 0x11, 0x33, 0x13, 0x31,
                                       0x01, 0x23, 0x03, 0x21, 0x10, 0x32, 0x12, 0x30};

/* The pooling windows of an axis, counted in units: those from `first` to before `end` contain the
 * position. */
typedef struct {
    uint32_t unit, units; /* of a window, of all windows */
    uint32_t stride;      /* positions from one window to the next */
    uint32_t first, end;
    uint32_t left, begun; /* positions: the first behind window `first`, the first of window `end` */
} axis;

typedef struct {
    uint16_t steps;
    uint16_t quick;   /* 1: best_map.h is used */
    uint32_t words[]; /* keys, rows, lines, units that have fired */
} memory;

/* Return a / b, rounded up. */
static uint16_t over(uint32_t a, uint32_t b) { return (uint16_t)((a + b - 1) / b); }

#define MOST_LINES 64 /* of an image whose lines are kept in the state */

/* Return the lines that are kept, for a patch of any height: 0 if there are too many or they are longer
 * than a word. */
static uint32_t line_count(const int32_t *s) {
    int32_t down = (s[ROWS] - 1) * s[POSITION_STRIDE] + (int32_t)SNN_PATCH_SIDE;
    return (s[COLUMNS] - 1) * s[POSITION_STRIDE] < 32 && down <= MOST_LINES ? (uint32_t)down : 0;
}

static uint32_t key_count(const int32_t *s) {
    return ((uint32_t)s[MAPS] + SNN_BLOCK - 1) / SNN_BLOCK * SNN_KEY_WORDS;
}

/* Return the rows of positions that are kept likewise. */
static uint32_t row_count(const int32_t *s) { return line_count(s) ? (uint32_t)s[ROWS] : 0; }

static uint32_t *rows_of(memory *m, const int32_t *s) { return m->words + key_count(s); }

static uint32_t *lines_of(memory *m, const int32_t *s) { return rows_of(m, s) + row_count(s); }

static uint8_t *fired_of(memory *m, const int32_t *s) {
    return (uint8_t *)(lines_of(m, s) + line_count(s));
}

static uint32_t state_size(const snn_population *population) {
    const int32_t *s = population->params.scalars;
    return (uint32_t)sizeof(memory) + 4 * (key_count(s) + row_count(s) + line_count(s)) +
           ((uint32_t)population->size + 7u) / 8u;
}

static uint16_t sums(const snn_population *population) {
    return (uint16_t)population->params.scalars[MAPS];
}

static uint16_t max_spikes(const snn_population *population) {
    const int32_t *s = population->params.scalars;
    uint32_t windows = over((uint32_t)s[POOL], (uint32_t)s[STRIDE]);
    uint32_t positions = (uint32_t)over((uint32_t)s[ROWS], PITCH) * over((uint32_t)s[COLUMNS], PITCH);
    if (positions >= population->size) return population->size;
    uint32_t most = positions * windows * windows; /* at most 65534 x 255 x 255 < 2^32 */
    return most < population->size ? (uint16_t)most : population->size;
}

static void rewind_axis(axis *a, const int32_t *s) {
    a->first = a->end = a->begun = 0;
    a->left = (uint32_t)s[POOL];
}

static axis axis_of(const int32_t *s, int32_t positions, uint32_t unit) {
    axis a = {unit, unit, (uint32_t)s[STRIDE], 0, 0, 0, 0};
    if (positions > s[POOL]) a.units += unit * over((uint32_t)(positions - s[POOL]), a.stride);
    rewind_axis(&a, s);
    return a;
}

/* Move window `first` to a position, which is not below the one before. */
static inline void move_first(axis *a, uint32_t position) {
    uint32_t first = a->first, left = a->left;
    for (; left <= position; left += a->stride) first += a->unit;
    a->first = first;
    a->left = left;
}

static void move_to(axis *a, uint32_t position) {
    move_first(a, position);
    for (; a->end < a->units && a->begun <= position; a->begun += a->stride) a->end += a->unit;
}

/* Return the map whose sum is the furthest above its threshold. */
static uint32_t best_map(const snn_inputs *inputs, const void *sum, const SNN_FLASH int16_t *threshold,
                         uint32_t maps, uint32_t *saturations) {
    uint32_t best = 0;
    int32_t largest = INT32_MIN;
    for (uint32_t k = 0; k < maps; ++k) {
        int32_t current = snn_input_current(inputs, sum, (uint16_t)k, saturations);
        int32_t distance = 2 * current - threshold[k];
        if (distance <= largest) continue;
        largest = distance;
        best = k;
    }
    return best;
}

/* The walk over the positions of a step. */
typedef struct {
    const int32_t *scalars;
    uint8_t *fired;
    uint16_t *spikes, *end; /* ascending */
    uint32_t maps;
    uint32_t tiled; /* 1: each position lies in one window */
    axis down, across;
    /* for best_map.h only */
    const snn_projection *patch;
    const uint32_t *keys, *rows, *lines;
    uint32_t apart; /* pixels from one position to the next */
    int32_t least;  /* active pixels at least, if that is more than `rows` ensures; else 0 */
    snn_patch_table z;
} walk;

/* Insert `unit` into the spikes, unless it has fired before. */
static inline void fire(walk *c, uint32_t unit) {
    uint8_t *byte = c->fired + (unit >> 3);
    uint32_t bit = 1u << (unit & 7), now = *byte;
    if (now & bit) return;
    *byte = (uint8_t)(now | bit);
    uint16_t *at = c->end++;
    for (; at != c->spikes && at[-1] > unit; --at) *at = at[-1];
    *at = (uint16_t)unit;
}

/* Fire the units of map k, which wins at a position, in all windows that contain it. */
static SNN_NOINLINE void award(walk *c, uint32_t y, uint32_t x, uint32_t k) {
    move_to(&c->down, y);
    move_to(&c->across, x);
    for (uint32_t a = c->down.first + k; a < c->down.end; a += c->down.unit)
        for (uint32_t b = c->across.first; b < c->across.end; b += c->across.unit) fire(c, a + b);
}

/* --- one patch, without sums --- */

/* Prepare for best_map.h at the first step of a sample, over a cleared state. Return 0 if the population is
 * not one for it. */
static SNN_NOINLINE int begin_quick(memory *m, const snn_population *population, const snn_inputs *inputs) {
    const int32_t *s = population->params.scalars;
    const snn_projection *p = inputs->first;
    if (inputs->end != p + 1 || !p->kind->patch_sums || p->bits == 8 || (uintptr_t)p->weights % 4) return 0;
    snn_patch_table z = snn_patch_table_of(p);
    uint32_t across = (uint32_t)((s[COLUMNS] - 1) * s[POSITION_STRIDE]) + z.columns;
    if (population->wide || !inputs->map_is_final || !line_count(s)) return 0;
    if (z.width != z.columns || z.rows > 2 * z.group || across > 32 ||
        !snn_make_keys(m->words, population->params.arrays[THRESHOLD], (uint32_t)s[MAPS], p, &z))
        return 0;
    uint32_t *line = lines_of(m, s), *found = rows_of(m, s), *last = found + s[ROWS];
    uint32_t positions = UINT32_MAX >> (31 - (s[COLUMNS] - 1) * s[POSITION_STRIDE]);
    snn_read_lines(line, (uint32_t)((s[ROWS] - 1) * s[POSITION_STRIDE]) + z.rows, p, inputs->input_map,
                   (uint32_t)s[ORIGIN]);
    for (; found != last; line += s[POSITION_STRIDE])
        *found++ = snn_find(line, &z, p->params.scalars[SNN_PATCH_MIN_ACTIVE]) & positions;
    return 1;
}

/* Return the winner of all maps over the patch that begins at bit `at`. */
static uint32_t quick_winner(const walk *c, const uint32_t *line, uint32_t at) {
    const SNN_FLASH uint8_t *block = c->patch->weights;
    const uint32_t *keys = c->keys;
    uint32_t best = snn_best_key(block, &c->z, line, at, keys), map = 15 - (best & 15);
    for (uint32_t k = SNN_BLOCK; k < c->maps; k += SNN_BLOCK) {
        uint32_t key = snn_best_key(block += c->z.block, &c->z, line, at, keys += SNN_KEY_WORDS);
        if (key >> 4 <= best >> 4) continue;
        best = key;
        map = k + 15 - (key & 15);
    }
    return map;
}

/* Walk over a row of positions from x on. */
static void quick_row(walk *c, uint32_t y, uint32_t x) {
    uint32_t apart = c->apart, at = x * apart, found = c->rows[y] >> at, left = c->across.stride;
    uint32_t next = PITCH * apart < 32 ? PITCH * apart - 1 : 31;
    const uint32_t *line = c->lines + y * apart;
    if (!found) return;
    move_first(&c->down, y);
    uint32_t unit = c->down.first;
    for (; found; found = found >> 1 >> next, at += PITCH * apart, x += PITCH) {
        if (!(found & 1) || (c->least && !snn_enough(line, &c->z, at, c->least))) continue;
        uint32_t k = quick_winner(c, line, at);
        if (!c->tiled) {
            award(c, y, x, k);
            continue;
        }
        for (; left <= x; left += c->across.stride) unit += c->maps;
        fire(c, unit + k);
    }
}

/* --- any patches, by their sums --- */

/* Walk over a row of positions from x on. */
static void row(walk *c, snn_inputs *inputs, uint32_t y, uint32_t x, const SNN_FLASH int16_t *threshold,
                uint32_t *saturations) {
    const int32_t *s = c->scalars;
    for (; x < (uint32_t)s[COLUMNS]; x += PITCH) {
        uint32_t pixel =
            (uint32_t)s[ORIGIN] + (uint32_t)s[POSITION_STRIDE] * (y * (uint32_t)s[IMAGE_WIDTH] + x);
        const void *sum = snn_sum_at(inputs, (uint16_t)pixel);
        if (inputs->active_pixels) award(c, y, x, best_map(inputs, sum, threshold, c->maps, saturations));
    }
}

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const int32_t *s = population->params.scalars;
    memory *m = state;
    uint16_t phase = m->steps++;
    if (!phase) m->quick = (uint16_t)begin_quick(m, population, inputs);
    if (phase >= PHASES) return 0;
    walk c;
    c.scalars = s;
    c.maps = sums(population);
    c.tiled = s[POOL] == s[STRIDE];
    c.fired = fired_of(m, s);
    c.spikes = c.end = spikes;
    c.across = axis_of(s, s[COLUMNS], c.maps);
    c.down = axis_of(s, s[ROWS], c.across.units);
    if (m->quick) {
        int32_t least = inputs->first->params.scalars[SNN_PATCH_MIN_ACTIVE];
        c.patch = inputs->first;
        c.keys = m->words;
        c.rows = rows_of(m, s);
        c.lines = lines_of(m, s);
        c.apart = (uint32_t)s[POSITION_STRIDE];
        c.least = least > 2 ? least : 0;
        c.z = snn_patch_table_of(c.patch);
    }
    for (uint32_t y = origin[phase] >> 4, x = origin[phase] & 15; y < (uint32_t)s[ROWS]; y += PITCH) {
        rewind_axis(&c.across, s);
        if (m->quick)
            quick_row(&c, y, x);
        else
            row(&c, inputs, y, x, population->params.arrays[THRESHOLD], saturations);
    }
    return (uint16_t)(c.end - spikes);
}

#define TRAITS                                                                                             \
    .info = {"conv_wta", "maps rows columns image_width pool stride origin position_stride", "threshold"}, \
    .max_spikes = max_spikes, .sums = sums, .scans = 1, .receptors = 1

const snn_neuron_kind snn_neuron_conv_wta = {TRAITS, .state_size = state_size, .step = step};
