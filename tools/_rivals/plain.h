/* plain.h: the same networks as layer.h in the loops that come to mind first: a byte for each weight, sums
 * of 32 bits, every activation counts. What a generator of C without further care writes.
 */
#ifndef PLAIN_H
#define PLAIN_H

#include <stdint.h>

/* Maps of `maps` neurons as of convolve() in layer.h; weights: [map][tap]. Without `top`, sums go to
 * `scores`. */
static inline __attribute__((always_inline)) void plain(const uint8_t *from, uint8_t *to, int32_t *scores,
                                                        int size, int depth, int side, int stride, int maps,
                                                        const int8_t *weights, const int32_t *bias,
                                                        int shift, int top) {
    for (int y = 0; y + side <= size; y += stride)
        for (int x = 0; x + side <= size; x += stride) {
            const int8_t *w = weights;
            for (int m = 0; m < maps; m++) {
                int32_t sum = bias[m];
                for (int r = 0; r < side; r++)
                    for (int k = 0; k < side * depth; k++)
                        sum += *w++ * from[((y + r) * size + x) * depth + k];
                const int32_t value = sum >> shift;
                if (top)
                    *to++ = (uint8_t)(value < 0 ? 0 : value > top ? top : value);
                else
                    scores[m] = sum;
            }
        }
}

/* As largest() in layer.h. */
static inline int16_t largest_plain(const int32_t *sums, int count, uint16_t *scores) {
    int16_t best = 0;
    for (int n = 0; n < count; n++) {
        scores[n] = (uint16_t)(sums[n] + 32768);
        if (sums[n] > sums[best]) best = (int16_t)n;
    }
    return best;
}

#endif
