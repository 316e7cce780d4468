/* layer.h: kernels of the artificial networks, in integers; the equations are those of integers.py.
 *
 * Two neurons share a 32-bit word, low half and high half, and so do their weights: one multiplication by
 * an activation and one addition serve both. integers.py proves that no half overflows. A weight in the
 * high half borrows from it when the low one is negative, and `half` gives that back. Activations that are
 * zero are skipped, as more than half of them are. Everything is inlined, so sizes are constants.
 */
#ifndef LAYER_H
#define LAYER_H

#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))

INLINE int32_t half(uint32_t sum, int which) {
    const int32_t low = (int16_t)sum;
    return which ? (int32_t)(sum - (uint32_t)low) >> 16 : low;
}

/* Sums of one patch: `rows` x `run` activations, rows `line` bytes apart. weights: [tap][pair]. */
INLINE const uint32_t *add_patch(const uint8_t *from, int line, int rows, int run, int pairs,
                                 const uint32_t *weights, uint32_t *sums) {
    for (int r = 0; r < rows; r++, from += line)
#pragma GCC unroll 4
        for (int k = 0; k < run; k++, weights += pairs) {
            const uint32_t a = from[k];
            if (!a) continue;
#pragma GCC unroll 8
            for (int p = 0; p < pairs; p++) sums[p] += weights[p] * a;
        }
    return weights;
}

/* Maps of 2 x `pairs` neurons: patches `side` x `side` of `depth` maps of `size` x `size`, every `stride`.
 */
INLINE void convolve(const uint8_t *from, uint8_t *to, int size, int depth, int side, int stride, int pairs,
                     const uint32_t *weights, const uint32_t *bias, int shift, int top) {
    for (int y = 0; y + side <= size; y += stride)
        for (int x = 0; x + side <= size; x += stride, to += 2 * pairs) {
            uint32_t sums[8];
#pragma GCC unroll 8
            for (int p = 0; p < pairs; p++) sums[p] = bias[p];
            add_patch(from + (y * size + x) * depth, size * depth, side, side * depth, pairs, weights,
                      sums);
#pragma GCC unroll 8
            for (int n = 0; n < 2 * pairs; n++) {
                const int32_t value = half(sums[n / 2], n & 1) >> shift;
                to[n] = (uint8_t)(value < 0 ? 0 : value > top ? top : value);
            }
        }
}

/* One layer of 2 x `pairs` neurons, all of which see all `count` activations; as many words in `sums`. */
INLINE void connect(const uint8_t *from, int count, int pairs, const uint32_t *weights,
                    const uint32_t *bias, uint32_t *sums) {
    for (int p = 0; p < pairs; p++) sums[p] = bias[p];
    add_patch(from, 0, 1, count, pairs, weights, sums);
}

/* `count` activations of 2 x pairs sums. */
INLINE void activate(const uint32_t *sums, uint8_t *to, int count, int shift, int top) {
    for (int n = 0; n < count; n++) {
        const int32_t value = half(sums[n / 2], n & 1) >> shift;
        to[n] = (uint8_t)(value < 0 ? 0 : value > top ? top : value);
    }
}

/* 24 x 24 pixels in the middle of 28 x 28, as 12 x 12 means of 2 x 2, in 0..15. */
INLINE void pool(const uint8_t *image, uint8_t *to) {
    const uint8_t *row = image + 2 * 28 + 2;
    for (int y = 0; y < 12; y++, row += 2 * 28)
        for (int x = 0; x < 24; x += 2)
            *to++ = (uint8_t)((row[x] + row[x + 1] + row[x + 28] + row[x + 29]) >> 6);
}

/* 784 pixels, in 0..15. */
INLINE void gray(const uint8_t *image, uint8_t *to) {
    for (int k = 0; k < 784; k++) to[k] = image[k] >> 4;
}

/* The first of the largest of `count` sums; all of them go into `scores`, shifted into 0..65535. */
INLINE int16_t largest(const uint32_t *sums, int count, uint16_t *scores) {
    int16_t best = 0;
    for (int n = 0; n < count; n++) {
        scores[n] = (uint16_t)(half(sums[n / 2], n & 1) + 32768);
        if (scores[n] > scores[best]) best = (int16_t)n;
    }
    return best;
}

#endif
